"""The technical report of an assessment, for a regulator: how its Standard was set and how far its
results can be relied upon, as far as the platform computes it. It names nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Avg, Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.figures.agreement import ReviewerAgreement, reviewer_agreement
from assessments.figures.levels import overall
from assessments.figures.rules import LEAST, suppressed, withheld
from assessments.figures.scope import Scope
from assessments.instruments.models import Assessment, Form
from assessments.psychometrics.dependability import Dependability, dependability
from assessments.workflow.measurement import components_of
from competency.decisions.models import Minimum

NOT_COMPUTED = (
    _("Variance components from the responses themselves (a G-study of this assessment)"),
    _("Dependability at the cut, phi(lambda)"),
    _("Decision consistency and accuracy on a repeated sitting"),
    _("Severity of each reviewer, and levels adjusted for it"),
    _("Difficulty and discrimination of keyed items"),
    _("Differences between groups of trainees"),
)


@dataclass(frozen=True)
class Sureness:
    """How surely results were reached: how many with a probability at or beyond the Standard's
    thresholds, and how many between them. Parts of a whole; None where withheld."""

    competent: int | None
    not_yet: int | None
    between: int | None


@dataclass(frozen=True)
class TechnicalReport:
    """Figures of the people assessed are None where fewer than `least` stand behind them."""

    assessment: Assessment
    made_at: datetime
    least: int
    minima: Sequence[Minimum]
    attempts: int | None
    decided: int | None
    met: int | None
    mean: float | None
    deviation: float | None
    standard_error: float | None
    sureness: Sureness | None
    forms: Sequence[tuple[int, Dependability | None, int]]
    agreement: ReviewerAgreement | None
    not_computed: Sequence[Any] = NOT_COMPUTED


def technical_report(assessment: Assessment) -> TechnicalReport:
    """Over everybody who sat it in its program."""
    scope = Scope(assessment.program, assessment=assessment.pk)
    found, standard = overall(scope), assessment.standard_version
    few = found.met.total < LEAST
    agreement = reviewer_agreement(scope)
    parts = {"met": found.met.count, "other": found.met.total - found.met.count}
    sat = scope.attempts().filter(started_at__isnull=False).count()
    return TechnicalReport(
        assessment=assessment,
        made_at=timezone.now(),
        least=LEAST,
        minima=list(standard.minima.order_by("competency_code")),
        attempts=None if withheld(sat) else sat,
        decided=None if withheld(found.met.total) else found.met.total,
        met=None if few else suppressed(parts)["met"],
        mean=None if few else found.mean,
        deviation=None if few else found.deviation,
        standard_error=None if few else _mean_error(scope),
        sureness=None if few else _sureness(scope, assessment),
        forms=_forms(assessment),
        agreement=None if agreement.trainees < LEAST else agreement,
    )


def _mean_error(scope: Scope) -> float | None:
    found = scope.decided().order_by().aggregate(error=Avg("standard_error"))["error"]
    return None if found is None else float(found)


def _sureness(scope: Scope, assessment: Assessment) -> Sureness:
    standard = assessment.standard_version
    surely = Q(probability__gte=standard.competent_at)
    surely_not = Q(probability__lte=standard.not_yet_at)
    counts = scope.decided().exclude(probability=None).order_by().aggregate(
        competent=Count("pk", filter=surely),
        not_yet=Count("pk", filter=surely_not),
        between=Count("pk", filter=~surely & ~surely_not),
    )  # fmt: skip
    return Sureness(**suppressed(counts))


def _forms(assessment: Assessment) -> list[tuple[int, Dependability | None, int]]:
    """(number, dependability by the pinned G-study or None without one, vignettes) of each."""
    standard = assessment.standard_version
    components = components_of(standard.variance_components)
    rows = Form.objects.filter(assessment=assessment).annotate(count=Count("vignettes"))
    return [
        (
            number,
            dependability(components, count, standard.required_reviews)
            if components and count
            else None,
            count,
        )
        for number, count in rows.order_by("number").values_list("number", F("count"))
    ]
