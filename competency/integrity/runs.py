"""Check a chain and keep what was found: once, whoever asks how often."""

from collections.abc import Iterable
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from competency.audit.rules import GENESIS
from competency.audit.services import record
from competency.audit.verification import Verification, verify_audit
from competency.integrity import progress
from competency.integrity.models import IntegrityCheck
from competency.programs.models import Program

TOLD = 50  # findings kept in words; the others are counted


def run(check_id: UUID) -> bool:
    """Answer a check that is open; False when it is answered, or in another worker's hands.

    Its row stays locked meanwhile, so that a message that comes twice is not worked off twice.
    """
    rows = IntegrityCheck.objects.open().filter(pk=check_id)
    rows.filter(started_at=None).update(started_at=timezone.now())
    with transaction.atomic():
        check = rows.select_for_update(of=("self",), skip_locked=True).first()
        if check is None:
            return False
        tell = partial(progress.tell, check.pk)
        _keep(check, verify_audit(check.program_id, expect=_noted(check), on_seal=tell))
    return True


def _noted(check: IntegrityCheck) -> Iterable[str]:
    """The heads that earlier checks found: each must still be in its chain, or it was cut off."""
    earlier = IntegrityCheck.objects.answered().exclude(head__in=["", GENESIS])
    if check.program_id is not None:
        earlier = earlier.filter(program=check.program_id)
    latest = earlier.order_by("program", "-finished_at").distinct("program")
    return [row.head for row in latest]


def _keep(check: IntegrityCheck, result: Verification) -> None:
    chains = result.chains.values()
    codes = dict(Program.objects.values_list("pk", "code"))
    check.head = result.chain(check.program_id).head if check.program_id else ""
    check.seals = sum(chain.seals for chain in chains)
    check.events = sum(chain.events for chain in chains)
    check.unsealed = sum(chain.unsealed for chain in chains)
    check.found = result.found
    check.findings = [
        {"program": codes.get(finding.program_id, "") if finding.program_id else "",
         "words": finding.words}
        for finding in result.findings[:TOLD]
    ]  # fmt: skip
    check.finished_at = timezone.now()
    check.save()
    record("integritycheck.finished", check, by=None, found=check.found, head=check.head)
