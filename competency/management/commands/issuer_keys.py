"""manage.py issuer_keys: list issuers' keys; create, rotate, retire, mark compromised."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from competency.accounts.models import User
from competency.credentials import services
from competency.credentials.models import IssuerKey
from competency.foundation.errors import DomainError
from competency.programs.models import Issuer


class Command(BaseCommand):
    help = (
        "The keys with which issuers sign credentials. Rotating keeps old certificates valid; "
        "a compromised key takes its certificates with it, and they are signed again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
        acts.add_parser("list", help="every key with its state")
        for act, words in (
            ("create", "draw an issuer's first key, or one in place of a lost one"),
            ("rotate", "retire the active key and draw a new one"),
        ):
            of_issuer = acts.add_parser(act, help=words)
            of_issuer.add_argument("issuer", metavar="ISSUER", help="its name, or its path")
            _asks_who(of_issuer)
        for act, words in (
            ("retire", "sign nothing more with a key"),
            ("compromised", "a key is lost: what it signed is valid no more"),
        ):
            of_key = acts.add_parser(act, help=words)
            of_key.add_argument("key", metavar="PATH#NAME", help="as list shows it")
            _asks_who(of_key)
            if act == "compromised":
                of_key.add_argument("--reason", required=True, help="what happened")

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        if act == "list":
            self._list()
            return
        try:
            self._do(act, _staff(options["by"]), options)
        except DomainError as error:
            raise CommandError(error.message) from error

    def _list(self) -> None:
        rows = IssuerKey.objects.select_related("identity__issuer")
        for key in rows.order_by("identity__path", "created_at"):
            since = key.compromised_at or key.retired_at or key.created_at
            self.stdout.write(
                f"{key}  {key.state} since {since:%Y-%m-%d %H:%M} UTC  {key.public_key}"
            )

    def _do(self, act: str, staff: User, options: dict[str, Any]) -> None:
        if act == "create":
            self.stdout.write(f"{services.create_key(_issuer(options), by=staff)} is active.")
        elif act == "rotate":
            self.stdout.write(f"{services.rotate_key(_issuer(options), by=staff)} is active now.")
        elif act == "retire":
            key = _key(options)
            services.retire_key(key, by=staff)
            self.stdout.write(f"{key} is retired. What it signed stays valid.")
        else:
            key = _key(options)
            services.mark_compromised(key, by=staff, reason=options["reason"])
            self.stdout.write(f"{key} is off the list; the workers sign its certificates again.")


def _asks_who(parser: CommandParser) -> None:
    parser.add_argument("--by", required=True, metavar="EMAIL", help="who of staff does it")


def _staff(email: str) -> User:
    staff = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if staff is None:
        raise CommandError(f"Nobody has an account with the address {email}.")
    return staff


def _issuer(options: dict[str, Any]) -> Issuer:
    named = options["issuer"]
    found = Issuer.objects.filter(identity__path=named) or Issuer.objects.filter(name=named)
    if not found:
        raise CommandError(f"There is no issuer with the name or path {named}.")
    return found[0]


def _key(options: dict[str, Any]) -> IssuerKey:
    path, _, name = options["key"].partition("#")
    found = IssuerKey.objects.filter(identity__path=path, name=name).first()
    if found is None:
        raise CommandError(f"There is no key {options['key']}; see: issuer_keys list.")
    return found
