"""Publish a version of the privacy notice from a file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from competency.accounts.models import User
from competency.foundation.errors import DomainError
from competency.privacy.services import publish_notice


class Command(BaseCommand):
    help = (
        "Publish the privacy notice: the first line of the file is its title, after “# ”; the "
        "rest is its text. Whoever sits next is asked to accept it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, metavar="FILE")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="who of staff does it")
        parser.add_argument("--changes", default="", help="what differs from the version before")

    def handle(self, *args: Any, path: Path, by: str, changes: str, **options: Any) -> None:
        staff = User.objects.filter(email=by.strip().lower(), is_active=True).first()
        if staff is None:
            raise CommandError(f"Nobody has an account with the address {by}.")
        try:
            title, _, text = path.read_text(encoding="utf-8").partition("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{path} cannot be read: {error}.") from error
        if not title.startswith("# "):
            raise CommandError(f"{path}: the first line is the title; begin it with “# ”.")
        try:
            notice = publish_notice(title=title[2:], text=text, changes=changes, by=staff)
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{notice} is in force. SHA-256 {notice.content_hash}")
