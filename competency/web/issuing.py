"""Runs that issue many certificates: begun, watched, interrupted, gone on with."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from competency.batches import services
from competency.batches.models import IssuingRun
from competency.programs.policies import has_permission, programs_where
from competency.programs.roles import Permission
from competency.web.access import opens_to, requires
from competency.web.http import UserRequest
from competency.web.memberships import within
from competency.web.paging import ListPage, page_of

seers = requires(Permission.CERTIFICATE_VIEW)
certifiers = requires(Permission.DECISION_RATIFY)


@opens_to(seers)
@never_cache
@require_safe
def runs(request: UserRequest) -> HttpResponse:
    """What waits to be issued, by program, and every run with how far it is."""
    visible = within(request, IssuingRun.objects.visible_to(request.user), "program")
    rows = visible.with_progress().select_related("program", "started_by")
    context = {
        "page": page_of(request, rows.order_by("-created_at", "pk")),
        "waiting": _waiting(request),
    }
    return render(request, "competency/issuing/runs.html", context)


def _waiting(request: UserRequest) -> ListPage:
    """Programs that this person certifies for, with how many certificates wait there and the run
    that is open, if one is."""
    certified = programs_where(request.user, Permission.DECISION_RATIFY)
    counted = services.waiting().filter(program__in=within(request, certified, "pk"))
    names = counted.values(pk=F("program"), name=F("program__name"))
    page = page_of(
        request, names.annotate(count=Count("pk")).order_by("name", "program"), name="waiting"
    )
    unfinished = IssuingRun.objects.visible_to(request.user).filter(finished_at=None)
    here = unfinished.filter(program__in=[row["pk"] for row in page])
    open_runs = dict(here.values_list("program", "pk"))
    for row in page:
        row["run"] = open_runs.get(row["pk"])
    return page


@opens_to(seers)
@never_cache
@require_safe
def run(request: UserRequest, pk: UUID) -> HttpResponse:
    """One run. While it goes, the page asks again for how far it is; then for itself."""
    rows = IssuingRun.objects.visible_to(request.user).with_progress()
    found = get_object_or_404(rows.select_related("program", "started_by"), pk=pk)
    context: dict[str, Any] = {"run": found}
    if request.htmx:
        if not found.going:
            return HttpResponseClientRefresh()
        return render(request, "competency/issuing/progress.html", context)
    failed = found.items.exclude(error="").select_related("certificate__holder")
    context |= {
        "page": page_of(request, failed.order_by("settled_at", "pk")),
        "may_act": has_permission(request.user, Permission.DECISION_RATIFY, found.program_id),
    }
    return render(request, "competency/issuing/run.html", context)


@opens_to(certifiers)
@require_POST
def start(request: UserRequest, pk: UUID) -> HttpResponse:
    """Issue everything that a program has awarded."""
    programs = programs_where(request.user, Permission.DECISION_RATIFY)
    begun = services.start_run(get_object_or_404(programs, pk=pk), by=request.user)
    return redirect("issuing-run", pk=begun.pk)


@opens_to(certifiers)
@require_POST
def stop(request: UserRequest, pk: UUID) -> HttpResponse:
    """Begin nothing new; what is under way is finished."""
    return _acted(request, pk, services.stop_run, _("Interrupted. What was issued stays issued."))


@opens_to(certifiers)
@require_POST
def resume(request: UserRequest, pk: UUID) -> HttpResponse:
    """Go on with what was not settled."""
    return _acted(request, pk, services.resume_run, _("It goes on with what is left."))


def _acted(request: UserRequest, pk: UUID, act: Callable[..., None], words: str) -> HttpResponse:
    found = get_object_or_404(IssuingRun.objects.visible_to(request.user), pk=pk)
    act(found, by=request.user)
    messages.success(request, words)
    return redirect("issuing-run", pk=found.pk)
