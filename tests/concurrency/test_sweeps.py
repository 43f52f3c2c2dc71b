"""Two beats sweep at once: everything that is due is done, and done once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from assessments.attempts.models import Attempt
from assessments.reviews.models import Review
from assessments.workflow.tasks import sweep
from competency.audit.models import AuditEvent
from competency.certificates import tasks as certificates
from competency.certificates.models import Certificate
from competency.decisions.services import ratify
from tests import factories

RIVALS = 4
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def impatient(settings: Settings, eager_tasks: None) -> None:
    """Sweeps find what was handed in just now, and do it themselves."""
    settings.SWEEP_PATIENCE = 0


def at_once(act: Callable[[], Any]) -> None:
    """Every rival does it at the same moment; whatever goes wrong is raised."""
    start = Barrier(RIVALS)

    def run() -> None:
        try:
            start.wait()
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(RIVALS) as pool:
        for rival in [pool.submit(run) for _ in range(RIVALS)]:
            rival.result()


def times(action: str, pk: Any) -> int:
    return AuditEvent.objects.filter(action=action, subject_id=pk).count()


def test_what_was_handed_in_is_scored_and_seated_once() -> None:
    campus = factories.campus(supervisors=4)
    attempts = [factories.handed_in(campus) for _ in range(2)]

    at_once(sweep.delay)

    for attempt in attempts:
        submission = factories.submission_of(attempt)
        assert submission.state == "under_review"
        assert times("submission.scored", submission.pk) == 1
        assert [review.seat for review in factories.reviews_of(attempt)] == [1, 2]
        assert submission.reviews.count() == 2


def test_a_lease_that_ran_out_lapses_once_and_its_seat_is_drawn_once() -> None:
    attempt = factories.under_review(factories.campus(supervisors=4))
    review = factories.reviews_of(attempt)[0]
    Review.objects.filter(pk=review.pk).update(leased_until=timezone.now())

    at_once(sweep.delay)

    assert times("review.lapsed", review.pk) == 1
    assert factories.submission_of(attempt).reviews.count() == 3
    assert [row.seat for row in factories.reviews_of(attempt)] == [1, 2]


def test_a_ratified_decision_awards_and_issues_one_certificate() -> None:
    campus = factories.campus()
    decision = factories.proposed(campus)
    ratify(decision, by=campus.certifier)  # as if the wake-up had been lost

    at_once(sweep.delay)
    at_once(certificates.sweep.delay)

    certificate = Certificate.objects.get()
    assert certificate.state == "issued"
    assert times("certificate.awarded", certificate.pk) == 1
    assert times("certificate.issued", certificate.pk) == 1
    assert Attempt.objects.get(pk=decision.attempt_id).state == "decided"
