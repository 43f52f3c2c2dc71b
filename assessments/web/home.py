"""Home: what waits for this person, by each role they hold."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.web import waiting
from assessments.web.waiting import Waiting
from competency.programs.roles import Role
from competency.web.access import opens_to, signed_in
from competency.web.http import UserRequest
from competency.web.memberships import held_by

Gather = Callable[[UserRequest], tuple[dict[str, Any], list[Waiting]]]
GATHER: Mapping[Role, Gather] = {
    Role.CERTIFIER: waiting.for_certifier,
    Role.SUPERVISOR: waiting.for_supervisor,
    Role.DIRECTOR: waiting.for_director,
    Role.AUTHOR: waiting.for_author,
    Role.TRAINEE: waiting.for_trainee,
    Role.AUDITOR: waiting.for_auditor,
}


@dataclass(frozen=True)
class Part:
    """The part of the page that one role gets."""

    role: Role
    lists: Mapping[str, Any]
    waiting: list[Waiting] = field(default_factory=list)

    @property
    def template(self) -> str:
        return f"assessments/home/{self.role}.html"


@opens_to(signed_in)
@require_safe
def home(request: UserRequest) -> HttpResponse:
    """One page of as many parts as the person holds roles, in whichever programs."""
    held = held_by(request)
    roles = held.roles()
    parts = [Part(role, *gather(request)) for role, gather in GATHER.items() if role in roles]
    context = {
        "parts": parts,
        "waiting": [each for part in parts for each in part.waiting if each.count],
        "several_programs": held.several,
    }
    return render(request, "assessments/home/home.html", context)
