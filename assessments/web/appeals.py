"""Appeals: lodged by a trainee within the days of the Standard, decided by somebody fresh."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.attempts.afterwards import appeal_deadline
from assessments.attempts.models import Attempt
from assessments.workflow.services import decide_appeal, lodge_appeal
from competency.appeals.models import Appeal
from competency.appeals.policies import bars_to_hearing
from competency.appeals.services import take_up_appeal, withdraw_appeal
from competency.appeals.states import AppealState
from competency.decisions.models import Decision
from competency.foundation.errors import DomainError
from competency.programs.policies import has_permission
from competency.programs.roles import Permission
from competency.web.access import opens_to, requires, signed_in
from competency.web.fields import ReasonField
from competency.web.forms import PlainForm
from competency.web.http import UserRequest, show_in
from competency.web.memberships import held_by
from competency.web.paging import page_of

NAMES = ("decision__enrolment__trainee", "decision__enrolment__cohort__program")


class GroundsForm(PlainForm):
    """Why a decision should be looked at again."""

    grounds = ReasonField(
        label=gettext_lazy("Why it should be looked at again"),
        help_text=gettext_lazy("What was overlooked, or done wrongly. Sealed under your key."),
        error_messages={
            "required": gettext_lazy("Say why the decision should be looked at again.")
        },
    )


class OutcomeForm(PlainForm):
    """What an appeal came to, with reasons."""

    granted = forms.TypedChoiceField(
        label=gettext_lazy("Outcome"),
        choices=[
            ("yes", gettext_lazy("Granted: fresh people judge the attempt again")),
            ("no", gettext_lazy("Denied: the decision stands")),
        ],
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Grant or deny it.")},
    )
    reason = ReasonField(
        label=gettext_lazy("Reasons"),
        help_text=gettext_lazy("The trainee reads them."),
        error_messages={"required": gettext_lazy("Give the reasons; the trainee reads them.")},
    )


def of_result(attempt: Attempt, decision: Decision) -> dict[str, Any]:
    """What a trainee's result says of appeals: one's own, or until when one may be lodged."""
    lodged = Appeal.objects.of_trainee(attempt.enrolment.trainee_id).filter(decision=decision)
    until = appeal_deadline(attempt, decision)
    return {
        "appeal": lodged.first(),
        "appeal_until": until,
        "may_appeal": until is not None and timezone.now() <= until,
    }


@opens_to(signed_in)
@require_safe
def appeals(request: UserRequest) -> HttpResponse:
    """One's own, and those of the programs whose decisions one sees; what waits stands first."""
    visible = Appeal.objects.visible_to(request.user).select_related(*NAMES, "decider")
    state = request.GET.get("state", "")
    rows = visible.filter(state=state) if state in AppealState.values else visible
    waiting = Appeal.objects.waiting_for(request.user).select_related(*NAMES, "decider")
    context = {
        "page": page_of(request, rows.order_by("-lodged_at", "pk")),
        "waiting": page_of(request, waiting.order_by("lodged_at", "pk"), name="waiting"),
        "certifies": Permission.DECISION_RATIFY in held_by(request).grants(),
        "states": [(str(s), str(s.label)) for s in AppealState],
        "state": state if state in AppealState.values else "",
    }
    return render(request, "assessments/appeals/appeals.html", context)


@opens_to(signed_in)
@require_http_methods(["GET", "HEAD", "POST"])
def lodge(request: UserRequest, pk: UUID) -> HttpResponse:
    """Appeal the decision of one's own attempt."""
    attempts = Attempt.objects.of_trainee(request.user)
    attempt = get_object_or_404(attempts.select_related("assessment"), pk=pk)
    decisions = Decision.objects.of_trainee(request.user).filter(attempt_id=attempt.pk)
    decision = decisions.select_related("standard_version").order_by("-round").first()
    if decision is None or attempt.released_at is None:
        raise DomainError(_("Only a released decision can be appealed."))
    form, status = GroundsForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                lodged = lodge_appeal(decision, **form.cleaned_data, by=request.user)
            except DomainError as error:
                status = show_in(form, error)
            else:
                messages.success(request, _("Your appeal is lodged."))
                return redirect("appeal", pk=lodged.pk)
    context = {"attempt": attempt, "decision": decision, "form": form}
    context |= of_result(attempt, decision)
    return render(request, "assessments/appeals/lodge.html", context, status=status)


@opens_to(signed_in)
@require_safe
def appeal(request: UserRequest, pk: UUID) -> HttpResponse:
    """One appeal: its grounds, who looks, what comes next."""
    return _page(request, _found(request, pk), OutcomeForm())


@opens_to(signed_in)
@require_POST
def withdraw(request: UserRequest, pk: UUID) -> HttpResponse:
    """Take one's own appeal back."""
    found = get_object_or_404(Appeal.objects.of_trainee(request.user), pk=pk)
    withdraw_appeal(found, by=request.user)
    messages.success(request, _("Your appeal is withdrawn. The decision stands."))
    return redirect("appeal", pk=found.pk)


@opens_to(requires(Permission.DECISION_RATIFY))
@require_POST
def take_up(request: UserRequest, pk: UUID) -> HttpResponse:
    """Take an appeal up, with nothing that ties one to it."""
    found = _found(request, pk)
    take_up_appeal(found, by=request.user)
    messages.success(request, _("The appeal is yours to decide."))
    return redirect("appeal", pk=found.pk)


@opens_to(requires(Permission.DECISION_RATIFY))
@require_POST
def decide(request: UserRequest, pk: UUID) -> HttpResponse:
    """Grant or deny it, with reasons."""
    found, form = _found(request, pk), OutcomeForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, 422)
    try:
        decide_appeal(found, **form.cleaned_data, by=request.user)
    except DomainError as error:
        return _page(request, found, form, show_in(form, error))
    messages.success(request, _("The appeal is decided. The trainee reads your reasons."))
    return redirect("appeal", pk=found.pk)


def _found(request: UserRequest, pk: UUID) -> Appeal:
    rows = Appeal.objects.visible_to(request.user).select_related(
        *NAMES, "decider", "decision__standard_version", "decision__settled_by"
    )
    return get_object_or_404(rows, pk=pk)


def _page(
    request: UserRequest, found: Appeal, form: OutcomeForm, status: int = 200
) -> HttpResponse:
    own = found.decision.enrolment.trainee_id == request.user.pk
    certifies = has_permission(request.user, Permission.DECISION_RATIFY, found.program_id)
    bars = bars_to_hearing(request.user, found) if certifies and not own else []
    mine = found.decider_id == request.user.pk
    lodged, heard = (
        found.state == AppealState.LODGED,
        found.state == AppealState.UNDER_REVIEW,
    )
    context = {
        "appeal": found,
        "form": form,
        "own": own,
        "reads": own or (certifies and not bars),
        "bars": bars,
        "withdraws": own and lodged,
        "takes_up": certifies and not own and not bars and lodged,
        "decides": certifies and mine and heard and not bars,
        "title": found.decision.dossier["assessment"]["title"],
    }
    return render(request, "assessments/appeals/appeal.html", context, status=status)
