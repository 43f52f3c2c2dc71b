"""Which rows a rule means at a moment: those whose period is over."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, Q, QuerySet
from rest_framework.authtoken.models import Token

from assessments.desk.models import Jotting, ReviewDraft
from assessments.harm.models import HarmJudgement
from assessments.practice.models import PracticeSitting
from assessments.referrals.models import Opinion
from assessments.retention.rules import Rule, days_of
from assessments.reviews.models import Adjudication
from assessments.reviews.states import OPEN
from competency.invitations.models import Invitation
from competency.notifications.models import Notification
from competency.parking.models import Mishap
from competency.reports.models import Report
from competency.reports.states import ReportState
from competency.webhooks.models import Delivery
from competency.webhooks.states import WAITING

Rows = QuerySet[Any]
JUST_BEGUN = timedelta(hours=1)  # a session is written after the note of its browser


def due(rule: Rule, now: datetime) -> list[Rows]:
    """The rows to delete now, the oldest first; of several tables where a rule means several."""
    long_ago = now - timedelta(days=days_of(rule, settings.RETENTION_DAYS))
    return FOUND[rule.code](long_ago, now)


def _deliveries(long_ago: datetime, now: datetime) -> list[Rows]:
    """What waits for an address in use is still sent, however old."""
    over = ~Q(state__in=WAITING) | Q(endpoint__stopped_at__lt=long_ago)
    return [Delivery.objects.filter(over, occurred_at__lt=long_ago).order_by("occurred_at")]


def _notifications(long_ago: datetime, now: datetime) -> list[Rows]:
    return [Notification.objects.filter(created_at__lt=long_ago).order_by("created_at")]


def _jottings(long_ago: datetime, now: datetime) -> list[Rows]:
    theirs, task = OuterRef("writer"), OuterRef("task")
    waiting = (
        Exists(Adjudication.objects.filter(pk=task, adjudicator=theirs, completed_at=None)),
        Exists(HarmJudgement.objects.filter(pk=task, judge=theirs, judged_at=None)),
        Exists(Opinion.objects.filter(pk=task, judge=theirs, given_at=None)),
    )
    rows = Jotting.objects.filter(*(~one for one in waiting), saved_at__lt=long_ago)
    return [rows.order_by("saved_at")]


def _drafts(long_ago: datetime, now: datetime) -> list[Rows]:
    rows = ReviewDraft.objects.exclude(review__state__in=OPEN).filter(saved_at__lt=long_ago)
    return [rows.order_by("saved_at")]


def _practice(long_ago: datetime, now: datetime) -> list[Rows]:
    return [PracticeSitting.objects.filter(created_at__lt=long_ago).order_by("created_at")]


def _reports(long_ago: datetime, now: datetime) -> list[Rows]:
    """The rows whose file goes; they stay themselves (`runs`)."""
    ready = Report.objects.filter(state=ReportState.READY, finished_at__lt=long_ago)
    return [ready.order_by("finished_at")]


def _invitations(long_ago: datetime, now: datetime) -> list[Rows]:
    over = Q(withdrawn_at__lt=long_ago) | Q(withdrawn_at=None, expires_at__lt=long_ago)
    return [Invitation.objects.filter(over, accepted_at=None).order_by("created_at")]


def _mishaps(long_ago: datetime, now: datetime) -> list[Rows]:
    return [Mishap.objects.filter(released_at__lt=long_ago).order_by("released_at")]


def _sessions(long_ago: datetime, now: datetime) -> list[Rows]:
    going = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gte=long_ago)
    traces = UserSession.objects.filter(
        ~Exists(going), last_seen_at__lt=min(long_ago, now - JUST_BEGUN)
    )
    over = Session.objects.filter(expire_date__lt=long_ago)
    return [over.order_by("expire_date"), traces.order_by("last_seen_at")]


def _tokens(long_ago: datetime, now: datetime) -> list[Rows]:
    """A token ends so many days after it was drawn."""
    drawn = long_ago - timedelta(days=settings.API_TOKEN_DAYS)
    return [Token.objects.filter(created__lt=drawn).order_by("created")]


FOUND: dict[str, Callable[[datetime, datetime], list[Rows]]] = {
    "deliveries": _deliveries,
    "notifications": _notifications,
    "jottings": _jottings,
    "review-drafts": _drafts,
    "practice": _practice,
    "report-files": _reports,
    "invitations": _invitations,
    "mishaps": _mishaps,
    "sessions": _sessions,
    "tokens": _tokens,
}
