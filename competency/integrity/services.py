"""Have the trail checked, and take it away."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction

from competency.accounts.models import User
from competency.audit.services import record
from competency.integrity import trail
from competency.integrity.models import IntegrityCheck
from competency.integrity.policies import check_may_ask
from competency.integrity.tasks import check
from competency.programs.models import Program


@transaction.atomic
def ask_for_check(program: Program | None, *, by: User) -> IntegrityCheck:
    """Have a program's chain checked in the background, or every chain for None (staff only).

    While a check of it stands open, that one is returned: whoever asks twice gets one answer.
    """
    check_may_ask(by, program)
    asked, made = IntegrityCheck.objects.open().get_or_create(
        program=program, finished_at=None, defaults={"asked_by": by}
    )
    if made:
        record("integritycheck.asked", asked, by=by)
    # robust: a broker that is away must not undo the act; the sweep finds it.
    transaction.on_commit(lambda: check.delay(str(asked.pk)), robust=True)
    return asked


@transaction.atomic
def export_trail(
    program: Program | None, search: trail.Search, *, by: User
) -> Iterator[dict[str, Any]]:
    """Every act that a search means, for whoever may read them; that it was taken is on record."""
    check_may_ask(by, program)
    record("trail.exported", program or by, by=by, search=search.told())
    return trail.exported(search)
