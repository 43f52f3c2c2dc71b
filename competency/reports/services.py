"""Credential reports: one row per ratified decision, streamed, built from dossiers."""

import csv
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.db import transaction

from competency.accounts.models import User
from competency.audit.services import record
from competency.decisions.models import Decision
from competency.decisions.states import DecisionState
from competency.foundation.errors import DomainError
from competency.programs.models import Program
from competency.programs.policies import check_permission
from competency.programs.roles import Permission
from competency.reports.rules import COLUMNS, report_row, safe_cell

CHUNK = 500
OF_CERTIFICATE = tuple(
    f"certificate__{name}" for name in ("number", "state", "issued_at", "valid_until", "code")
)


class TextSink(Protocol):
    def write(self, text: str, /) -> Any: ...


def credential_report_rows(program: Program, *, by: User) -> Iterator[list[str]]:
    """The header, then one row per ratified decision in order of ratification.

    Raises NotAllowed before the first row when `by` may not export here.
    """
    check_permission(by, Permission.REPORT_EXPORT, program.pk)
    with transaction.atomic():
        record("report.exported", program, by=by, report="credential")
    return _rows(program)


def _rows(program: Program) -> Iterator[list[str]]:
    yield list(COLUMNS)
    decisions = (
        Decision.objects.filter(
            enrolment__cohort__program=program,
            state__in=[DecisionState.RATIFIED, DecisionState.SUPERSEDED],
        )
        .select_related("settled_by", "certificate")
        .only("dossier", "settled_at", "dossier_hash", "settled_by__name", *OF_CERTIFICATE)
        .order_by("settled_at", "pk")
    )
    for decision in decisions.iterator(chunk_size=CHUNK):
        row = report_row(decision.dossier, _settled(decision), _certificate(decision))
        yield [safe_cell(row[column]) for column in COLUMNS]


def _settled(decision: Decision) -> dict[str, Any]:
    return {
        "ratified_at": decision.settled_at and decision.settled_at.isoformat(),
        "ratified_by": decision.settled_by and decision.settled_by.name,
        "dossier_sha256": decision.dossier_hash,
    }


def _certificate(decision: Decision) -> dict[str, Any]:
    certificate = getattr(decision, "certificate", None)
    if certificate is None:
        names = ("number", "status")
        empty = dict.fromkeys((f"certificate_{name}" for name in names), "")
        return empty | {"issued_at": "", "valid_until": "", "verification_url": ""}
    return {
        "certificate_number": certificate.number,
        "certificate_status": certificate.state,
        "issued_at": certificate.issued_at and certificate.issued_at.isoformat(),
        "valid_until": certificate.valid_until and certificate.valid_until.isoformat(),
        "verification_url": f"{settings.SITE_URL}/v/{certificate.code}",
    }


def write_csv(program: Program, stream: TextSink, *, by: User) -> int:
    """Write the report as CSV (UTF-8, RFC 4180); return the number of rows without header."""
    writer = csv.writer(stream)
    count = -1
    for row in credential_report_rows(program, by=by):
        writer.writerow(row)
        count += 1
    return count


def save_csv(program: Program, path: Path, *, by: User) -> int:
    """Write the report to a file, whole or not at all.

    Raises DomainError naming the path when it cannot be written (no space, no permission); an
    earlier report of that name stays as it was.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("w", encoding="utf-8", newline="") as stream:
            count = write_csv(program, stream, by=by)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        reason = error.strerror or str(error)
        raise DomainError(f"The report could not be written to {path}: {reason}.") from error
    return count
