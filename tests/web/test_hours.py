"""Hours on pages: handed in by a trainee, approved by another, held against what is required."""

from django.core.files.uploadedfile import SimpleUploadedFile

from competency.hours.models import HoursEntry, HoursProfile
from competency.programs import services as programs
from tests import factories
from tests.factories import Campus
from tests.web.conftest import Browser, said

PDF = b"%PDF-1.7 hours"


def given(place, **changes):
    fields = {"enrolment": place.pk, "what": "practicum", "hours": "6.5", "on": "2026-02-01"}
    return {"act": "submit", **{f"submit-{k}": v for k, v in (fields | changes).items()}}


def test_hours_are_handed_in_and_approved_by_another(campus: Campus, browser: Browser) -> None:
    place = factories.enrolment(campus.cohort)
    programs.place(place, campus.supervisors[0], by=campus.director)
    own, director = browser(place.trainee), browser(campus.director)
    assert own.post("/hours", given(place, hours="0")).status_code == 422
    file = SimpleUploadedFile("log.pdf", PDF)
    sent = said(own.post("/hours", given(place, evidence=file, note="A group."), follow=True))
    assert "log.pdf" in sent
    assert "Take it back" in sent
    url = f"/hours/{HoursEntry.objects.get().pk}"
    assert own.post(url, {"act": "approve"}).status_code == 422
    assert director.get(f"{url}/evidence").content == PDF
    assert "Approve" in said(browser(campus.supervisors[0]).get(url))
    assert browser(campus.supervisors[1]).get(url).status_code == 404
    assert "Approved, by your name." in said(director.post(url, {"act": "approve"}, follow=True))
    assert "6.5" in said(own.get("/hours?state=approved"))
    assert place.trainee.name in said(director.get("/hours"))


def test_a_director_says_what_is_required(campus: Campus, browser: Browser) -> None:
    client, place = browser(campus.director), factories.enrolment(campus.cohort)
    adopt = {"act": "adopt", "adopt-program": campus.program.pk, "adopt-code": "oregon"}
    assert "Unverified" in said(client.post("/hours/required", adopt, follow=True))
    first = HoursProfile.objects.get()
    url = f"/hours/required/{first.pk}"
    client.post(url, {"act": "choose", "choose-cohort": campus.cohort.pk})
    assert "Confirmed, by your name." in said(client.post(url, {"act": "confirm"}, follow=True))
    assert "Oregon psilocybin facilitator" in said(browser(place.trainee).get("/hours"))
    revise = {
        "act": "revise",
        **{f"revise-{name}": first.content[name] for name in ("title", "jurisdiction", "source")},
        "revise-training": "120",
        "revise-practicum": "44",
        "revise-consultation": "0",
        "revise-modules": "history | History",
    }
    assert "Line 1: write code, title and hours" in said(client.post(url, revise), 422)
    page = said(
        client.post(url, revise | {"revise-modules": "history | History | 12"}, follow=True)
    )
    assert "Version 2" in page
    assert "To the version in force" in said(client.get(url))
    assert browser(place.trainee).get(url).status_code == 403
