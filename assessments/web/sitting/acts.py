"""What a trainee does with an attempt as a whole: begin, pause, go on, hand in."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.attempts import services
from assessments.attempts.pauses import pause_attempt, resume_attempt
from assessments.web.results import state_shown
from assessments.web.sitting.briefing import briefing_of
from assessments.web.sitting.clock import clock_of
from assessments.web.sitting.forms import StartForm
from assessments.web.sitting.progress import progress_of
from assessments.web.sitting.sheets import own_attempt
from assessments.workflow.services import hand_in as hand_in_attempt
from competency.foundation.errors import DomainError
from competency.privacy.policies import ConsentNeeded
from competency.programs.roles import Permission
from competency.web.access import opens_to, requires
from competency.web.http import UserRequest, show_in

sits = opens_to(requires(Permission.ATTEMPT_SIT))


@sits
@require_POST
def start(request: UserRequest, pk: UUID) -> HttpResponse:
    """Start the clock, once the trainee has given their word."""
    attempt = own_attempt(request, pk)
    form = StartForm(request.POST, attempt=attempt)
    status = 422
    if form.is_valid():
        try:
            said = form.identity_words(request.user)
            services.start_attempt(attempt, by=request.user, identity_check=said)
            return redirect("sitting-stage", pk=pk, position=1)
        except ConsentNeeded:
            raise  # leads to the notice, and back
        except DomainError as error:
            status = show_in(form, error)
    context = briefing_of(attempt) | {"form": form}
    return render(request, "assessments/sitting/briefing.html", context, status=status)


@sits
@require_POST
def pause(request: UserRequest, pk: UUID) -> HttpResponse:
    """Stop the clock. The case is out of sight meanwhile."""
    pause_attempt(own_attempt(request, pk), by=request.user)
    return redirect("attempt", pk=pk)


@sits
@require_POST
def resume(request: UserRequest, pk: UUID) -> HttpResponse:
    """Start the clock again, at the case that is open."""
    attempt = own_attempt(request, pk)
    resume_attempt(attempt, by=request.user)
    unfinished = attempt.submissions.filter(current_stage__isnull=False, state="drafting")
    first = unfinished.order_by("position").first()
    if first is None:
        return redirect("attempt", pk=pk)
    return redirect("sitting-stage", pk=pk, position=first.position)


@sits
@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request: UserRequest, pk: UUID) -> HttpResponse:
    """What was left blank, and then the act itself."""
    attempt = own_attempt(request, pk)
    if state_shown(attempt) != "in_progress":
        return redirect("attempt", pk=pk)
    if request.method == "POST":
        hand_in_attempt(attempt, by=request.user)
        messages.success(request, _("Handed in. Your receipt is below."))
        return redirect("attempt", pk=pk)
    progress = progress_of(attempt)
    context = {
        "attempt": attempt,
        "clock": clock_of(attempt),
        "progress": progress,
        "all_finished": all(case.finished for case in progress),
    }
    return render(request, "assessments/sitting/hand_in.html", context)


@sits
@require_safe
def status(request: UserRequest, pk: UUID) -> HttpResponse:
    """The fragment that follows the marking; it stops asking once nothing can change."""
    attempt = own_attempt(request, pk)
    context = {"attempt": attempt, "shown": state_shown(attempt), "clock": clock_of(attempt)}
    return render(request, "assessments/sitting/status.html", context)


@sits
@require_safe
def receipt(request: UserRequest, pk: UUID) -> HttpResponse:
    """A page of its own, to print: what was handed in, when, and under which hash."""
    attempt = own_attempt(request, pk)
    if attempt.handed_in_at is None:
        raise DomainError(_("Nothing was handed in yet."), code="not_handed_in")
    rows = attempt.submissions.select_related("vignette_version__vignette")
    context = {
        "attempt": attempt,
        "submissions": rows.order_by("position"),
        "zone": get_current_timezone_name(),
    }
    return render(request, "assessments/sitting/receipt.html", context)
