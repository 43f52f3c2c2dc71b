"""`move()`, the only writer of a state."""

from collections.abc import Mapping
from typing import Any

from competency.audit.services import Actor, record
from competency.foundation.errors import TransitionRefused
from competency.foundation.models import Stateful
from competency.foundation.states import Owner
from competency.foundation.transactions import joined


@joined()
def move(
    subject: Stateful,
    to: str,
    *,
    by: Actor,
    reason: str = "",
    changes: Mapping[str, Any] | None = None,
    **detail: Any,
) -> None:
    """Move to a new state and record who did it; refuse if the table or a rival says no.

    `changes` are written in the same statement, so that constraints which tie a state to its
    author and time hold at every instant. `by=None` is the workflow, allowed only where the
    table names it as an owner.
    """
    origin, to = str(subject.state), str(to)
    owners = subject.transitions.get(origin, {}).get(to)
    name = subject._meta.verbose_name
    if owners is None:
        raise TransitionRefused(f"This {name} is {origin}; it cannot become {to}.")
    if (Owner.WORKFLOW not in owners) if by is None else (owners == {Owner.WORKFLOW}):
        raise TransitionRefused(f"{to} is not for {by or 'the workflow'} to set.")
    changes = dict(changes or {})
    model: Any = type(subject)
    rows = model._default_manager.filter(pk=subject.pk, state=origin)
    if not rows.update(state=to, **changes):
        raise TransitionRefused(f"This {name} is no longer {origin}: somebody was quicker.")
    subject.state = to
    for field, value in changes.items():
        setattr(subject, field, value)
    action = f"{subject._meta.model_name}.{to}"
    record(action, subject, by=by, reason=reason, origin=origin, **detail)
