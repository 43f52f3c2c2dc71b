"""Whom the workflow tells that something waits for them."""

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.utils import timezone

from assessments.attempts.models import Submission
from assessments.reviews.models import Review
from assessments.reviews.states import OPEN
from competency.notifications.kinds import Kind
from competency.notifications.models import Notification
from competency.notifications.services import notify
from competency.programs.policies import people_who_may
from competency.programs.roles import Permission
from competency.webhooks.models import Event
from competency.webhooks.services import announce

WARNED_BEFORE = timedelta(days=1)
AT_MOST = 500


def tell_directors(submission: Submission) -> None:
    """Nobody is eligible: whoever runs the program is told, once in a round."""
    directors = people_who_may(Permission.PROGRAM_RUN, submission.program_id)
    occasion = f"{submission.position}/{submission.round}"
    notify(Kind.AWAITING_REVIEWER, submission.attempt_id, directors, occasion=occasion)


def tell_marked(submission: Submission) -> None:
    """Whoever listens hears of it, once in a round."""
    occasion = f"round {submission.round}"
    announce(Event.SUBMISSION_MARKED, submission.pk, submission.program_id, occasion=occasion)


def warn_of_leases() -> int:
    """Tell reviewers whose lease ends within a day, once per review; how many are due."""
    now = timezone.now()
    told = Notification.objects.filter(kind=Kind.LEASE_ENDING, subject_id=OuterRef("pk"))
    ending = Review.objects.filter(
        state__in=OPEN, leased_until__gt=now, leased_until__lt=now + WARNED_BEFORE
    ).exclude(Exists(told))
    rows = list(ending.order_by("leased_until").values_list("pk", "reviewer_id")[:AT_MOST])
    for review, reviewer in rows:
        notify(Kind.LEASE_ENDING, review, [reviewer])
    return len(rows)
