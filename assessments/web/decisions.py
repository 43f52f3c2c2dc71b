"""Proposed decisions: the whole trail, and a certifier's name under it or a reason against it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from assessments.attempts.models import Attempt
from assessments.web import trail
from assessments.web.forms import RatifyForm, ReturnForm
from assessments.workflow import services
from competency.decisions.models import Decision
from competency.decisions.policies import cases_open, conflicts_with
from competency.decisions.rules import referral_choices
from competency.decisions.states import DecisionState, Outcome
from competency.foundation.errors import DomainError
from competency.programs.policies import has_permission
from competency.programs.roles import Permission
from competency.web.access import opens_to, requires
from competency.web.http import UserRequest, show_in
from competency.web.memberships import held_by, within
from competency.web.paging import page_of

PANEL = "assessments/decisions/settle.html"


@opens_to(requires(Permission.DECISION_VIEW))
@require_safe
def decisions(request: UserRequest) -> HttpResponse:
    """Every decision this person may see; filters live in the URL."""
    visible = Decision.objects.visible_to(request.user)
    visible = within(request, visible, "enrolment__cohort__program")
    state, program = request.GET.get("state", ""), request.GET.get("program", "")
    programs = {str(each.pk): each for each in held_by(request).programs()}
    if program in programs:
        visible = visible.filter(enrolment__cohort__program=programs[program])
    rows = visible.filter(state=state) if state in DecisionState.values else visible
    rows = rows.in_brief().select_related("enrolment__trainee", "enrolment__cohort__program")
    context = {
        "page": page_of(request, rows.order_by("-created_at", "pk")),
        "waiting": Decision.objects.waiting_for(request.user).count(),
        "states": _counted(visible),
        "state": state if state in DecisionState.values else "",
        "programs": programs.values() if len(programs) > 1 else (),
        "program": program if program in programs else "",
    }
    return render(request, "assessments/decisions/decisions.html", context)


def _counted(visible: QuerySet[Decision]) -> list[tuple[str, str, int]]:
    """Each state with its label and how many decisions are in it."""
    counts = dict(visible.order_by().values_list("state").annotate(Count("pk")))
    return [(str(s), str(s.label), counts.get(s, 0)) for s in DecisionState if counts.get(s)]


@opens_to(requires(Permission.DECISION_VIEW))
@require_safe
def decision(request: UserRequest, pk: UUID) -> HttpResponse:
    """The proposal in words, each rule and how it was met, and all it rests on."""
    return _page(request, _found(request, pk))


@opens_to(requires(Permission.DECISION_RATIFY))
@require_POST
def ratify(request: UserRequest, pk: UUID) -> HttpResponse:
    """Put the certifier's name under a proposal."""
    found = _found(request, pk)
    form = RatifyForm(request.POST, choices=_referrals(request, found))
    if not form.is_valid():
        return _page(request, found, ratifying=form, status=422)
    try:
        services.ratify(
            found,
            by=request.user,
            reason=form.cleaned_data["note"],
            referral=form.cleaned_data.get("referral", ""),
        )
    except DomainError as error:
        return _page(request, found, ratifying=form, status=show_in(form, error))
    return _done(request, found, _("Ratified, with your name under it."))


@opens_to(requires(Permission.DECISION_RATIFY))
@require_POST
def return_decision(request: UserRequest, pk: UUID) -> HttpResponse:
    """Send a proposal back with a reason."""
    found, form = _found(request, pk), ReturnForm(request.POST)
    if not form.is_valid():
        return _page(request, found, returning=form, status=422)
    try:
        services.return_decision(found, by=request.user, reason=form.cleaned_data["reason"])
    except DomainError as error:
        return _page(request, found, returning=form, status=show_in(form, error))
    return _done(request, found, _("Returned. Fresh reviewers are being drawn for a new round."))


def _found(request: UserRequest, pk: UUID) -> Decision:
    rows = Decision.objects.visible_to(request.user).select_related(
        "enrolment__trainee",
        "enrolment__cohort__program",
        "standard_version__standard",
        "settled_by",
        "certificate",
    )
    return get_object_or_404(rows, pk=pk)


def _referrals(request: UserRequest, found: Decision) -> Sequence[str]:
    """How a *refer* may go on; nothing where another outcome is proposed."""
    if found.outcome != Outcome.REFER:
        return ()
    earlier = Decision.objects.visible_to(request.user).filter(attempt_id=found.attempt_id)
    return referral_choices(earlier.exclude(referral="").count())


def _done(request: UserRequest, found: Decision, words: str) -> HttpResponse:
    messages.success(request, words)
    if request.htmx:
        return HttpResponseClientRedirect(resolve_url("decision", pk=found.pk))
    return redirect("decision", pk=found.pk)


def _page(
    request: UserRequest,
    found: Decision,
    *,
    ratifying: RatifyForm | None = None,
    returning: ReturnForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page; for htmx only the panel with the two forms, and what was typed in them."""
    certifies = has_permission(request.user, Permission.DECISION_RATIFY, found.program_id)
    conflicts = conflicts_with(request.user, found) if certifies else []
    context = {
        "decision": found,
        "certifies": certifies,
        "conflicts": conflicts,
        "held": found.state == DecisionState.PROPOSED and cases_open(found),
        "ratifying": ratifying or RatifyForm(choices=_referrals(request, found)),
        "returning": returning or ReturnForm(),
        "certificate": getattr(found, "certificate", None),
    }
    if request.htmx and status != 200:
        return render(request, PANEL, context, status=status)
    context |= _trail(request, found, opened=certifies and not conflicts)
    return render(request, "assessments/decisions/decision.html", context, status=status)


def _trail(request: UserRequest, found: Decision, *, opened: bool) -> dict[str, Any]:
    """Single reviews are for an unconflicted certifier; for others once results are released."""
    attempt = Attempt.objects.visible_to(request.user).filter(pk=found.attempt_id).first()
    released = attempt is not None and attempt.released_at is not None
    return {
        "attempt": attempt,
        "opened": opened or released,
        "dossier": found.dossier,
        "proposal": trail.proposal_of(found),
        "submissions": trail.submissions_of(found.dossier),
        "versions": trail.versions_of(found.dossier),
        "panel": trail.panel_of(found.dossier),
        "people": trail.people_of(found) if opened or released else [],
    }
