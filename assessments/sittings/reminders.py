"""Remind those who have not begun: before their window opens, and before it closes."""

from datetime import datetime, timedelta

from django.db.models import DurationField, Exists, ExpressionWrapper, F, OuterRef, QuerySet
from django.utils import timezone

from assessments.attempts.models import Attempt
from assessments.attempts.states import AttemptState
from competency.notifications.kinds import Channel, Kind
from competency.notifications.models import Muted, Notification
from competency.notifications.services import notify_each

AHEAD = timedelta(days=1)
AT_MOST = 2_000


def before_opening(now: datetime | None = None) -> int:
    """Who was told of it more than a day before is told again on the day before it opens."""
    now = now or timezone.now()
    soon = Attempt.objects.filter(
        state=AttemptState.ASSIGNED,
        opens_at__gt=now,
        opens_at__lte=now + AHEAD,
        created_at__lt=F("opens_at") - AHEAD,
    )
    return _remind(soon, Kind.ATTEMPT_OPENS)


def before_closing(now: datetime | None = None) -> int:
    """A day before it closes, or once half of a short window is over. Given longer, again."""
    now = now or timezone.now()
    gone = ExpressionWrapper(now - F("opens_at"), DurationField())
    left = ExpressionWrapper(F("closes_at") - now, DurationField())
    soon = Attempt.objects.filter(
        state=AttemptState.ASSIGNED, closes_at__gt=now, closes_at__lte=now + AHEAD
    )
    halfway = soon.annotate(gone=gone, left=left).filter(gone__gte=F("left"))
    return _remind(halfway, Kind.ATTEMPT_CLOSES)


def _remind(attempts: QuerySet[Attempt], kind: Kind) -> int:
    """How many were due. One whose window was moved since is due once more."""
    moment = "opens_at" if kind == Kind.ATTEMPT_OPENS else "closes_at"
    told = Notification.objects.filter(
        kind=kind, subject_id=OuterRef("pk"), created_at__gte=OuterRef(moment) - AHEAD
    )
    trainee = OuterRef("enrolment__trainee")
    deaf = [
        Exists(Muted.objects.filter(person=trainee, kind=kind, channel=channel))
        for channel in Channel
    ]
    due = attempts.filter(enrolment__trainee__is_active=True).exclude(Exists(told)).exclude(*deaf)
    rows = list(due.order_by(moment).values_list("pk", "enrolment__trainee_id", moment)[:AT_MOST])
    for at in dict.fromkeys(at for _, _, at in rows):
        pairs = [(pk, trainee) for pk, trainee, when in rows if when == at]
        notify_each(kind, pairs, occasion=at.isoformat())
    return len(rows)
