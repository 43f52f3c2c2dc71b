"""The rules as they hold here, and when they were last applied."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from assessments.retention.due import due
from assessments.retention.models import RetentionSweep
from assessments.retention.rules import RULES, SWEPT, Rule, days_of


@dataclass(frozen=True)
class Held:
    """A rule; `days` is None where no period ends it, `deleted` what the last sweep took."""

    rule: Rule
    days: int | None
    deleted: int


@dataclass(frozen=True)
class Table:
    rules: list[Held]
    last: RetentionSweep | None  # that came to its end
    under_way: RetentionSweep | None

    def swept(self) -> list[Held]:
        return [held for held in self.rules if held.days is not None]

    def others(self) -> list[Held]:
        return [held for held in self.rules if held.days is None]


def table() -> Table:
    """Every rule, with the period that this deployment chose."""
    last = RetentionSweep.objects.finished().order_by("-finished_at").first()
    deleted = last.deleted if last else {}
    rules = [
        Held(
            rule,
            days_of(rule, settings.RETENTION_DAYS) if rule.period else None,
            deleted.get(rule.code, 0),
        )
        for rule in RULES
    ]
    return Table(rules, last, RetentionSweep.objects.open().first())


def counted(now: datetime) -> dict[str, int]:
    """How many rows a sweep would take now, by the code of the rule."""
    return {rule.code: sum(rows.count() for rows in due(rule, now)) for rule in SWEPT}
