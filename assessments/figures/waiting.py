"""What waits for somebody, and since when; which certificates will end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.attempts.models import Submission
from assessments.attempts.states import AttemptState, Marking
from assessments.figures.scope import Scope
from assessments.harm.models import HarmJudgement
from assessments.reviews.models import Adjudication, Review
from assessments.reviews.states import OPEN
from competency.appeals.models import Appeal, RemediationPlan
from competency.appeals.states import AppealState
from competency.certificates.models import Certificate
from competency.certificates.states import CertificateState
from competency.decisions.models import Decision
from competency.decisions.states import DecisionState

PATIENCE = timedelta(days=7)  # what waits longer is overdue
AHEAD = timedelta(days=365)
SOON = timedelta(days=90)
OF_SUBMISSION = "submission__attempt__enrolment"


@dataclass(frozen=True)
class Kind:
    """A kind of work: its rows, the field that says since when, the way to the enrolment."""

    name: str
    label: Any
    rows: Callable[[Scope], QuerySet[Any]]
    since: str
    enrolment: str


@dataclass(frozen=True)
class Work:
    """Work of one kind: how much waits, how much of it is overdue, since when the oldest has."""

    kind: str
    label: Any
    count: int
    overdue: int
    oldest: datetime | None

    @property
    def days(self) -> int:
        """For how many whole days the oldest has waited."""
        return days_since(self.oldest)


@dataclass(frozen=True)
class Ending:
    """Certificates in force that end in one month."""

    month: datetime
    count: int


@dataclass(frozen=True)
class Expiring:
    """Certificates in force that end within a year: by month, and how many within 90 days."""

    months: Sequence[Ending]
    total: int
    soon: int


def days_since(moment: datetime | None) -> int:
    return (timezone.now() - moment).days if moment else 0


def _decisions(scope: Scope) -> QuerySet[Decision]:
    return Decision.objects.filter(attempt_id__in=scope.attempts().values("pk"))


def _reviews(scope: Scope) -> QuerySet[Review]:
    return Review.objects.filter(submission__attempt__in=scope.attempts(), state__in=OPEN)


def _unseated(scope: Scope) -> QuerySet[Submission]:
    return Submission.objects.filter(attempt__in=scope.attempts(), state=Marking.AWAITING_REVIEWER)


def _adjudications(scope: Scope) -> QuerySet[Adjudication]:
    return Adjudication.objects.filter(submission__attempt__in=scope.attempts(), completed_at=None)


def _readings(scope: Scope) -> QuerySet[HarmJudgement]:
    return HarmJudgement.objects.filter(
        flag__submission__attempt__in=scope.attempts(), fresh_reader=True, judged_at=None
    )


def _appeals(scope: Scope) -> QuerySet[Appeal]:
    open_states = [AppealState.LODGED, AppealState.UNDER_REVIEW]
    return Appeal.objects.filter(decision__in=_decisions(scope), state__in=open_states)


KINDS = (
    Kind("reviews", _("Reviews"), _reviews, "created_at", OF_SUBMISSION),
    Kind("unseated", _("Responses without a reviewer"), _unseated, "received_at",
         "attempt__enrolment"),
    Kind("adjudications", _("Adjudications"), _adjudications, "created_at", OF_SUBMISSION),
    Kind("readings", _("Harm readings"), _readings, "created_at", f"flag__{OF_SUBMISSION}"),
    Kind("proposals", _("Proposals to ratify"),
         lambda scope: _decisions(scope).filter(state=DecisionState.PROPOSED), "created_at",
         "enrolment"),
    Kind("releases", _("Results to release"),
         lambda scope: scope.attempts().filter(state=AttemptState.DECIDED, released_at=None),
         "handed_in_at", "enrolment"),
    Kind("appeals", _("Appeals"), _appeals, "lodged_at", "decision__enrolment"),
    Kind("plans", _("Plans to look at again"),
         lambda scope: RemediationPlan.objects.filter(
             decision__in=_decisions(scope), completed_at=None),
         "review_on", "decision__enrolment"),
)  # fmt: skip


def work_of(scope: Scope) -> list[Work]:
    """Every kind of work, also what nobody has to do at the moment."""
    return [_work(kind, kind.rows(scope)) for kind in KINDS]


def _work(kind: Kind, rows: QuerySet[Any]) -> Work:
    now = timezone.now()
    on_a_day = kind.since == "review_on"  # agreed upon: overdue once it is past
    late = Q(**{f"{kind.since}__lt": now.date() if on_a_day else now - PATIENCE})
    found = rows.order_by().aggregate(
        count=Count("pk"), overdue=Count("pk", filter=late), oldest=Min(kind.since)
    )
    oldest = None if on_a_day else found["oldest"]
    return Work(kind.name, kind.label, found["count"], found["overdue"], oldest)


def in_force(scope: Scope) -> QuerySet[Certificate]:
    """Certificates in force, the soonest end first."""
    rows = Certificate.objects.filter(
        decision__in=_decisions(scope),
        state=CertificateState.ISSUED,
        valid_until__gt=timezone.now(),
    )
    return rows.defer("particulars").order_by("valid_until", "pk")


def expiring(scope: Scope) -> Expiring:
    now = timezone.now()
    soon = Q(valid_until__lte=now + SOON)
    ending = in_force(scope).filter(valid_until__lte=now + AHEAD).order_by()
    months = ending.annotate(month=TruncMonth("valid_until", tzinfo=scope.zone)).values("month")
    rows = months.annotate(count=Count("pk"), soon=Count("pk", filter=soon)).order_by("month")
    found = list(rows)
    return Expiring(
        [Ending(row["month"], row["count"]) for row in found],
        sum(row["count"] for row in found),
        sum(row["soon"] for row in found),
    )
