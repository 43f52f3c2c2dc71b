"""The one door through which evidence comes in."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from competency.audit.services import Actor, record
from competency.evidence.models import Evidence
from competency.foundation.transactions import joined
from competency.programs.models import Enrolment

PLACES = Decimal("0.0001")


@dataclass(frozen=True)
class Estimate:
    """A level on the scale 1–4 with its standard error, from so many ratings."""

    value: float
    standard_error: float
    ratings: int


def rounded(value: float) -> Decimal:
    return Decimal(str(value)).quantize(PLACES)


@joined()
def record_evidence(
    enrolment: Enrolment,
    estimates: Iterable[tuple[UUID, Estimate]],
    *,
    source_id: UUID,
    by: Actor,
    round_number: int = 1,
    source_type: str = "attempt",
) -> list[Evidence]:
    """Write one row per competency; a repeat for the same source and round writes nothing."""
    existing = Evidence.objects.filter(
        source_type=source_type, source_id=source_id, round=round_number
    )
    if rows := list(existing):
        return rows
    rows = Evidence.objects.bulk_create(
        Evidence(
            enrolment=enrolment,
            competency_id=competency_id,
            source_type=source_type,
            source_id=source_id,
            round=round_number,
            value=rounded(estimate.value),
            standard_error=rounded(estimate.standard_error),
            ratings=estimate.ratings,
        )
        for competency_id, estimate in estimates
    )
    record("evidence.recorded", enrolment, by=by, source=str(source_id), round=round_number)
    return rows
