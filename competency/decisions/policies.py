"""Who may ratify: a certifier with no stake in this trainee and no hand in this marking."""

from competency.accounts.models import User
from competency.cases.models import Case
from competency.decisions.models import Decision
from competency.foundation.errors import DomainError, NotAllowed
from competency.programs.policies import check_permission, people_conflicted_with
from competency.programs.roles import Permission


def conflicts_with(person: User, decision: Decision) -> list[str]:
    """What bars this person from settling this decision, in words; empty when nothing does."""
    found = []
    trainee_id = decision.enrolment.trainee_id
    if person.pk == trainee_id:
        found.append("the decision is about yourself")
    elif person.pk in people_conflicted_with(trainee_id, decision.program_id):
        found.append("you supervise this trainee or have declared a conflict of interest")
    if str(person.pk) in set(decision.dossier.get("judged_by", [])):
        found.append("you took part in marking this attempt")
    return found


def cases_open(decision: Decision) -> bool:
    """Whether a case about this attempt holds its decision."""
    return Case.objects.holding(decision.attempt_id).exists()


def check_certifies(person: User, decision: Decision) -> None:
    """Raises NotAllowed unless `person` is a certifier here without any conflict."""
    check_permission(person, Permission.DECISION_RATIFY, decision.program_id)
    if found := conflicts_with(person, decision):
        raise NotAllowed(f"You cannot settle this decision: {' and '.join(found)}.")
    if cases_open(decision):
        raise DomainError("A case about this attempt is open; it holds the decision.", code="held")
