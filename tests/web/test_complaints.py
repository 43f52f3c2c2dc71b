"""Complaints: lodged by who belongs to a program, answered by who runs it, kept in a register."""

from competency.cases.models import Complaint
from competency.cases.services import take_complaint
from competency.programs.roles import Role
from tests import factories
from tests.factories import Campus
from tests.web.conftest import Browser, said

WORDS = "The window closed at two in the morning in our time zone."


def lodged(campus: Campus) -> Complaint:
    by = factories.member(campus.program, Role.TRAINEE)
    return take_complaint(campus.program, subject="Late window", text=WORDS, by=by)


def test_somebody_lodges_and_follows_a_complaint(campus: Campus, browser: Browser) -> None:
    client = browser(factories.member(campus.program, Role.TRAINEE))
    given = {"program": campus.program.pk, "subject": "Late window", "text": WORDS}
    missing = said(client.post("/complaints/new", given | {"subject": ""}), 422)
    assert "Say in one line what it is about." in missing
    assert WORDS in missing
    page = said(client.post("/complaints/new", given, follow=True))
    assert "Your complaint is in the register." in page
    assert WORDS in page
    complaint = Complaint.objects.get()
    assert (complaint.text, complaint.complainant_name) == ("", "")
    assert "Late window" in said(client.get("/complaints"))


def test_nobody_complains_about_a_program_they_have_no_part_in(
    campus: Campus, elsewhere: Campus, browser: Browser
) -> None:
    client = browser(factories.member(campus.program, Role.TRAINEE))
    given = {"program": elsewhere.program.pk, "subject": "Late", "text": WORDS}
    assert client.post("/complaints/new", given).status_code == 422
    assert "You belong to no program." in said(browser(factories.person()).get("/complaints/new"))
    assert not Complaint.objects.exists()


def test_a_director_answers_once(campus: Campus, browser: Browser) -> None:
    complaint = lodged(campus)
    client, url = browser(campus.director), f"/complaints/{complaint.pk}"
    assert WORDS in said(client.get(url))
    assert "Say what came of it." in said(client.post(url, {"outcome": " "}), 422)
    page = said(client.post(url, {"outcome": "Windows end at ten now."}, follow=True))
    assert "Answered. The outcome is in the register." in page
    assert "answered already" in said(client.post(url, {"outcome": "Or not."}), 409)
    own = said(browser(complaint.complainant).get(url))
    assert "Windows end at ten now." in own
    assert "No complaint is here." in said(client.get("/complaints?state=open"))


def test_nobody_answers_their_own_and_others_do_not_see_it(
    campus: Campus, browser: Browser
) -> None:
    by = campus.director
    own = take_complaint(campus.program, subject="Noise", text="Loud.", by=by)
    url = f"/complaints/{own.pk}"
    assert "Waits for a director" in said(browser(by).get(url))
    assert "Nobody answers their own" in said(browser(by).post(url, {"outcome": "Done."}), 403)
    assert browser(campus.supervisors[0]).get(url).status_code == 404


def test_an_auditor_reads_the_register_and_not_what_was_said(
    campus: Campus, browser: Browser
) -> None:
    complaint = lodged(campus)
    auditor = browser(factories.member(campus.program, Role.AUDITOR))
    assert "Late window" in said(auditor.get("/complaints"))
    assert WORDS not in said(auditor.get(f"/complaints/{complaint.pk}"))
    assert auditor.post(f"/complaints/{complaint.pk}", {"outcome": "Done."}).status_code == 403
