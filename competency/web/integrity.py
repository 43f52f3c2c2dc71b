"""The audit trail as a whole: how long each chain is, and whether anybody tampered with it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from competency.integrity import progress, services
from competency.integrity.policies import checks_visible_to, programs_checked_by
from competency.integrity.standing import standings
from competency.programs.access import staff_only
from competency.programs.models import Program
from competency.programs.roles import Permission
from competency.web.access import opens_to, requires
from competency.web.http import UserRequest
from competency.web.paging import page_of
from competency.web.webhooks import runners

checkers = requires(Permission.AUDIT_VIEW, or_staff=True)


@opens_to(checkers)
@require_safe
def audit(request: UserRequest) -> HttpResponse:
    """Every chain that this person may have checked, with the last answer about it."""
    page = page_of(request, programs_checked_by(request.user).order_by("name", "pk"))
    context: dict[str, Any] = {"page": page, "standings": standings(page)}
    context["runs"] = runners.admits(request.user)
    context["grants_access"] = context["runs"] or request.user.is_staff
    if request.user.is_staff:
        (context["every_chain"],) = standings([None])
    return render(request, "competency/integrity/audit.html", context)


@opens_to(checkers)
@require_POST
def ask(request: UserRequest, pk: UUID) -> HttpResponse:
    """Have one program's chain checked."""
    return _asked(request, get_object_or_404(programs_checked_by(request.user), pk=pk))


@opens_to(staff_only)
@require_POST
def ask_for_every_chain(request: UserRequest) -> HttpResponse:
    """Have every chain checked at once."""
    return _asked(request, None)


def _asked(request: UserRequest, program: Program | None) -> HttpResponse:
    asked = services.ask_for_check(program, by=request.user)
    return redirect("integrity-check", pk=asked.pk)


@opens_to(checkers)
@never_cache
@require_safe
def check(request: UserRequest, pk: UUID) -> HttpResponse:
    """One check: how far it is, or what it found. The page asks again while it is under way."""
    rows = checks_visible_to(request.user).select_related("program", "asked_by")
    found = get_object_or_404(rows, pk=pk)
    context: dict[str, Any] = {"check": found}
    if found.finished_at is None:
        context |= {
            "read": progress.seals_read(found.pk),
            "to_read": progress.seals_to_read(found.program_id),
        }
    part = "answer" if request.htmx else "check"
    return render(request, f"competency/integrity/{part}.html", context)
