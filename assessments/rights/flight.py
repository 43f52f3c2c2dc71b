"""What is under way with a person, so that erasing them now would break it off half done."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.attempts.models import Attempt
from assessments.attempts.states import AttemptState
from assessments.harm.models import HarmJudgement
from assessments.referrals.models import Opinion
from assessments.reviews.models import Adjudication, Review
from competency.accounts.models import User
from competency.appeals.models import Appeal
from competency.appeals.states import AppealState
from competency.cases.models import Case
from competency.certificates.models import Certificate
from competency.certificates.states import CertificateState
from competency.decisions.models import Decision
from competency.decisions.states import DecisionState
from competency.programs.models import Membership
from competency.programs.roles import Role

MARKING = (AttemptState.HANDED_IN, AttemptState.MARKED)
OPEN_APPEALS = (AppealState.LODGED, AppealState.UNDER_REVIEW)


def bars_to_erasure(person: User) -> list[str]:
    """What has to end first, in words, each with what to do about it; empty where nothing does."""
    return [*_as_trainee(person), *_as_judge(person), *_as_director(person)]


def _as_trainee(person: User) -> Iterator[str]:
    attempts = Attempt.objects.of_trainee(person).select_related("assessment")
    for attempt in attempts.filter(state=AttemptState.IN_PROGRESS):
        yield _(
            "The sitting of %(title)s is under way. Hand it in, or ask the program’s director to "
            "void it."
        ) % {"title": attempt.assessment.title}
    for attempt in attempts.filter(state__in=MARKING):
        yield _("%(title)s is being marked. Wait for the decision.") % _title(attempt)
    for attempt in _undecided(attempts):
        yield _("The decision on %(title)s is not final yet. Wait for it.") % _title(attempt)
    for appeal in Appeal.objects.of_trainee(person).filter(state__in=OPEN_APPEALS):
        yield (
            _("An appeal is lodged. Withdraw it, or wait for its outcome.")
            if appeal.state == AppealState.LODGED
            else _("An appeal is being heard. Wait for its outcome.")
        )
    if Case.objects.filter(enrolment__trainee=person, closed_at=None).exists():
        yield _("A case about an attempt is open. Wait until it is closed.")
    if Certificate.objects.filter(holder=person, state=CertificateState.AWARDED).exists():
        yield _("A certificate is being issued. Try again in a minute.")


def _title(attempt: Attempt) -> dict[str, str]:
    return {"title": attempt.assessment.title}


def _undecided(attempts: QuerySet[Attempt]) -> QuerySet[Attempt]:
    """Decided attempts on which something follows: a referral, a granted appeal."""
    this_round = Decision.objects.filter(attempt_id=OuterRef("pk"), round=OuterRef("round"))
    final = this_round.filter(state=DecisionState.RATIFIED, referral="")
    return attempts.filter(state=AttemptState.DECIDED).exclude(Exists(final))


def _as_judge(person: User) -> Iterator[str]:
    waiting: list[QuerySet[Any]] = [
        Review.objects.open_for(person),
        Adjudication.objects.open_for(person),
        Opinion.objects.open_for(person),
        HarmJudgement.objects.open_for(person),
        Appeal.objects.filter(decider=person, state=AppealState.UNDER_REVIEW),
    ]
    if count := sum(rows.count() for rows in waiting):
        yield ngettext(
            "%(count)d judgment is assigned to this person. Finish it, or step back from it.",
            "%(count)d judgments are assigned to this person. Finish them, or step back from them.",
            count,
        ) % {"count": count}


def _as_director(person: User) -> Iterator[str]:
    directing = Membership.objects.current().filter(role=Role.DIRECTOR, person__is_active=True)
    others = directing.filter(program=OuterRef("program")).exclude(person=person)
    alone = directing.filter(person=person).exclude(Exists(others)).select_related("program")
    for membership in alone:
        yield _(
            "%(program)s has no other director. Somebody else has to be made director first."
        ) % {"program": membership.program.name}
