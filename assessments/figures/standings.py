"""Where each trainee stands: who is ready, and what is missing for the rest.

One statement looks at a whole cohort at once, whatever its size: the last attempt of each person,
the decision on it, their certificates.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from assessments.figures.scope import Scope
from competency.programs.models import Enrolment


class Standing(models.TextChoices):
    """In the order in which somebody gets there."""

    UNASSIGNED = "unassigned", _("No sitting opened")
    MISSED = "missed", _("Sitting missed or void")
    TO_SIT = "to_sit", _("Has not begun")
    SITTING = "sitting", _("Is sitting")
    AWAITING = "awaiting", _("Awaits a reviewer")
    IN_REVIEW = "in_review", _("Being marked")
    TO_RATIFY = "to_ratify", _("Waits for a certifier")
    REFERRED = "referred", _("Referred for more evidence")
    NOT_YET = "not_yet", _("Not yet competent")
    ENDED = "ended", _("Certificate no longer in force")
    COMPETENT = "competent", _("Competent, no certificate yet")
    CERTIFIED = "certified", _("Certified")


MISSING = {
    Standing.UNASSIGNED: _("A sitting has to be opened."),
    Standing.MISSED: _("Another sitting has to be opened."),
    Standing.TO_SIT: _("The trainee has to begin."),
    Standing.SITTING: _("The trainee has to hand in."),
    Standing.AWAITING: _("Somebody licensed and without a tie has to review."),
    Standing.IN_REVIEW: _("Reviews, or what settles them, are still to come."),
    Standing.TO_RATIFY: _("A certifier has to ratify or return the proposal."),
    Standing.REFERRED: _("One more review or another vignette; at last two fresh people."),
    Standing.NOT_YET: _("A plan, and a re-sit on another form."),
    Standing.ENDED: _("It expired or was withdrawn; see the register."),
    Standing.COMPETENT: _("The certificate is still to be issued."),
    Standing.CERTIFIED: _("Nothing."),
}

NAMED = re.compile(r"%\((\w+)\)s")
# Parts in the order of the statement; parameters are named, and no part is built from input.
EVERYONE = """
WITH people AS (
    SELECT id FROM competency_enrolment
    WHERE cohort_id = ANY(%(cohorts)s::uuid[]) AND trainee_id IS DISTINCT FROM %(reader)s::uuid
      AND (%(only)s::uuid[] IS NULL OR id = ANY(%(only)s::uuid[]))
), tried AS (
    SELECT attempt.id, attempt.enrolment_id, attempt.state, attempt.opens_at, attempt.number
    FROM assessments_attempt AS attempt JOIN people ON people.id = attempt.enrolment_id
    WHERE (%(assessments)s::uuid[] IS NULL
           OR attempt.assessment_id = ANY(%(assessments)s::uuid[]))
      AND attempt.opens_at >= %(since)s AND attempt.opens_at < %(until)s
), latest AS (
    SELECT DISTINCT ON (enrolment_id) id, enrolment_id, state FROM tried
    ORDER BY enrolment_id, state IN ('void', 'lapsed'), opens_at DESC, number DESC, id
), said AS (
    SELECT decision.id, decision.enrolment_id, decision.attempt_id, decision.state,
           decision.outcome
    FROM competency_decision AS decision JOIN tried ON tried.id = decision.attempt_id
    WHERE decision.state IN ('proposed', 'ratified')
), held AS (
    SELECT said.enrolment_id,
           bool_or(certificate.state = 'issued' AND certificate.valid_until > now()) AS valid,
           bool_or(certificate.state = 'awarded') AS coming,
           bool_or(certificate.issued_at IS NOT NULL) AS ever
    FROM competency_certificate AS certificate JOIN said ON said.id = certificate.decision_id
    GROUP BY said.enrolment_id
), unseated AS (
    SELECT DISTINCT submission.attempt_id
    FROM assessments_submission AS submission JOIN latest ON latest.id = submission.attempt_id
    WHERE submission.state = 'awaiting' AND latest.state = 'handed_in'
), reached AS (
    SELECT tried.enrolment_id,
           bool_or(tried.state IN ('handed_in', 'marked', 'decided')) AS handed_in,
           bool_or(tried.state IN ('marked', 'decided')) AS marked,
           bool_or(said.state = 'ratified' AND said.outcome = 'competent') AS competent
    FROM tried LEFT JOIN said ON said.attempt_id = tried.id
    GROUP BY tried.enrolment_id
), standing AS (
    SELECT people.id AS enrolment_id, latest.id AS attempt_id,
           reached.handed_in, reached.marked, reached.competent, held.ever AS certified,
           CASE
               WHEN held.valid THEN 'certified'
               WHEN latest.id IS NULL THEN 'unassigned'
               WHEN latest.state IN ('void', 'lapsed') THEN 'missed'
               WHEN latest.state = 'assigned' THEN 'to_sit'
               WHEN latest.state = 'in_progress' THEN 'sitting'
               WHEN unseated.attempt_id IS NOT NULL THEN 'awaiting'
               WHEN said.state = 'proposed' THEN 'to_ratify'
               WHEN said.outcome = 'refer' THEN 'referred'
               WHEN said.state IS NULL OR latest.state <> 'decided' THEN 'in_review'
               WHEN said.outcome = 'not_yet' THEN 'not_yet'
               WHEN held.ever AND NOT held.coming THEN 'ended'
               ELSE 'competent'
           END AS standing
    FROM people
    LEFT JOIN latest ON latest.enrolment_id = people.id
    LEFT JOIN said ON said.attempt_id = latest.id
    LEFT JOIN held ON held.enrolment_id = people.id
    LEFT JOIN unseated ON unseated.attempt_id = latest.id
    LEFT JOIN reached ON reached.enrolment_id = people.id
)
"""
COUNTED = f"""{EVERYONE}
SELECT standing, count(*), count(*) FILTER (WHERE handed_in), count(*) FILTER (WHERE marked),
       count(*) FILTER (WHERE competent), count(*) FILTER (WHERE certified)
