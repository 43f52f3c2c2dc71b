"""A released result, told to its trainee: why, what next, and how it compares with before."""

from typing import Any

from django.utils.translation import gettext as _

from assessments.attempts.afterwards import resit_opening
from assessments.attempts.answers import answers_given
from assessments.attempts.models import Attempt, Submission
from assessments.attempts.path import path_of
from assessments.harm.feedback import flags_told
from assessments.reviews.feedback import judged_of
from assessments.web import charts
from assessments.web.appeals import of_result
from assessments.web.words import outcome_words
from competency.accounts.models import User
from competency.decisions.models import Decision


def feedback_of(attempt: Attempt, decision: Decision, trainee: User) -> dict[str, Any]:
    """Context for the page of a released attempt."""
    rows = attempt.submissions.select_related("vignette_version__vignette", "attempt__enrolment")
    return {
        "told": [_case(row) for row in rows.order_by("position")],
        **of_result(attempt, decision),
        "resit_from": resit_opening(decision),
        "plan": _plan(decision),
        "earlier": _earlier(attempt, trainee),
    }


def _plan(decision: Decision) -> Any:
    return getattr(decision, "remediation_plan", None)


def _case(submission: Submission) -> dict[str, Any]:
    texts = {given.item.pk: given.text for given in answers_given(submission)}
    items = [item for stage in path_of(submission).stages for item in stage.items.all()]
    return {
        "title": submission.vignette_version.vignette.title,
        "criteria": judged_of(submission),
        "harm": flags_told(submission),
        "models": [
            {"prompt": item.prompt, "own": texts.get(item.pk, ""), "model": item.model_response}
            for item in items
            if item.model_response
        ],
    }


def _earlier(attempt: Attempt, trainee: User) -> list[dict[str, Any]]:
    """Every released attempt at this assessment, the first one first, once there are several."""
    own = Attempt.objects.of_trainee(trainee).filter(released_at__isnull=False)
    rows = own.filter(
        enrolment=attempt.enrolment_id, assessment__code=attempt.assessment.code
    ).order_by("number")
    decisions = Decision.objects.of_trainee(trainee).filter(attempt_id__in=[r.pk for r in rows])
    latest = {row.attempt_id: row for row in decisions.order_by("round")}
    told = [_point(row, latest[row.pk], attempt) for row in rows if row.pk in latest]
    return told if len(told) > 1 else []


def _point(row: Attempt, decision: Decision, shown: Attempt) -> dict[str, Any]:
    composite, cut = decision.dossier["composite"], float(decision.dossier["standard"]["cut"])
    value, error = float(composite["level"]), float(composite["standard_error"])
    return {
        "attempt": row,
        "here": row.pk == shown.pk,
        "value": value,
        "error": error,
        "outcome": outcome_words(decision.outcome),
        "at": charts.interval(value, error, cut),
        "cut_x": charts.cut_at(cut),
        "cut": cut,
        "label": _("Attempt {number}").format(number=row.number),
    }
