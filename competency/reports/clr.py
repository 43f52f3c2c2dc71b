"""CLR 2.0: a ZIP of each trainee's transcript, with the credentials as they were signed.

The program's issuer signs each transcript for this report alone: it has no address of its own and
is not the one that its holder may have asked for (ADR 0028).
"""

import tempfile
import zipfile
from collections.abc import Iterable
from typing import IO, Any
from uuid import UUID, uuid5

from django.utils import timezone

from competency.certificates.models import Credential
from competency.certificates.signing import as_bytes
from competency.certificates.transcripts import compose_transcript
from competency.credentials.models import IssuerKey
from competency.credentials.services import active_key, identity_of, sign_with
from competency.reports.columns import BETWEEN
from competency.reports.csvs import chunks_of
from competency.reports.models import Report
from competency.reports.tables import Lines, Table, cells_of
from competency.reports.transcripts import trainee_of
from competency.sheets.cells import bare

EARLIEST = (1980, 1, 1, 0, 0, 0)  # that a ZIP can tell
INDEX = "index.csv"


def write(table: Table, report: Report, out: IO[bytes]) -> None:
    """`out` must be able to go back. `table` is that of `transcripts`; it becomes the index."""
    key = active_key(identity_of(report.program.issuer))
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package,
        tempfile.TemporaryFile() as index,
    ):
        for chunk in chunks_of(table.names, _signed(table, report, key, package)):
            index.write(chunk)
        index.seek(0)
        with package.open(_entry(INDEX), "w") as entry:
            entry.writelines(index)


def _signed(table: Table, report: Report, key: IssuerKey, package: Any) -> Iterable[Lines]:
    """Each line of the index, once its transcripts are in the package."""
    for lines in table.lines():
        entries = [list(map(bare, cells)) for cells in cells_of(lines)]
        documents = _documents([cells[-2] for cells in entries])
        for file, *_rest, hashes in entries:
            inside = [documents[each] for each in hashes.split(BETWEEN)]
            package.writestr(_entry(file), _transcript(trainee_of(file), inside, report, key))
        yield lines


def _documents(numbers: list[str]) -> dict[str, bytes]:
    """The signed bytes of certificates, by their hash."""
    wanted = [number for some in numbers for number in some.split(BETWEEN)]
    rows = Credential.objects.filter(certificate__number__in=wanted)
    return {
        sha256: bytes(document)
        for sha256, document in rows.values_list("document_hash", "document")
    }


def _transcript(trainee: str, inside: list[bytes], report: Report, key: IssuerKey) -> bytes:
    issuer = report.program.issuer
    whole = compose_transcript(
        f"urn:uuid:{uuid5(report.pk, trainee)}",
        {"id": key.identity.did, "name": issuer.name, "url": issuer.url},
        UUID(trainee),
        inside,
        valid_from=report.as_of,
    )
    return as_bytes(sign_with(key, whole, created=timezone.now()))


def _entry(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, EARLIEST)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info