FROM standing GROUP BY standing
"""  # noqa: S608 - of our own parts alone
ONE_BY_ONE = f"{EVERYONE} SELECT enrolment_id, standing, attempt_id FROM standing"  # noqa: S608
WHO = f"{EVERYONE} SELECT enrolment_id FROM standing WHERE standing = ANY(%(standings)s)"  # noqa: S608


@dataclass(frozen=True)
class Progress:
    """How many stand where, and how many ever came so far."""

    standings: Mapping[str, int]
    enrolled: int
    handed_in: int
    marked: int
    competent: int
    certified: int


@dataclass(frozen=True)
class Place:
    """Where one trainee stands, and the attempt that says so."""

    standing: Standing
    attempt: UUID | None

    @property
    def missing(self) -> Any:
        return MISSING[self.standing]


def progress_of(scope: Scope) -> Progress:
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, _parameters(scope))
        rows = cursor.fetchall()
    found = {row[0]: row[1] for row in rows}
    sums = [sum(row[place] for row in rows) for place in range(1, 6)]
    return Progress({each: found.get(each, 0) for each in Standing.values}, *sums)


def places_of(scope: Scope, enrolments: Sequence[UUID]) -> dict[UUID, Place]:
    """Where each of these people of the cohort stands."""
    with connection.cursor() as cursor:
        cursor.execute(ONE_BY_ONE, _parameters(scope, only=list(enrolments)))
        return {row[0]: Place(Standing(row[1]), row[2]) for row in cursor.fetchall()}


def standing_at(scope: Scope, standings: Sequence[str]) -> QuerySet[Enrolment]:
    """The people of the cohort who stand at one of these, or all where none is named."""
    rows = scope.enrolments().select_related("trainee")
    if standings:
        who = _in_order(WHO, _parameters(scope, standings=list(standings)))
        rows = rows.filter(pk__in=RawSQL(*who))  # noqa: S611 - no word of it is input
    return rows.order_by("trainee__name", "trainee_number", "pk")


def _in_order(statement: str, named: Mapping[str, Any]) -> tuple[str, tuple[Any, ...]]:
    """The statement with places instead of names, for one that becomes part of another."""
    names = NAMED.findall(statement)
    return NAMED.sub("%s", statement), tuple(named[name] for name in names)


def _parameters(scope: Scope, **more: Any) -> dict[str, Any]:
    since, until = scope.period
    return {
        "cohorts": list(scope.cohorts),
        "reader": scope.reader and scope.reader.pk,
        "assessments": [row.pk for row in scope.assessments] if scope.narrowed else None,
        "since": since,
        "until": until,
        "only": None,
        **more,
    }
