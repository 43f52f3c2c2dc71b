"""More time for one trainee: given by a director, applied by the clock, told to nobody else."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from competency.audit.models import AuditEvent
from competency.foundation.errors import InvalidInput, NotAllowed
from competency.programs.circumstances import Accommodation
from competency.programs.roles import Role
from competency.programs.services import accommodate, accommodation_in_force
from tests import factories
from tests.factories import count_rows
from tests.refusals import frozen

WHY = "A letter about dyslexia."
TODAY = timezone.now().date()


@pytest.fixture
def enrolment(campus):
    return factories.enrolment(campus.cohort)


def grant(campus, enrolment, **options):
    options = {"extra_percent": 50, "reason": WHY, "by": campus.director} | options
    return accommodate(enrolment, **options)


# --- Granting ---


def test_a_director_grants_more_time_from_today_on(campus, enrolment):
    granted = grant(campus, enrolment, extra_pause_minutes=10)
    assert (granted.extra_percent, granted.extra_pause_minutes) == (50, 10)
    assert (granted.starts_on, granted.ends_on) == (TODAY, None)
    assert granted.granted_by == campus.director
    assert accommodation_in_force(enrolment) == granted


def test_the_trail_says_that_time_was_given_and_never_why(campus, enrolment):
    granted = grant(campus, enrolment)
    event = AuditEvent.objects.get(action="accommodation.granted")
    assert (event.subject_id, event.actor_id) == (granted.pk, campus.director.pk)
    assert (event.reason, event.detail) == ("", {})


@pytest.mark.parametrize("role", [role for role in Role if role != Role.DIRECTOR])
def test_nobody_but_a_director_grants_more_time(role, campus, enrolment):
    for by in (factories.member(campus.program, role), enrolment.trainee):
        with pytest.raises(NotAllowed):
            grant(campus, enrolment, by=by)
    assert accommodation_in_force(enrolment) is None


def test_the_director_of_another_program_grants_nothing_here(campus, enrolment):
    _, stranger = factories.program_with(Role.DIRECTOR)
    with pytest.raises(NotAllowed):
        grant(campus, enrolment, by=stranger)


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"extra_percent": -1}, "extra_percent"),
        ({"extra_percent": 301}, "extra_percent"),
        ({"extra_percent": 0}, "extra_percent"),
        ({"extra_pause_minutes": -1}, "extra_pause_minutes"),
        ({"extra_pause_minutes": 1441}, "extra_pause_minutes"),
        ({"reason": ""}, "reason"),
        ({"reason": " \n"}, "reason"),
    ],
)
def test_an_accommodation_that_gives_nothing_or_makes_no_sense_is_refused(
    options, field, campus, enrolment
):
    before = count_rows(Accommodation, AuditEvent)
    with pytest.raises(InvalidInput) as refused:
        grant(campus, enrolment, **options)
    assert refused.value.field == field
    assert count_rows(Accommodation, AuditEvent) == before


@pytest.mark.parametrize(
    "options",
    [
        {"extra_percent": 1},
        {"extra_percent": 300},
        {"extra_percent": 0, "extra_pause_minutes": 1440},
    ],
)
def test_time_pauses_or_both_may_be_given(options, campus, enrolment):
    assert accommodation_in_force(enrolment) is None
    assert grant(campus, enrolment, **options) == accommodation_in_force(enrolment)


def test_a_new_accommodation_takes_the_place_of_the_one_in_force(campus, enrolment):
    first = grant(campus, enrolment, extra_percent=25)
    second = grant(campus, enrolment, extra_percent=100)
    first.refresh_from_db()
    assert first.ends_on == TODAY
    assert accommodation_in_force(enrolment) == second
    assert Accommodation.objects.filter(enrolment=enrolment, ends_on=None).count() == 1


def test_what_was_granted_never_changes_it_only_ends(campus, enrolment):
    granted = Accommodation.objects.filter(pk=grant(campus, enrolment).pk)
    with frozen():
        granted.update(extra_percent=10)
    with frozen():
        granted.update(reason="Another.")
    with frozen():
        granted.delete()
    assert granted.update(ends_on=TODAY) == 1
    assert accommodation_in_force(enrolment) is None


# --- Applying ---


def test_the_clock_gives_the_extra_time_without_anybody_asking(campus, enrolment):
    grant(campus, enrolment, extra_percent=25, extra_pause_minutes=15)
    attempt = factories.started(campus, enrolment)
    assert attempt.allowed_seconds == 75 * 60
    assert attempt.due_at - attempt.started_at == timedelta(minutes=75)
    assert attempt.pause_seconds == 15 * 60
    assert attempt.accommodated


def test_pauses_alone_leave_the_writing_time_as_it_is(campus, enrolment):
    grant(campus, enrolment, extra_percent=0, extra_pause_minutes=15)
    attempt = factories.assigned(campus, enrolment)
    assert (attempt.allowed_seconds, attempt.pause_seconds) == (60 * 60, 15 * 60)
    assert attempt.accommodated


def test_extra_pauses_come_on_top_of_those_of_the_standard(db):
    campus = factories.campus(supervisors=0, standard={"pause_minutes": 5})
    enrolment = factories.enrolment(campus.cohort)
    grant(campus, enrolment, extra_pause_minutes=10)
    assert factories.assigned(campus, enrolment).pause_seconds == 15 * 60


def test_an_attempt_keeps_the_time_it_was_assigned_with(campus, enrolment):
    before = factories.assigned(campus, enrolment)
    grant(campus, enrolment)
    before.refresh_from_db()
    assert (before.allowed_seconds, before.accommodated) == (60 * 60, False)


def test_an_accommodation_that_has_ended_gives_nothing(campus, enrolment):
    granted = grant(campus, enrolment)
    Accommodation.objects.filter(pk=granted.pk).update(ends_on=TODAY)
    attempt = factories.assigned(campus, enrolment)
    assert (attempt.allowed_seconds, attempt.accommodated) == (60 * 60, False)


def test_nobody_elses_time_changes(campus, enrolment):
    grant(campus, enrolment)
    other = factories.assigned(campus)
    assert (other.allowed_seconds, other.accommodated) == (60 * 60, False)


# --- Telling ---


def test_what_others_read_says_that_time_was_given_and_never_why(campus, enrolment):
    """The dossier feeds certificates and reports; the trail is read by auditors."""
    grant(campus, enrolment)
    certificate = factories.issued(campus, trainee=enrolment)
    dossier = certificate.decision.dossier
    assert dossier["attempt"]["accommodation"] is True
    trail = [[event.reason, event.detail] for event in AuditEvent.objects.all()]
    assert "dyslexia" not in json.dumps([dossier, certificate.particulars, trail])


def test_without_an_accommodation_the_dossier_says_so(campus):
    decision = factories.proposed(campus)
    assert decision.dossier["attempt"]["accommodation"] is False
