"""Open a ZIP file somebody uploaded: within bounds, whatever its directory claims."""

import io
import struct
import zipfile
import zlib

from competency.sheets.faults import Unreadable
from competency.sheets.limits import MEMBERS, UNPACKED_BYTES

METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    LookupError,
)
DAMAGED = "The archive is damaged or protected by a password. Save it anew and try again."


class Archive:
    """The members of an archive by name; what is read of all of them together is bounded."""

    def __init__(self, content: bytes) -> None:
        try:
            self._file = zipfile.ZipFile(io.BytesIO(content))
            members = self._file.infolist()
        except BROKEN as error:
            raise Unreadable(DAMAGED) from error
        if len(members) > MEMBERS:
            raise Unreadable(f"The archive holds more than {MEMBERS} files.")
        if sum(member.file_size for member in members) > UNPACKED_BYTES:
            raise Unreadable("The archive unpacks to more than a roster can be.")
        self._members = {member.filename: member for member in members}
        self._left = UNPACKED_BYTES

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def names(self) -> list[str]:
        return list(self._members)

    def read(self, name: str) -> bytes:
        """Raises Unreadable for a member that is not there, damaged, or too large."""
        member = self._members.get(name)
        if member is None:
            raise Unreadable(f"The archive lacks “{name}”.")
        if member.compress_type not in METHODS:
            raise Unreadable(DAMAGED)
        try:
            with self._file.open(member) as opened:
                content = opened.read(self._left + 1)
        except BROKEN as error:
            raise Unreadable(DAMAGED) from error
        self._left -= len(content)
        if self._left < 0:
            raise Unreadable("The archive unpacks to more than a roster can be.")
        return content
