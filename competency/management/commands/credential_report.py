"""manage.py credential_report --program CODE --by EMAIL --out FILE: a report with its manifest."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser

from competency.accounts.models import User
from competency.foundation.errors import DomainError
from competency.programs.models import Program
from competency.reports.services import Wish, ask_for_report, enrolments_of, save_report
from competency.reports.states import Contents, Format


class Command(BaseCommand):
    help = "Make a credential report now; its manifest is written beside it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--program", required=True, metavar="CODE")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="who asks for it")
        parser.add_argument("--out", required=True, type=Path, metavar="FILE")
        parser.add_argument("--format", default=Format.CSV, choices=Format.values)
        parser.add_argument("--contents", default=Contents.CREDENTIALS, choices=Contents.values)
        parser.add_argument("--cohort", metavar="NAME")
        parser.add_argument("--trainee", metavar="NUMBER")
        parser.add_argument("--from", dest="begins_on", type=date.fromisoformat, metavar="DAY")
        parser.add_argument("--until", dest="ends_on", type=date.fromisoformat, metavar="DAY")
        parser.add_argument(
            "--as-of", type=date.fromisoformat, metavar="DAY", help="as things stood at its end"
        )

    def handle(self, *args: Any, program: str, by: str, out: Path, **options: Any) -> None:
        try:
            here, who = Program.objects.get(code=program), User.objects.get(email=by)
            report = ask_for_report(here, _wish(here, options), by=who)
            save_report(report, out, by=who)
        except (Program.DoesNotExist, User.DoesNotExist) as error:
            raise CommandError(f"{error}".replace("matching query does", "does")) from error
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{out}: {report.rows} rows, SHA-256 {report.sha256}")


def _wish(program: Program, options: dict[str, Any]) -> Wish:
    return Wish(
        **{name: options[name] for name in ("format", "contents", "begins_on", "ends_on")},
        cohort=_one(program.cohorts.filter(name=options["cohort"]), options, "cohort"),
        enrolment=_one(enrolments_of(program, options["trainee"] or ""), options, "trainee"),
        as_of=end_of(options["as_of"], program) if options["as_of"] else None,
    )


def _one(rows: Any, options: dict[str, Any], name: str) -> Any:
    if options[name] is None:
        return None
    found = list(rows[:2])
    if len(found) != 1:
        raise DomainError(f"No {name} of this program, or several, are “{options[name]}”.")
    return found[0]


def end_of(day: date, program: Program) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(program.timezone))
