"""The one way to leave a trail."""

import pytest
import structlog
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from competency.audit.models import AuditEvent
from competency.audit.services import record
from tests import factories


@pytest.fixture
def program(db):
    return factories.program()


def test_the_trail_says_who_did_what_to_what_where_and_why(program):
    director = factories.member(program, "director")
    cohort = factories.cohort(program)
    event = record("cohort.opened", cohort, by=director, reason="Spring.", places=12)
    event.refresh_from_db()
    assert (event.action, event.actor_id, event.reason) == (
        "cohort.opened",
        director.pk,
        "Spring.",
    )
    assert (event.subject_type, event.subject_id) == ("cohort", cohort.pk)
    assert (event.program_id, event.detail) == (program.pk, {"places": 12})
    assert event.at <= timezone.now()
    assert str(event) == f"{event.at:%Y-%m-%d %H:%M} cohort.opened"


def test_the_workflow_acts_without_a_name(program):
    assert record("program.checked", program, by=None).actor_id is None


def test_a_subject_without_a_program_can_be_given_one(program):
    person = factories.person()
    assert record("person.seen", person, by=None).program_id is None
    assert record("person.seen", person, by=None, program_id=program.pk).program_id == program.pk


def test_the_trail_carries_the_id_of_the_request(program):
    with structlog.contextvars.bound_contextvars(request_id="r-1"):
        assert record("program.checked", program, by=None).request_id == "r-1"
    assert record("program.checked", program, by=None).request_id == ""


def test_nothing_is_done_by_nobody(program):
    before = AuditEvent.objects.count()
    with pytest.raises(ValueError, match="a known, active person"):
        record("program.checked", program, by=AnonymousUser())
    assert AuditEvent.objects.count() == before


def test_a_closed_account_does_nothing(program):
    person = factories.member(program, "director")
    person.is_active = False
    with pytest.raises(ValueError, match="a known, active person"):
        record("program.checked", program, by=person)


@pytest.mark.django_db(transaction=True)
def test_an_act_and_its_trail_belong_in_one_transaction():
    program = factories.program()
    with pytest.raises(RuntimeError, match="belong in one transaction"):
        record("program.checked", program, by=None)
    assert not AuditEvent.objects.filter(action="program.checked").exists()
