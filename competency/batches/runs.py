"""Issue what a run waits for, one certificate per transaction: a kill loses one at most."""

from uuid import UUID

import structlog
from django.db import OperationalError, transaction
from django.utils import timezone

from competency.audit.services import record
from competency.batches.models import IssuingItem, IssuingRun
from competency.certificates.issuing import issue
from competency.foundation.errors import DomainError

BATCH = 50
LONGEST_ERROR = 500

log = structlog.get_logger(__name__)


def issue_batch(run_id: UUID, size: int = BATCH) -> bool:
    """Settle up to `size` certificates. False when nothing is left, or the run was stopped."""
    for _ in range(size):
        if not _issue_next(run_id):
            return False
    return True


@transaction.atomic
def _issue_next(run_id: UUID) -> bool:
    """Workers pass over what another one holds."""
    if not IssuingRun.objects.going().filter(pk=run_id).exists():
        return False
    waiting = IssuingItem.objects.filter(run_id=run_id, settled_at=None)
    item = waiting.select_for_update(skip_locked=True, of=("self",)).first()
    if item is None:
        _finish(run_id)
        return False
    item.error = _issued(item)
    item.settled_at = timezone.now()
    item.save(update_fields=["settled_at", "error"])
    return True


def _issued(item: IssuingItem) -> str:
    """Why it could not be issued, or nothing. One that fails holds up no other."""
    try:
        with transaction.atomic():
            issue(item.certificate_id)
    except OperationalError:
        raise  # the database is away: that is nobody's certificate's fault
    except DomainError as error:
        return error.message[:LONGEST_ERROR]
    except Exception as error:
        log.exception("issuing_failed", certificate=str(item.certificate_id))
        return f"{type(error).__name__}: {error}"[:LONGEST_ERROR]
    return ""


def _finish(run_id: UUID) -> None:
    run = IssuingRun.objects.select_for_update(no_key=True, of=("self",)).get(pk=run_id)
    if run.finished_at is None and not run.items.filter(settled_at=None).exists():
        run.finished_at = timezone.now()
        run.save(update_fields=["finished_at"])
        failed = run.items.exclude(error="").count()
        record("issuingrun.finished", run, by=None, total=run.total, failed=failed)
