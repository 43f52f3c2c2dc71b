"""Where each chain stands: its last seal, the last answer about it, and what is under way."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from competency.audit.models import AuditSeal
from competency.integrity.models import IntegrityCheck
from competency.programs.models import Program


@dataclass(frozen=True)
class Standing:
    """One chain; `program` is None for every chain at once, which has no seal of its own."""

    program: Program | None
    seal: AuditSeal | None
    last: IntegrityCheck | None
    open: IntegrityCheck | None


def standings(programs: Iterable[Program | None]) -> list[Standing]:
    """In three queries, however many."""
    programs = list(programs)
    wanted = [program.pk for program in programs if program]
    seals = AuditSeal.objects.filter(program_id__in=wanted).order_by("program_id", "-number")
    last = {seal.program_id: seal for seal in seals.distinct("program_id")}
    ours = Q(program__in=wanted) | Q(program=None)
    checks = IntegrityCheck.objects.filter(ours).select_related("asked_by")
    answered = _latest(checks.answered().order_by("program", "-finished_at"))
    under_way = _latest(checks.open().order_by("program", "-created_at"))
    return [
        Standing(program, last.get(pk), answered.get(pk), under_way.get(pk))
        for program, pk in ((program, program.pk if program else None) for program in programs)
    ]


def _latest(checks: QuerySet[IntegrityCheck]) -> dict[UUID | None, IntegrityCheck]:
    return {check.program_id: check for check in checks.distinct("program")}
