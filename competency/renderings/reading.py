"""Find the credential in a PDF that a stranger handed in, without trusting one byte of it.

No PDF library sees such a file. A PDF of ours is known by its hash, which a seal that still holds
could only confirm; of any other file nothing matters but the credential that it may carry. So the
bytes are searched for an embedded file, a few places at most, and unpacked up to a limit: there is
no structure to follow in circles, and nothing that swells.
"""

import hashlib
import re
import zlib

from competency.credentials.form import LARGEST
from competency.renderings.models import Rendering

PLACES = 8
DICTIONARY = 2_000  # bytes between the name of the kind and its stream
STREAM = re.compile(rb"stream\r?\n")


def is_pdf(content: bytes) -> bool:
    return content[:1024].lstrip().startswith(b"%PDF-")


def known(content: bytes) -> Rendering | None:
    """The PDF that we made, if this is it, byte for byte."""
    digest = hashlib.sha256(content).hexdigest()
    return Rendering.objects.filter(document_hash=digest).first()


def embedded(content: bytes) -> bytes | None:
    """The first embedded file that looks like JSON; None where there is none."""
    start = 0
    for _ in range(PLACES):
        start = content.find(b"/EmbeddedFile", start) + 1
        if not start:
            return None
        found = STREAM.search(content, start, start + DICTIONARY)
        unpacked = _unpacked(content, found.end()) if found else None
        if unpacked is not None and unpacked.lstrip()[:1] == b"{":
            return unpacked
    return None


def _unpacked(content: bytes, start: int) -> bytes | None:
    """A stream, deflated or plain, up to one byte more than a credential may have."""
    inflating = zlib.decompressobj()
    try:
        return inflating.decompress(content[start : start + 2 * LARGEST], LARGEST + 1)
    except zlib.error:
        end = content.find(b"endstream", start, start + LARGEST)
        return content[start:end] if end >= 0 else None
