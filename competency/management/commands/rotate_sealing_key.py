"""Wrap every person's key under the present SEALING_KEY."""

from typing import Any

from cryptography.exceptions import InvalidTag
from django.core.management.base import BaseCommand, CommandError, CommandParser

from competency.accounts.models import User
from competency.credentials.services import seal_keys_anew
from competency.foundation.errors import DomainError
from competency.privacy.rotation import Rotation, rotate_sealing_key
from competency.renderings import services as seals
from competency.webhooks.services import seal_secrets_anew


class Command(BaseCommand):
    help = (
        "Wrap every person's key under the present SEALING_KEY. Set the earlier one in "
        "SEALING_KEY_FALLBACKS and restart every process first. May be killed and run again. "
        "Exits with 1 while a key opens with neither."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--by", required=True, metavar="EMAIL", help="who of staff does it")

    def handle(self, *args: Any, by: str, **options: Any) -> None:
        staff = User.objects.filter(email=by.strip().lower(), is_active=True).first()
        if staff is None:
            raise CommandError(f"Nobody has an account with the address {by}.")
        try:
            run = rotate_sealing_key(by=staff, told=self._tell)
            issuers = seal_keys_anew(by=staff) + seals.seal_keys_anew(by=staff)
            webhooks = seal_secrets_anew(by=staff)
        except DomainError as error:
            raise CommandError(error.message) from error
        except InvalidTag as error:
            raise CommandError(
                "An issuer's key opens with none of the keys that are set, or a webhook's "
                "secret does. Name the missing one in "
                "SEALING_KEY_FALLBACKS, or give the key up: manage.py issuer_keys rotate."
            ) from error
        self.stdout.write(f"{issuers:,} issuers' keys sealed anew.")
        self.stdout.write(f"{webhooks:,} webhooks' secrets sealed anew.")
        self.stdout.write(
            f"{run.rewrapped:,} keys wrapped anew; {run.in_force:,} were under the present "
            "SEALING_KEY already."
        )
        if run.unreadable:
            listed = "\n".join(f"  {person}" for person in run.unreadable)
            raise CommandError(
                f"{len(run.unreadable):,} keys open with none of the keys that are set. Name the "
                f"one that is missing in SEALING_KEY_FALLBACKS. They belong to:\n{listed}"
            )

    def _tell(self, run: Rotation) -> None:
        self.stdout.write(f"{run.seen:,} keys looked at, {run.rewrapped:,} wrapped anew")
