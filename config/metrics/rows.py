"""What the rows say: how many are in which state, what is due and since when, what is parked."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone
from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from assessments.attempts.models import Attempt, Submission
from assessments.harm.models import HarmFlag
from assessments.reviews.models import Review
from assessments.workflow import ages
from competency.certificates.models import Certificate
from competency.certificates.states import CertificateState
from competency.decisions.models import Decision
from competency.foundation.models import Stateful
from competency.parking.models import Mishap

LONGEST_READ_MS = 2_000
STUCK_SECONDS = 300.0  # several sweeps have looked at it by then
COUNTED: tuple[type[Stateful], ...] = (
    Attempt,
    Submission,
    Review,
    HarmFlag,
    Decision,
    Certificate,
)


def states() -> Iterator[Metric]:
    found = GaugeMetricFamily("credence_rows", "Rows in each state.", labels=["kind", "state"])
    with _briefly():
        for model in COUNTED:
            kind = str(model._meta.model_name)
            rows: Any = model._default_manager.order_by()
            counted = dict(rows.values_list("state").annotate(Count("pk")))
            for state, _ in model._meta.get_field("state").flatchoices:  # type: ignore[misc]
                found.add_metric([kind, str(state)], counted.get(state, 0))
    yield found


def work() -> Iterator[Metric]:
    """What the sweep would find now, and for how long it has waited."""
    due = GaugeMetricFamily("credence_due_rows", "Automatic steps that are due.", labels=["kind"])
    oldest = GaugeMetricFamily(
        "credence_due_oldest_seconds", "How long the oldest has been due.", labels=["kind"]
    )
    stuck = GaugeMetricFamily(
        "credence_stuck_rows", "Due for more than 5 minutes, not parked.", labels=["kind"]
    )
    with _briefly():
        for kind, since in (
            ("submission", ages.submissions().values()),
            ("attempt", ages.attempts().values()),
            ("certificate", _unissued()),
        ):
            waited = _waited(since)
            due.add_metric([kind], len(waited))
            oldest.add_metric([kind], max(waited, default=0.0))
            stuck.add_metric([kind], sum(seconds > STUCK_SECONDS for seconds in waited))
    yield from (due, oldest, stuck)


def people() -> Iterator[Metric]:
    """What waits for somebody to be found, and what waits for staff."""
    with _briefly():
        waited = _waited(ages.awaiting_reviewer().values())
        counted = Mishap.objects.parked().order_by().values_list("subject_type")
        parked = dict(counted.annotate(Count("pk")))
    yield GaugeMetricFamily(
        "credence_awaiting_reviewer_oldest_seconds",
        "How long the oldest submission has waited for an eligible reviewer.",
        value=max(waited, default=0.0),
    )
    found = GaugeMetricFamily(
        "credence_parked_rows", "Rows whose step failed too often.", labels=["kind"]
    )
    for kind in ("submission", "attempt", "certificate"):
        found.add_metric([kind], parked.get(kind, 0))
    yield found


def _unissued() -> Sequence[datetime]:
    parked = Mishap.objects.parked().filter(subject_type="certificate").values("subject_id")
    rows = Certificate.objects.filter(state=CertificateState.AWARDED).exclude(pk__in=parked)
    return list(rows.order_by("awarded_at").values_list("awarded_at", flat=True)[:500])


def _waited(since: Iterable[datetime]) -> list[float]:
    now = timezone.now()
    return [max(0.0, (now - moment).total_seconds()) for moment in since]


@contextmanager
def _briefly() -> Iterator[None]:
    """A transaction in which no statement may run long."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(LONGEST_READ_MS)])
        yield
