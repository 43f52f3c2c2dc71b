"""Who decides an appeal: a certifier who had no part in what is appealed."""

from competency.accounts.models import User
from competency.appeals.models import Appeal
from competency.decisions.policies import conflicts_with
from competency.foundation.errors import NotAllowed
from competency.programs.policies import check_permission
from competency.programs.roles import Permission


def bars_to_hearing(person: User, appeal: Appeal) -> list[str]:
    """What keeps this certifier from deciding this appeal, in words; empty when nothing does."""
    found = conflicts_with(person, appeal.decision)
    if person.pk == appeal.decision.settled_by_id:
        found.append("you ratified the decision")
    return found


def check_hears(person: User, appeal: Appeal) -> None:
    """Raises NotAllowed unless `person` is a certifier who comes to this fresh."""
    check_permission(person, Permission.DECISION_RATIFY, appeal.program_id)
    if found := bars_to_hearing(person, appeal):
        raise NotAllowed(f"You cannot decide this appeal: {' and '.join(found)}.")
