"""One write of an answer: sent again, overtaken, the same from two devices, late."""

from datetime import timedelta
from uuid import uuid4

import pytest

from assessments.attempts import services
from assessments.attempts.models import LateAnswer
from assessments.attempts.saving import StaleRevision, TimeOver
from tests.factories import submission_of, trainee_of


def save(attempt, text, **options):
    return services.save_answer(
        submission_of(attempt), "first-words", {"text": text}, by=trainee_of(attempt), **options
    )


def test_a_write_that_is_sent_again_changes_nothing(started_attempt):
    key = uuid4()
    first = save(started_attempt, "one", revision=0, idempotency_key=key)
    again = save(started_attempt, "one", revision=0, idempotency_key=key)
    assert (first.pk, again.revision, again.saved_at) == (again.pk, 1, first.saved_at)


def test_a_write_is_recognized_even_once_its_stage_is_finished(started_attempt):
    key = uuid4()
    save(started_attempt, "one", revision=0, idempotency_key=key)
    submission, by = submission_of(started_attempt), trainee_of(started_attempt)
    services.save_answer(submission, "decide", {"choice": "stay"}, by=by)
    services.commit_stage(submission, "arrival", by=by)
    assert save(started_attempt, "one", revision=0, idempotency_key=key).locked


def test_each_write_leaves_its_key(started_attempt):
    keys = [uuid4(), uuid4()]
    assert save(started_attempt, "one", idempotency_key=keys[0]).idempotency_key == keys[0]
    assert save(started_attempt, "two", idempotency_key=keys[1]).idempotency_key == keys[1]
    with pytest.raises(StaleRevision):
        save(started_attempt, "one", revision=0, idempotency_key=keys[0])


def test_the_same_words_from_two_devices_are_no_conflict(started_attempt):
    save(started_attempt, "one", revision=0, idempotency_key=uuid4())
    same = save(started_attempt, "one", revision=0, idempotency_key=uuid4())
    assert same.revision == 1


def test_a_late_write_that_is_sent_again_is_kept_once(started_attempt, time_machine):
    time_machine.move_to(started_attempt.due_at + timedelta(minutes=5))
    for key in [uuid4()] * 2 + [uuid4()]:
        with pytest.raises(TimeOver):
            save(started_attempt, "late", idempotency_key=key)
    assert LateAnswer.objects.count() == 2
