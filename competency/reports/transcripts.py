"""Whose transcripts go into a report: one entry for each trainee with a certificate in force.

An entry tells which signed credentials go in, as the rows of the credential report had them at its
moment. What was erased since is left out, and counted.
"""

import csv
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import IO
from uuid import UUID

from competency.certificates.states import CertificateState
from competency.foundation.errors import DomainError
from competency.privacy.models import Erasure
from competency.reports.columns import ALL, BETWEEN, Column, Kind
from competency.reports.streams import Choice, batches
from competency.reports.tables import Lines, Table, cells_of
from competency.sheets.cells import bare
from competency.sheets.csvs import line_of

MOST = 5_000  # each is signed: some twenty in a second
AT_ONCE = 20  # told and signed together
COLUMNS = (
    Column("file", Kind.TEXT, "The transcript, in this ZIP.", ""),
    Column("trainee_name", Kind.TEXT, "The holder's name as the certificate has it.", ""),
    Column("trainee_numbers", Kind.LIST, "The program's numbers for the trainee.", ""),
    Column("certificates", Kind.LIST, "Numbers on the register.", ""),
    Column("credentials", Kind.LIST, "SHA-256 of each signed credential in the transcript.", ""),
)
_PLACES = {column.name: place for place, column in enumerate(ALL, start=1)}


def file_of(trainee: str) -> str:
    return f"transcripts/{trainee}.json"


def trainee_of(file: str) -> str:
    return file.removeprefix("transcripts/").removesuffix(".json")


def transcripts(choice: Choice) -> Table:
    """By trainee. `lines` raises DomainError where there are too many to be signed."""
    notes = {"left_out_after_erasure": 0}

    def lines() -> Iterator[Lines]:
        notes["left_out_after_erasure"] = 0
        with tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as spool:
            _gather(choice, spool)  # first all of it: while rows stream, nothing else is asked
            spool.seek(0)
            entries = csv.reader(spool)
            while some := list(islice(entries, AT_ONCE)):
                erased = _erased([entry[0] for entry in some])
                notes["left_out_after_erasure"] += len(erased)
                kept = [entry for entry in some if entry[0] not in erased]
                if kept:
                    yield [line_of([file_of(entry[0]), *entry[1:]]) for entry in kept]

    return Table(COLUMNS, lines, notes)


def _gather(choice: Choice, spool: IO[str]) -> None:
    writer = csv.writer(spool)
    # Closed even when it is left half read: the connection is free again.
    with closing(batches(replace(choice, with_trainee=True, side_by_side=True))) as stream:
        all_rows = chain.from_iterable(map(cells_of, stream))
        rows = (row for row in all_rows if _in_force(row, choice))
        for number, (trainee, group) in enumerate(groupby(rows, itemgetter(0)), start=1):
            if number > MOST:
                raise DomainError(
                    f"At most {MOST:,} transcripts are signed at once. Choose a cohort or a period."
                )
            writer.writerow(_entry(trainee, list(group)))


def _entry(trainee: str, rows: list[list[str]]) -> list[str]:
    numbers = dict.fromkeys(_cell(row, "trainee_number") for row in rows)
    return [
        trainee,
        _cell(rows[-1], "certificate_name"),
        BETWEEN.join(number.replace(";", ",") for number in numbers if number),
        BETWEEN.join(_cell(row, "certificate_number") for row in rows),
        BETWEEN.join(_cell(row, "credential_sha256") for row in rows),
    ]


def _in_force(row: list[str], choice: Choice) -> bool:
    """Issued, with a credential, and not over at the moment of the report."""
    issued = _cell(row, "certificate_status") == CertificateState.ISSUED
    at = f"{choice.as_of.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return issued and bool(_cell(row, "credential_sha256")) and _cell(row, "valid_until") > at


def _cell(row: list[str], name: str) -> str:
    return bare(row[_PLACES[name]])


def _erased(people: list[str]) -> set[str]:
    rows = Erasure.objects.filter(person__in=map(UUID, people))
    return {str(pk) for pk in rows.values_list("person_id", flat=True)}
