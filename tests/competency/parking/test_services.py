"""What keeps failing is parked, and staff release it by name."""

import pytest
from celery.app.task import Context
from django.db import OperationalError

from assessments.workflow import due
from assessments.workflow.services import hand_in
from competency.audit.models import AuditEvent
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.parking.models import Mishap
from competency.parking.services import TRIES, WORKER_DIED, note_mishap, release, watched
from tests import factories


class Task:
    """As much of a task as `watched` asks for."""

    def __init__(self, *, redelivered: bool = False) -> None:
        self.request = Context(delivery_info={"redelivered": redelivered})


@pytest.fixture
def submission(sat_attempt):
    return factories.submission_of(sat_attempt)


def fail(pk, error=None, **task):
    with watched(Task(**task), "submission", pk) as go:
        if go:
            raise error or ValueError("no such font")
    return go


def test_a_step_that_fails_is_noted_and_tried_again_until_it_is_parked(submission):
    tried = [fail(submission.pk) for _ in range(TRIES + 1)]
    assert tried == [True] * TRIES + [False]
    mishap = Mishap.objects.get()
    assert mishap.times == TRIES
    assert mishap.summary == "ValueError: no such font"
    assert "Traceback" in mishap.error
    event = AuditEvent.objects.get(action="submission.parked")
    assert (event.actor_id, event.detail) == (None, {"row": str(submission.pk)})


def test_success_forgets_what_failed_before(submission):
    fail(submission.pk)
    with watched(Task(), "submission", submission.pk) as go:
        assert go
    assert not Mishap.objects.exists()


def test_a_worker_that_died_counts_as_a_failure(submission):
    for _ in range(TRIES - 1):
        note_mishap("submission", submission.pk, WORKER_DIED)
    assert not Mishap.objects.parked().exists()
    assert fail(submission.pk, redelivered=True)
    assert not fail(submission.pk)
    assert Mishap.objects.parked().count() == 1


def test_a_database_that_is_away_is_nobodys_mishap(submission):
    with pytest.raises(OperationalError):
        fail(submission.pk, OperationalError("the server is away"))
    assert not Mishap.objects.exists()


def test_what_is_parked_is_not_swept(submission, settings):
    settings.SWEEP_PATIENCE = 0
    attempt = submission.attempt
    hand_in(attempt, by=factories.trainee_of(attempt))
    assert list(due.submissions()) == [submission.pk]
    mishap = factories.parked(submission.pk)
    assert list(due.submissions()) == []

    release(mishap, reason="The font is there again.", by=factories.superuser())
    assert list(due.submissions()) == [submission.pk]
    assert fail(submission.pk)
    assert Mishap.objects.standing().get().times == 1


def test_a_release_is_on_the_record_with_its_reason(submission):
    mishap, staff = factories.parked(submission.pk), factories.superuser()
    release(mishap, reason="The font is there again.", by=staff)
    assert (mishap.released_by, bool(mishap.released_at)) == (staff, True)
    event = AuditEvent.objects.get(action="mishap.released")
    assert (event.actor_id, event.reason) == (staff.pk, "The font is there again.")
    with pytest.raises(DomainError, match="not parked"):
        release(mishap, reason="Again.", by=staff)


def test_only_staff_release_and_only_with_a_reason(submission):
    mishap = factories.parked(submission.pk)
    with pytest.raises(NotAllowed):
        release(mishap, reason="I want it.", by=factories.person())
    for nothing in ("", "  \n"):
        with pytest.raises(InvalidInput) as refused:
            release(mishap, reason=nothing, by=factories.superuser())
        assert set(refused.value.problems) == {"reason"}
    assert Mishap.objects.parked().exists()
