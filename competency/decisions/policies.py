"""Who may ratify: a certifier with no stake in this trainee and no hand in this marking."""

from collections.abc import Sequence
from uuid import UUID

from competency.accounts.models import User
from competency.cases.models import Case
from competency.decisions.models import Decision
from competency.foundation.errors import DomainError, NotAllowed
from competency.programs.policies import (
    check_permission,
    people_conflicted_with,
    people_who_may,
    trainees_tied_to,
)
from competency.programs.roles import Permission

HELD = "a case about this attempt is open"


def conflicts_with(person: User, decision: Decision) -> list[str]:
    """What bars this person from settling this decision, in words; empty when nothing does."""
    tied = trainees_tied_to(person, {decision.program_id})
    return _conflicts(person, decision, tied, decision.dossier.get("judged_by", []))


def _conflicts(
    person: User, decision: Decision, tied: set[tuple[UUID, UUID]], judged_by: Sequence[str]
) -> list[str]:
    found = []
    trainee_id = decision.enrolment.trainee_id
    if person.pk == trainee_id:
        found.append("the decision is about yourself")
    elif (trainee_id, decision.program_id) in tied:
        found.append("you supervise this trainee or have declared a conflict of interest")
    if str(person.pk) in judged_by:
        found.append("you took part in marking this attempt")
    return found


def bars_of(person: User, decisions: Sequence[Decision]) -> dict[UUID, list[str]]:
    """What bars this person from settling each of these, in the same number of queries for all.

    The decisions carry `judged_by` (`with_judges`); an open case bars everybody.
    """
    tied = trainees_tied_to(person, {decision.program_id for decision in decisions})
    attempts = [decision.attempt_id for decision in decisions]
    held = set(Case.objects.open_about(attempts).values_list("attempt_id", flat=True))
    return {
        decision.pk: _conflicts(person, decision, tied, decision.judged_by or [])  # type: ignore[attr-defined]
        + [HELD] * (decision.attempt_id in held)
        for decision in decisions
    }


def cases_open(decision: Decision) -> bool:
    """Whether a case about this attempt holds its decision."""
    return Case.objects.holding(decision.attempt_id).exists()


def certifiers_free_for(decision: Decision) -> set[UUID]:
    """Certifiers without a tie to the trainee or a hand in the marking."""
    people = people_who_may(Permission.DECISION_RATIFY, decision.program_id)
    tied = people_conflicted_with(decision.enrolment.trainee_id, decision.program_id)
    return people - tied - {UUID(judge) for judge in decision.dossier.get("judged_by", [])}


def check_certifies(person: User, decision: Decision) -> None:
    """Raises NotAllowed unless `person` is a certifier here without any conflict."""
    check_permission(person, Permission.DECISION_RATIFY, decision.program_id)
    if found := conflicts_with(person, decision):
        raise NotAllowed(f"You cannot settle this decision: {' and '.join(found)}.")
    if cases_open(decision):
        raise DomainError("A case about this attempt is open; it holds the decision.", code="held")
