"""Every step of every lifecycle belongs to a person by role, or to the workflow."""

import pytest
from django.apps import apps

from competency.foundation.models import Stateful
from competency.foundation.states import Owner
from competency.programs.roles import GRANTS, Permission, Role

# A reviewer is a supervisor who holds a licence. Staff have no role in any program. Every other
# owner bears the name of a role.
NO_ROLE = {Owner.WORKFLOW, Owner.STAFF}
ROLE_OF = {Owner.REVIEWER: Role.SUPERVISOR} | {
    owner: Role(owner.value) for owner in Owner if owner not in NO_ROLE | {Owner.REVIEWER}
}
STATEFUL = [model for model in apps.get_models() if issubclass(model, Stateful)]


def test_every_owner_is_a_role_or_the_workflow():
    assert set(ROLE_OF) | NO_ROLE == set(Owner)
    assert Permission.REVIEW_DO in GRANTS[Role.SUPERVISOR]


def test_an_auditor_moves_nothing():
    assert Role.AUDITOR not in ROLE_OF.values()


@pytest.mark.parametrize("model", STATEFUL, ids=lambda model: model._meta.model_name)
def test_somebody_owns_the_way_out_of_every_state_that_is_no_end(model):
    for state, targets in model.transitions.items():
        waiting_for = frozenset().union(*targets.values())
        assert bool(waiting_for) == bool(targets), state
        assert waiting_for <= set(Owner)


@pytest.mark.parametrize("model", STATEFUL, ids=lambda model: model._meta.model_name)
def test_every_lifecycle_can_come_to_an_end(model):
    """From every state some way leads to where nothing more is asked of anybody, or to rest."""
    ends = {state for state, targets in model.transitions.items() if not targets}
    resting = {"published", "decided", "marked", "ratified", "issued", "closed", "delivered"}
    reaching = ends | (resting & set(map(str, model.transitions)))
    while True:
        grown = reaching | {
            state for state, targets in model.transitions.items() if set(targets) & reaching
        }
        if grown == reaching:
            break
        reaching = grown
    assert reaching == set(model.transitions)
