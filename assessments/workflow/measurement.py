"""From judgements that stand to levels with errors: the seam to the measurement engine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet

from assessments.attempts.models import Attempt, Submission
from assessments.grading.services import keyed_section_of
from assessments.harm.models import HarmFlag
from assessments.harm.states import FlagState
from assessments.instruments.models import FormVignette
from assessments.psychometrics.composite import (
    Components,
    Judged,
    Measure,
    measure,
    measure_criterion,
)
from assessments.referrals.services import panel_outcomes
from assessments.reviews.allocation import completed
from assessments.reviews.judgements import mapped_criteria
from assessments.reviews.models import Settlement
from assessments.reviews.rules import Agreement, agreement
from competency.decisions.rules import Findings, Measured
from competency.frameworks.models import Competency, Criterion

COMPONENTS = tuple(Components.__dataclass_fields__)


@dataclass(frozen=True)
class Marked:
    """A marked submission: what each criterion came to, and how its reviewers agreed."""

    submission: Submission
    criteria: Sequence[Criterion]
    judged: Judged
    reviews: int
    agreement: Agreement
    settled: Sequence[str]


@dataclass(frozen=True)
class Measurement:
    """All that a decision needs to know of one attempt."""

    marked: Sequence[Marked]
    composite: Measure
    competencies: Mapping[str, tuple[Competency, Measure]]
    findings: Findings


def components_of(pinned: Mapping[str, Any] | None) -> Components | None:
    """The pinned variance components, or None where the Standard has no G-study."""
    if not pinned:
        return None
    return Components(**{name: float(pinned[name]) for name in COMPONENTS})


def marked(submission: Submission) -> Marked:
    reviews = completed(submission)
    levels = [{row.criterion.code: row.level for row in r.ratings.all()} for r in reviews]
    criteria = mapped_criteria(submission)
    settled = settlements_of(submission)
    standing = {
        criterion.code: (
            [settled[criterion.code]]
            if criterion.code in settled
            else [given[criterion.code] for given in levels]
        )
        for criterion in criteria
    }
    weights = {criterion.code: float(criterion.weight) for criterion in criteria}
    return Marked(
        submission,
        criteria,
        Judged(standing, weights),
        len(reviews),
        agreement(levels, list(standing)),
        sorted(settled),
    )


def settlements_of(submission: Submission) -> dict[str, int]:
    """Criterion code → the level an adjudicator settled, in the rounds that count."""
    rows = Settlement.objects.filter(
        adjudication__submission=submission, adjudication__round__gte=submission.base_round
    )
    return dict(rows.values_list("criterion__code", "level"))


def settled_codes(submission: Submission) -> set[str]:
    return set(settlements_of(submission))


def measure_attempt(attempt: Attempt) -> Measurement:
    """Measure a fully marked attempt. Repeats on the same rows give the same numbers."""
    standard = attempt.assessment.standard_version
    components = components_of(standard.variance_components)
    rows = attempt.submissions.select_related("vignette_version__vignette", "key", "attempt")
    all_marked = [marked(submission) for submission in rows.order_by("position")]
    judged = [row.judged for row in all_marked]
    composite = measure(judged, components)
    competencies = {}
    for criterion in {c.code: c for row in all_marked for c in row.criteria}.values():
        found = measure_criterion(criterion.code, judged, components)
        if found is not None:
            competencies[criterion.competency.code] = (criterion.competency, found)
    findings = Findings(
        composite=Measured(composite.value, composite.standard_error),
        competencies={
            code: Measured(found.value, found.standard_error)
            for code, (_, found) in competencies.items()
        },
        keyed=keyed_section_of(attempt),
        vignettes_complete=len(all_marked) >= vignettes_on(attempt.form_id),
        reviews_sufficient=all(row.reviews >= standard.required_reviews for row in all_marked),
        harm_confirmed=harm_confirmed(attempt),
        panel=panel_outcomes(attempt) or (),
    )
    return Measurement(all_marked, composite, competencies, findings)


def vignettes_on(form_id: UUID) -> int:
    return FormVignette.objects.filter(form=form_id).count()


def harm_confirmed(attempt: Attempt) -> bool:
    return flags_of(attempt).filter(state=FlagState.CONFIRMED).exists()


def flags_of(attempt: Attempt) -> QuerySet[HarmFlag]:
    """The harm flags of the rounds whose judgements count."""
    return HarmFlag.objects.filter(
        submission__attempt=attempt, round__gte=F("submission__base_round")
    )
