"""Delete what is kept long enough, now; or say what that would be."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from assessments.retention import runs
from assessments.retention.reading import counted, table


class Command(BaseCommand):
    help = "Apply the retention rules now. Workers do it once a day by themselves."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count; delete nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            found = counted(timezone.now())
        else:
            while runs.sweep():
                pass
            last = table().last
            found = last.deleted if last else {}
        for held in table().swept():
            self.stdout.write(
                f"{held.rule.code:16} {held.days:5,} days {found.get(held.rule.code, 0):9,}"
            )
