"""A person's data as a ZIP: one page to read, the same as JSON for machines, files as they were."""

import json
import zipfile
from collections.abc import Iterable, Iterator
from functools import partial
from tempfile import TemporaryFile
from typing import IO, Any

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

PIECE = 1 << 16  # bytes
PAGE, DATA = "my-data.html", "my-data.json"
# Sections that the page shows as they are: key and value.
FURTHER = {
    "sittings": _("Windows in which you had a place"),
    "hours": _("Your hours"),
    "supervised": _("Whom you supervised, without names"),
    "cases": _("Closed cases about you"),
    "licenses": _("Your licenses to review"),
    "harm_judged": _("Harm that you judged"),
    "opinions_given": _("Opinions that you gave"),
    "conflicts": _("Declared conflicts of interest, without the other’s name"),
    "sharing": _("What you let others see"),
    "sign_in": _("How you sign in"),
    "signed_in_from": _("Where you are signed in"),
    "invitations": _("Invitations that you accepted"),
    "notifications": _("What you were told"),
    "choices": _("What you chose"),
    "practice": _("Your practice case"),
    "set_up": _("What you set up"),
    "erasures": _("Erasures"),
}


def packed(data: dict[str, Any], files: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """The bytes of the ZIP, in pieces. It is packed when the first of them is asked for."""
    with TemporaryFile() as file:
        pack(data, files, file)
        file.seek(0)
        yield from iter(partial(file.read, PIECE), b"")


def pack(data: dict[str, Any], files: Iterable[tuple[str, bytes]], into: IO[bytes]) -> None:
    """Write the ZIP; one of the files is in memory at a time."""
    further = [(title, data[name]) for name, title in FURTHER.items()]
    page = render_to_string("assessments/rights/own_data.html", {"data": data, "further": further})
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(PAGE, page)
        archive.writestr(DATA, json.dumps(data, ensure_ascii=False, indent=2))
        for name, content in files:
            archive.writestr(name, content)
