"""Where everybody of a sitting is, and whom it waits for: read from the rows, never stored."""

from typing import Any

from django.db import models
from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When

from assessments.attempts.models import Submission
from assessments.attempts.states import AttemptState, Marking
from assessments.harm.models import HarmJudgement
from assessments.referrals.models import Opinion
from assessments.sittings.models import Place
from competency.decisions.models import Decision
from competency.decisions.states import DecisionState


class Standing(models.TextChoices):
    """In the order of the way; what waits for people names them."""

    OPENING = "opening", "Being opened"
    NOT_STARTED = "not_started", "Not started"
    IN_PROGRESS = "in_progress", "In progress"
    WORKFLOW = "workflow", "Being worked on"
    NO_REVIEWER = "no_reviewer", "Nobody eligible to review"
    REVIEWERS = "reviewers", "With reviewers"
    ADJUDICATOR = "adjudicator", "With an adjudicator"
    READER = "reader", "With a reader of harm"
    JUDGES = "judges", "With two fresh judges"
    CERTIFIER = "certifier", "With a certifier"
    RELEASE = "release", "To be released"
    RELEASED = "released", "Released"
    LAPSED = "lapsed", "Never started"
    VOID = "void", "Void"
    LEFT_OUT = "left_out", "Left out"


def with_standing(places: QuerySet[Place]) -> QuerySet[Any]:
    """With `standing`. The first that fits is told: who must act before anybody else can."""
    handed_in = Q(attempt__state=AttemptState.HANDED_IN)
    marked = Q(attempt__state=AttemptState.MARKED)
    decided = Q(attempt__state=AttemptState.DECIDED)
    reader = HarmJudgement.objects.filter(
        flag__submission__attempt=OuterRef("attempt"), judged_at=None
    )
    judges = Opinion.objects.filter(attempt=OuterRef("attempt"), given_at=None)
    S = Standing
    whens = [
        (~Q(left_out=""), S.LEFT_OUT),
        (Q(attempt=None), S.OPENING),
        (Q(attempt__state=AttemptState.ASSIGNED), S.NOT_STARTED),
        (Q(attempt__state=AttemptState.IN_PROGRESS), S.IN_PROGRESS),
        (Q(attempt__state=AttemptState.LAPSED), S.LAPSED),
        (Q(attempt__state=AttemptState.VOID), S.VOID),
        (handed_in & _has(Marking.AWAITING_REVIEWER), S.NO_REVIEWER),
        (handed_in & _has(Marking.UNDER_REVIEW), S.REVIEWERS),
        (handed_in & _has(Marking.ADJUDICATING), S.ADJUDICATOR),
        (handed_in & Exists(reader), S.READER),
        ((handed_in | marked) & Exists(judges), S.JUDGES),
        (marked & _decision(DecisionState.PROPOSED), S.CERTIFIER),
        (decided & Q(attempt__released_at__isnull=False), S.RELEASED),
        (decided & _decision(DecisionState.RATIFIED, referral=""), S.RELEASE),
    ]
    told = [When(condition, then=Value(standing.value)) for condition, standing in whens]
    standing = Case(*told, default=Value(S.WORKFLOW.value), output_field=CharField())
    return places.annotate(standing=standing)


def _has(state: Marking) -> Exists:
    return Exists(Submission.objects.filter(attempt=OuterRef("attempt"), state=state))


def _decision(state: DecisionState, **more: str) -> Exists:
    """Of the attempt's present round."""
    rows = Decision.objects.filter(
        attempt_id=OuterRef("attempt"), round=OuterRef("attempt__round"), state=state, **more
    )
    return Exists(rows)


def counts(places: QuerySet[Place]) -> dict[str, int]:
    """How many are where; what nobody is at is left out."""
    rows = with_standing(places).order_by().values_list("standing").annotate(people=Count("pk"))
    found = dict(rows)
    return {each.value: found[each.value] for each in Standing if each.value in found}
