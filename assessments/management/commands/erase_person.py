"""Erase people at their request, by staff."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from assessments.rights.flight import bars_to_erasure
from assessments.rights.services import erase_person
from competency.accounts.models import User
from competency.foundation.errors import DomainError


class Command(BaseCommand):
    help = (
        "Erase a person who cannot ask for it on the site, or was erased before a backup was "
        "restored. Without --yes it only says what stands in the way. It cannot be undone."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("person", metavar="PERSON", help="an e-mail address or an id")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="who of staff does it")
        parser.add_argument("--reason", required=True, help="who asked for it, when and how")
        parser.add_argument("--yes", action="store_true", help="do it")

    def handle(self, *args: Any, person: str, by: str, reason: str, **options: Any) -> None:
        somebody, staff = _find(person), _find(by)
        if not options["yes"]:
            bars = bars_to_erasure(somebody)
            self.stdout.write("\n".join(bars) or f"{somebody} can be erased: add --yes.")
            return
        try:
            erasure = erase_person(somebody, reason=reason, by=staff)
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{somebody.pk} is erased. What is kept, in rows:")
        for label, count in erasure.kept.items():
            self.stdout.write(f"  {label}: {count:,}")


def _find(who: str) -> User:
    people = User.objects.all()
    try:
        found = people.filter(pk=UUID(who)).first()
    except ValueError:
        found = people.filter(email=who.strip().lower()).first()
    if found is None:
        raise CommandError(f"Nobody has an account with the address or id {who}.")
    return found
