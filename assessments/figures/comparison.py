"""Programs beside each other, for whoever oversees several: small numbers are withheld."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, F, OuterRef, Q, QuerySet, StdDev, Subquery

from assessments.attempts.models import Attempt
from assessments.figures.agreement import agreement_by
from assessments.figures.rules import LEAST, suppressed
from assessments.psychometrics.agreement import PairAgreement
from competency.decisions.models import Decision
from competency.decisions.states import DecisionState, Outcome
from competency.frameworks.models import FrameworkVersion
from competency.programs.models import Program

RESULTS = (Outcome.COMPETENT, Outcome.NOT_YET)
FRAMEWORK = "assessment__rubric_version__framework_version"
PROGRAM = "enrolment__cohort__program"


@dataclass(frozen=True)
class ComparedProgram:
    """One program's trainees on one framework. Everything but the names is None where fewer
    than five are decided, or where a part of the figure would be so small."""

    framework: FrameworkVersion
    program: Program
    decided: int | None
    met: int | None
    mean: float | None
    deviation: float | None
    agreement: PairAgreement | None

    @property
    def share(self) -> float | None:
        """Of those decided, how many met the Standard, in [0, 1]."""
        return self.met / self.decided if self.met is not None and self.decided else None


def comparison(programs: QuerySet[Program]) -> list[ComparedProgram]:
    """A row for each program and framework in which anybody is decided, in three queries and two
    for names, whatever their number. Levels of different Standards stand beside each other; the
    share that met one depends on its cut."""
    found = list(_decided(programs))
    frameworks = FrameworkVersion.objects.select_related("framework").in_bulk(
        {row["framework"] for row in found}
    )
    names = Program.objects.in_bulk({row["program"] for row in found})
    agreements = _agreements(programs)
    rows = [
        _row(frameworks[row["framework"]], names[row["program"]], row,
             agreements.get((row["framework"], row["program"])))
        for row in found
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (str(row.framework), row.program.name))


def _decided(programs: QuerySet[Program]) -> QuerySet[Any, Any]:
    ratified = Decision.objects.filter(state=DecisionState.RATIFIED, outcome__in=RESULTS)
    last = ratified.filter(enrolment__cohort__program__in=programs)
    last = last.order_by("enrolment_id", "-settled_at", "pk").distinct("enrolment_id")
    of_attempt = ratified.filter(attempt_id=OuterRef("pk"))
    return (
        Attempt.objects.filter(pk__in=last.values("attempt_id"))
        .annotate(
            composite=Subquery(of_attempt.values("composite")[:1]),
            outcome=Subquery(of_attempt.values("outcome")[:1]),
        )
        .values(framework=F(FRAMEWORK), program=F(PROGRAM))
        .annotate(
            decided=Count("pk"),
            met=Count("pk", filter=Q(outcome=Outcome.COMPETENT)),
            mean=Avg("composite"),
            deviation=StdDev("composite", sample=True),
        )
        .order_by()
    )


def _agreements(programs: QuerySet[Program]) -> dict[Any, tuple[int, PairAgreement]]:
    attempts = Attempt.objects.filter(enrolment__cohort__program__in=programs)
    return agreement_by(attempts, (FRAMEWORK, PROGRAM))


def _row(
    framework: FrameworkVersion,
    program: Program,
    found: dict[str, Any],
    agreement: tuple[int, PairAgreement] | None,
) -> ComparedProgram:
    if found["decided"] < LEAST:
        return ComparedProgram(framework, program, None, None, None, None, None)
    parts = {"met": found["met"], "other": found["decided"] - found["met"]}
    told = agreement and agreement[0] >= LEAST
    return ComparedProgram(
        framework,
        program,
        found["decided"],
        suppressed(parts)["met"],
        _float(found["mean"]),
        _float(found["deviation"]),
        agreement[1] if agreement and told else None,
    )


def _float(value: Any) -> float | None:
    return None if value is None else float(value)
