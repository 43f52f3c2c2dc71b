"""Rows of reports, streamed out of PostgreSQL in constant memory: little more than a COPY."""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from competency.reports.triggers import WRITERS

BATCH = 200  # rows handed on at a time
PATIENCE = "20s"  # for acts under way; a report that is not made in it is made a little later

# A row is one line of CSV already, without a control character in it: it goes through as it is.
COPY = r"""
COPY (
    SELECT {first}line.cells || ',' || standing.cells || ',' || CASE standing.code
        WHEN '' THEN '' ELSE %(site)s || standing.code END
    FROM competency_reportline AS line {joined}
    CROSS JOIN LATERAL (
        SELECT noted.cells, noted.code FROM competency_reportstanding AS noted
        WHERE noted.decision_id = line.decision_id AND noted.at <= %(as_of)s
        ORDER BY noted.at DESC, noted.id DESC LIMIT 1
    ) AS standing
    WHERE {chosen}
    ORDER BY {order}
) TO STDOUT (FORMAT csv, DELIMITER E'\x01', QUOTE E'\x02', ENCODING 'UTF8')
"""
IN_TIME = "line.settled_at, line.decision_id"
WITHOUT = {"first": "", "joined": ""}
WITH_TRAINEE = {
    "first": "enrolment.trainee_id || ',' || ",
    "joined": "JOIN competency_enrolment AS enrolment ON enrolment.id = line.enrolment_id",
}


@dataclass(frozen=True)
class Choice:
    """Which rows: those of a program, as they stood at a moment; perhaps of one cohort, of one
    trainee, ratified from `since` on and before `before`."""

    program: UUID
    as_of: datetime
    cohort: UUID | None = None
    enrolment: UUID | None = None
    since: datetime | None = None
    before: datetime | None = None
    with_trainee: bool = False  # their key, as a first cell
    side_by_side: bool = False  # the rows of one trainee, who must then be a first cell

    def copy(self) -> tuple[str, dict[str, Any]]:
        """The COPY that gives one line of CSV per row, and its values."""
        conditions = {
            "line.program_id = %(program)s": self.program,
            "line.cohort_id = %(cohort)s": self.cohort,
            "line.enrolment_id = %(enrolment)s": self.enrolment,
            "line.settled_at >= %(since)s": self.since,
            "line.settled_at < %(before)s": self.before,
        }
        chosen = [words for words, value in conditions.items() if value is not None]
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        values["site"] = f"{settings.SITE_URL}/v/"
        by_trainee = WITH_TRAINEE if self.with_trainee else WITHOUT
        order = f"enrolment.trainee_id, {IN_TIME}" if self.side_by_side else IN_TIME
        return COPY.format(chosen=" AND ".join(chosen), order=order, **by_trainee), values


def wait_until_settled(as_of: datetime) -> None:
    """Return once everything that was noted up to this moment can be read.

    Whoever writes rows holds a lock from before the moment that he notes until he commits: who
    has held it alone after that moment knows that nothing earlier is still to come.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
        cursor.execute("SELECT pg_sleep_until(%s) WHERE clock_timestamp() <= %s", [as_of, as_of])
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITERS])


def batches(choice: Choice) -> Generator[list[bytes]]:
    """Rows as lines of CSV with a bare line feed, some at a time. One statement, one snapshot."""
    statement, values = choice.copy()
    # The inner cursor: the one that notes statements for debugging copies without values.
    with connection.cursor() as cursor, cursor.cursor.copy(statement, values) as stream:
        rows: list[bytes] = []
        for row in stream:
            rows.append(row)
            if len(rows) == BATCH:
                yield rows
                rows = []
        if rows:
            yield rows
