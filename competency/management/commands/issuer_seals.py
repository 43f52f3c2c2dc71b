"""manage.py issuer_seals: list the seals of PDFs; replace one, or take in one of an authority."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from competency.accounts.models import User
from competency.foundation.errors import DomainError
from competency.programs.models import Issuer
from competency.renderings import services
from competency.renderings.models import IssuerSeal


class Command(BaseCommand):
    help = (
        "The seals that issuers put on PDFs. The first is the issuer's own, which readers show "
        "as unknown; take in one from a trusted authority to change that. What is sealed stays."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
        acts.add_parser("list", help="every seal, with its issuer and its end")
        replace = acts.add_parser("replace", help="a new seal of the issuer's own making")
        take_in = acts.add_parser("import", help="a seal that an authority vouches for")
        take_in.add_argument("--key", required=True, type=Path, help="the private key, PEM")
        take_in.add_argument("--chain", required=True, type=Path, help="the certificates, PEM")
        for act in (replace, take_in):
            act.add_argument("issuer", metavar="ISSUER", help="its name")
            act.add_argument("--by", required=True, metavar="EMAIL", help="who of staff does it")

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        if act == "list":
            self._list()
            return
        try:
            made = self._made(act, options)
        except DomainError as error:
            raise CommandError(error.message) from error
        except OSError as error:
            raise CommandError(f"{error.filename} cannot be read: {error.strerror}") from error
        self.stdout.write(f"{made} is in use until {made.expires_at:%Y-%m-%d}.")

    def _list(self) -> None:
        for row in IssuerSeal.objects.select_related("issuer").order_by("issuer", "created_at"):
            state = "in use" if row.retired_at is None else f"retired {row.retired_at:%Y-%m-%d}"
            self.stdout.write(f"{row}  {state}  ends {row.expires_at:%Y-%m-%d}")

    def _made(self, act: str, options: dict[str, Any]) -> IssuerSeal:
        email, name = options["by"].strip().lower(), options["issuer"]
        staff = User.objects.filter(email=email, is_active=True).first()
        issuer = Issuer.objects.filter(name=name).first()
        if staff is None:
            raise CommandError(f"Nobody has an account with the address {email}.")
        if issuer is None:
            raise CommandError(f"There is no issuer with the name {name}.")
        if act == "replace":
            return services.replace_seal(issuer, by=staff)
        key, chain = options["key"].read_bytes(), options["chain"].read_bytes()
        return services.import_seal(issuer, key=key, chain=chain, by=staff)
