"""What PostgreSQL itself writes for reports: a frozen row for each ratified decision, and how
things stood about it after each change. Whoever changes a decision, an appeal, a certificate or a
credential, by whatever way, cannot forget it (ADR 0033)."""

from typing import Any

import pgtrigger

from competency.reports.columns import FROZEN, MOVING, Column
from competency.sheets.cells import DANGER, UNSEEN

# Held by whoever writes such a row, for the rest of the transaction; see `streams.settled`.
WRITERS = 7_203_114_906


def _text(pattern: str) -> str:
    return "'" + pattern.replace("'", "''") + "'"


def cells_of(columns: tuple[Column, ...]) -> str:
    """SQL: these columns as cells of a line of CSV, guarded and quoted where they must be."""
    values = ",\n            ".join(f"({column.source})::text" for column in columns)
    unseen = f"regexp_replace(coalesce(value, ''), {_text(UNSEEN)}, ' ', 'g')"
    guarded = rf"regexp_replace({unseen}, {_text(DANGER)}, '\1\2''\3', 'g')"
    return f"""(
        SELECT string_agg(
            CASE WHEN cell ~ '[",;]' THEN '"' || replace(cell, '"', '""') || '"' ELSE cell END,
            ',' ORDER BY place)
        FROM unnest(ARRAY[
            {values}
        ]) WITH ORDINALITY AS given (value, place),
        LATERAL (SELECT {guarded} AS cell) AS guarded)"""  # noqa: S608


def freeze_line(where: str, at: str = "clock_timestamp()") -> str:
    """SQL: the lines of settled decisions that have none. `where` names the decisions."""
    return f"""
        INSERT INTO competency_reportline
            (decision_id, program_id, cohort_id, enrolment_id, settled_at, at, cells)
        SELECT decision.id, cohort.program_id, cohort.id, enrolment.id, decision.settled_at, {at},
            {cells_of(FROZEN)}
        FROM competency_decision AS decision
        JOIN competency_enrolment AS enrolment ON enrolment.id = decision.enrolment_id
        JOIN competency_cohort AS cohort ON cohort.id = enrolment.cohort_id
        JOIN competency_standardversion AS standard ON standard.id = decision.standard_version_id
        WHERE {where}
        ON CONFLICT DO NOTHING;
    """  # noqa: S608


def note_standing(where: str, at: str = "clock_timestamp()") -> str:
    """SQL: how things stand about these decisions, where that differs from what was noted last."""
    return f"""
        INSERT INTO competency_reportstanding (decision_id, at, cells, code)
        SELECT present.decision_id, {at}, present.cells, present.code
        FROM (
            SELECT decision.id AS decision_id, coalesce(certificate.code, '') AS code,
                {cells_of(MOVING)} AS cells
            FROM competency_decision AS decision
            JOIN competency_reportline AS line ON line.decision_id = decision.id
            LEFT JOIN competency_certificate AS certificate
                ON certificate.decision_id = decision.id
            WHERE {where}
        ) AS present
        WHERE (present.cells, present.code) IS DISTINCT FROM (
            SELECT (noted.cells, noted.code) FROM competency_reportstanding AS noted
            WHERE noted.decision_id = present.decision_id
            ORDER BY noted.at DESC, noted.id DESC LIMIT 1);
    """  # noqa: S608


# `at` is taken under the lock: once a report has held it alone, nothing earlier is still to come.
# The line is locked too, so that of two changes at once the later sees the earlier.
_BEGIN = f"""
    PERFORM pg_advisory_xact_lock_shared({WRITERS});
    PERFORM FROM competency_reportline WHERE decision_id = about FOR NO KEY UPDATE;
"""


class NotesDecision(pgtrigger.Trigger):
    """A decision is ratified: its row is frozen. It is superseded: that is noted."""

    name = "notes_for_reports"
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.UpdateOf("state")
    declare = [("about", "uuid := NEW.id")]

    def get_func(self, model: Any) -> str:
        freeze = freeze_line("decision.id = about AND decision.state IN ('ratified', 'superseded')")
        return f"{_BEGIN}{freeze}{note_standing('decision.id = about')} RETURN NULL;"


class NotesStanding(pgtrigger.Trigger):
    """Something about a decision has changed. `about` is SQL for its key."""

    name = "notes_for_reports"
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update

    def __init__(self, about: str) -> None:
        self.about = about
        super().__init__()

    def get_declare(self, model: Any) -> list[tuple[str, str]]:
        return [("about", f"uuid := ({self.about})")]

    def get_func(self, model: Any) -> str:
        return f"{_BEGIN}{note_standing('decision.id = about')} RETURN NULL;"
