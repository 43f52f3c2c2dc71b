"""What a newer certificate replaces, and what expires: only what is in force."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.instruments import services as instruments
from competency.audit.models import AuditEvent
from competency.certificates import issuing, services, tasks
from competency.certificates.models import Certificate
from competency.certificates.rules import months_after
from competency.foundation.errors import TransitionRefused
from tests import factories


@pytest.fixture(scope="module")
def shared_first(shared_campus, django_db_blocker):
    with django_db_blocker.unblock():
        return factories.issued(shared_campus)


@pytest.fixture
def first(shared_first, db):
    """A certificate in force, whose holder may earn another."""
    return Certificate.objects.get(pk=shared_first.pk)


def state_of(certificate):
    return Certificate.objects.get(pk=certificate.pk).state


def test_the_trail_says_which_certificate_took_its_place(campus, first):
    second = factories.issued(campus, trainee=first.decision.enrolment)
    event = AuditEvent.objects.get(action="certificate.replaced", subject_id=first.pk)
    assert (event.actor_id, event.detail["replaced_by"]) == (None, second.number)


def test_a_certificate_that_is_only_awarded_replaces_nothing_yet(campus, first):
    second = factories.awarded(campus, trainee=first.decision.enrolment)
    assert (state_of(first), second.state) == ("issued", "awarded")
    issuing.issue(second.pk)
    assert state_of(first) == "replaced"


def test_a_certificate_for_another_assessment_replaces_nothing(campus, first):
    other = factories.other_assessment(campus)
    second = factories.issued(other, trainee=first.decision.enrolment)
    assert (state_of(first), state_of(second)) == ("issued", "issued")


def test_a_new_version_of_the_same_assessment_does(campus, first):
    assessment = factories.drafted_assessment(
        campus.program,
        campus.author,
        campus.rubric,
        campus.profile,
        campus.standard,
        campus.vignette,
        version=2,
    )
    instruments.publish_assessment(assessment, by=campus.author)
    newer = replace(campus, assessment=assessment)
    factories.issued(newer, trainee=first.decision.enrolment)
    assert state_of(first) == "replaced"


@pytest.mark.parametrize(
    ("change", "state"), [(services.suspend, "suspended"), (services.revoke, "revoked")]
)
def test_what_is_not_in_force_is_not_replaced(change, state, campus, first):
    change(first, by=campus.certifier, reason="A complaint.")
    factories.issued(campus, trainee=first.decision.enrolment)
    assert state_of(first) == state


def test_a_replaced_certificate_never_comes_back(campus, first):
    factories.issued(campus, trainee=first.decision.enrolment)
    first.refresh_from_db()
    for change in (services.suspend, services.reinstate, services.revoke):
        with pytest.raises(TransitionRefused):
            change(first, by=campus.certifier, reason="Regret.")
    assert first in Certificate.objects.on_register()


# --- Expiry ---


def test_a_certificate_is_valid_for_the_months_of_the_standard(first):
    assert first.valid_until == months_after(first.issued_at, 24)


@pytest.mark.parametrize(
    ("change", "state"), [(services.suspend, "suspended"), (services.revoke, "revoked")]
)
def test_what_is_not_in_force_does_not_expire(change, state, campus, first, time_machine):
    change(first, by=campus.certifier, reason="A complaint.")
    time_machine.move_to(first.valid_until + timedelta(days=1))
    assert not issuing.expire(first.pk)
    tasks.sweep()
    assert state_of(first) == state


def test_one_that_is_reinstated_too_late_expires_at_the_next_look(campus, first, time_machine):
    services.suspend(first, by=campus.certifier, reason="A complaint.")
    time_machine.move_to(first.valid_until + timedelta(days=1))
    services.reinstate(first, by=campus.certifier, reason="Unfounded.")
    tasks.sweep()
    assert state_of(first) == "expired"


def test_an_award_that_was_never_issued_does_not_expire(campus, time_machine):
    awarded = factories.awarded(campus)
    time_machine.move_to(timezone.now() + timedelta(days=3650))
    assert not issuing.expire(awarded.pk)
    assert state_of(awarded) == "awarded"


def test_the_workflow_alone_lets_certificates_expire(first, time_machine):
    time_machine.move_to(first.valid_until, tick=False)
    assert issuing.expire(first.pk)
    event = AuditEvent.objects.get(action="certificate.expired", subject_id=first.pk)
    assert (event.actor_id, event.detail["origin"]) == (None, "issued")
