"""Delete what the rules say, in batches: each one transaction with one event in the trail.

A kill loses a batch at most; whoever comes next takes the same sweep up.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from assessments.retention.due import Rows, due
from assessments.retention.models import RetentionSweep
from assessments.retention.rules import SWEPT, Rule
from competency.audit.services import record
from competency.reports.making import expire
from competency.reports.models import Report

BATCH = 500
REPORTS_AT_ONCE = 20  # a file may be large
BATCHES_AT_MOST = 40  # in one task; then another goes on
ONCE_IN = timedelta(hours=20)  # asked for every hour, done about once a day


def is_due(now: datetime) -> bool:
    """No sweep ended lately, or one stands open."""
    lately = RetentionSweep.objects.finished().filter(finished_at__gt=now - ONCE_IN)
    return RetentionSweep.objects.open().exists() or not lately.exists()


def sweep() -> bool:
    """Go over the rules; whether something may be left, because it was much."""
    under_way, _made = RetentionSweep.objects.open().get_or_create(finished_at=None)
    left = BATCHES_AT_MOST
    for rule in SWEPT:
        while delete_batch(under_way.pk, rule):
            left -= 1
            if not left:
                return True
    RetentionSweep.objects.open().filter(pk=under_way.pk).update(finished_at=timezone.now())
    return False


@transaction.atomic
def delete_batch(sweep_id: UUID, rule: Rule) -> int:
    """Some of what one rule means; how many rows. The sweep's own row keeps two workers apart."""
    rows = RetentionSweep.objects.open().filter(pk=sweep_id).select_for_update(no_key=True)
    under_way = rows.first()
    if under_way is None:  # another worker ended it
        return 0
    gone = sum(_delete(each) for each in due(rule, timezone.now()))
    if gone:
        under_way.deleted[rule.code] = under_way.deleted.get(rule.code, 0) + gone
        under_way.save(update_fields=["deleted"])
        record("retention.swept", under_way, by=None, rule=rule.code, rows=gone)
    return gone


def _delete(rows: Rows) -> int:
    """Rows in somebody's hands are passed over until the next time."""
    emptied = rows.model is Report
    held = rows.select_for_update(of=("self",), skip_locked=True)
    keys = list(held.values_list("pk", flat=True)[: REPORTS_AT_ONCE if emptied else BATCH])
    if emptied:
        return sum(expire(pk) for pk in keys)
    rows.model._default_manager.filter(pk__in=keys).delete()
    return len(keys)
