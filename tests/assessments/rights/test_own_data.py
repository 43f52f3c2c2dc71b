"""Own data: no row about a person is forgotten, and nobody else is in them."""

import io
import json
import zipfile
from typing import Any

import pytest
from django.db.models import ForeignObjectRel
from django.utils import timezone

from assessments.attempts.models import Attempt, Submission
from assessments.rights.archive import FURTHER
from assessments.rights.archive import packed as pieces
from assessments.rights.own_data import own_data
from assessments.rights.own_program import evidence_files
from assessments.rights.services import take_out
from assessments.rights.told import NOT_TOLD, TOLD, LeftOut
from assessments.sittings.services import give_more_time
from competency.accounts.models import User
from competency.certificates.models import Certificate
from competency.decisions.models import Decision
from competency.hours.services import submit_hours
from competency.privacy.kept import relations
from competency.programs import places
from competency.programs import services as programs
from competency.programs.models import Enrolment
from tests import factories
from tests.factories import Campus

EVIDENCE = b"%PDF-1.7 six hours"


def related() -> set[str]:
    """To a person, and to what is theirs."""
    theirs = {
        f"{relation.related_model._meta.label_lower}.{relation.field.name}"
        for model in (Enrolment, Attempt, Submission, Decision, Certificate)
        for relation in model._meta.get_fields(include_hidden=True)
        if isinstance(relation, ForeignObjectRel)
    }
    return theirs | {label for label, _ in relations()}


def test_every_relation_to_a_person_is_told_or_left_out_for_a_reason() -> None:
    assert not TOLD.keys() & NOT_TOLD.keys()
    assert TOLD.keys() | NOT_TOLD.keys() == related()
    assert set(NOT_TOLD.values()) == set(LeftOut)


def test_every_section_is_there_for_everybody_and_on_the_page(db: None) -> None:
    data = own_data(factories.person())
    assert set(TOLD.values()) <= data.keys()
    shown = {"account", "roles", "places", "attempts", "appeals", "certificates", "complaints"}
    shown |= {"consents", "reviews_given", "adjudications_given", "acts"}
    assert data.keys() - {"schema", "taken_at"} == shown | FURTHER.keys()


@pytest.fixture
def trainee(campus: Campus) -> User:
    """Somebody with hours, leave, a sitting, more time and a supervisor."""
    enrolment = factories.enrolment(campus.cohort)
    sitting = factories.opened_sitting(campus, enrolment=enrolment)
    attempt = sitting.places.get().attempt
    assert attempt is not None
    give_more_time(attempt, minutes=15, reason="The network was down.", by=campus.director)
    programs.place(enrolment, campus.supervisors[0], by=campus.director)
    today = timezone.now().date()
    submit_hours(
        enrolment, kind="practicum", hours="6", on=today, note="With the group.",
        evidence=EVIDENCE, evidence_name="../../log book.pdf", by=enrolment.trainee,
    )  # fmt: skip
    places.take_leave(enrolment, reason="Parental.", by=campus.director)
    return User.objects.get(pk=enrolment.trainee_id)


def packed(person: User) -> tuple[dict[str, Any], str, dict[str, bytes]]:
    content = b"".join(pieces(take_out(by=person), evidence_files(person)))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    data, page = json.loads(files.pop("my-data.json")), files.pop("my-data.html").decode()
    return data, page, files


def test_a_trainee_finds_leave_hours_sittings_and_what_they_were_told(
    campus: Campus, trainee: User
) -> None:
    data, page, files = packed(trainee)
    (place,) = data["places"]
    assert [each["why"] for each in place["leave"]] == ["Parental."]
    assert len(place["supervision"]) == 1
    (hours,) = data["hours"]
    assert (hours["hours"], hours["note"]) == ("6.00", "With the group.")
    assert files == {hours["evidence"]: EVIDENCE}
    assert ".." not in hours["evidence"]
    assert data["sittings"][0]["assessment"] == campus.assessment.title
    (attempt,) = data["attempts"]
    assert attempt["extensions"][0]["why"] == "The network was down."
    assert "attempt.assigned" in {each["about"] for each in data["notifications"]}
    for words in ("Parental.", "With the group.", "attempt.assigned"):
        assert words in page
    for other in (campus.director, campus.supervisors[0]):
        for said in (page, json.dumps(data)):
            assert other.name not in said
            assert other.email not in said


def test_a_director_finds_what_they_set_up_and_no_secret(campus: Campus) -> None:
    hook = factories.webhook(campus.program, campus.director)
    factories.made_report(campus)
    data, _page, files = packed(campus.director)
    told = data["set_up"]
    assert {"webhook": hook.url, "note": "", "at": hook.created_at.isoformat()} in told
    assert any("report" in each for each in told)
    assert not files


def test_a_supervisor_finds_licenses_without_whom_they_supervised(
    campus: Campus, trainee: User
) -> None:
    data, _page, _files = packed(campus.supervisors[0])
    assert data["licenses"]
    assert len(data["supervised"]) == 1
    assert trainee.name not in json.dumps(data)
