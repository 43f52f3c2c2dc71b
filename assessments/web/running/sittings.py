"""Sittings: all of them, and one followed live; longer, off, and people reminded."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessments.attempts.models import Attempt
from assessments.sittings.details import Detail, details_of
from assessments.sittings.following import Standing, counts, with_standing
from assessments.sittings.models import Place, Sitting
from assessments.sittings.moving import move_sitting
from assessments.sittings.nudges import can_remind, nudge
from assessments.sittings.services import cancel_sitting, extend_sitting, give_more_time
from assessments.sittings.states import SittingState
from assessments.web.running.forms import CancelForm, ExtendForm, MoreTimeForm, MoveForm
from competency.foundation.errors import DomainError, InvalidInput
from competency.programs.policies import has_permission
from competency.programs.roles import Permission
from competency.web.access import opens_to, requires
from competency.web.http import UserRequest, show_in
from competency.web.memberships import held_by, within
from competency.web.paging import page_of

sees = opens_to(requires(Permission.ATTEMPT_VIEW))
runs = opens_to(requires(Permission.PROGRAM_RUN))
OF_SITTING = ("assessment", "enrolment__trainee", "opened_by", "cohort__program", "first_form")
SIZE = 25


@sees
@require_safe
def sittings(request: UserRequest) -> HttpResponse:
    """The latest first; the filter is in the URL."""
    state = request.GET.get("state", "")
    rows = within(request, Sitting.objects.visible_to(request.user), "cohort__program")
    if state in SittingState.values:
        rows = rows.filter(state=state)
    rows = rows.select_related(*OF_SITTING).with_progress().order_by("-opens_at", "pk")
    context = {
        "page": page_of(request, rows),
        "states": SittingState.choices,
        "state": state if state in SittingState.values else "",
        "oversees": Permission.REVIEW_OVERSEE in held_by(request).grants(),
    }
    return render(request, "assessments/running/sittings.html", context)


@sees
@require_safe
def sitting(request: UserRequest, pk: UUID) -> HttpResponse:
    """One sitting, as it stands. Asked by the page itself, only the part that changes."""
    found = _found(request, pk)
    if request.htmx:
        return render(request, "assessments/running/live.html", _live(request, found))
    return _page(request, found)


@runs
@require_POST
def extend(request: UserRequest, pk: UUID) -> HttpResponse:
    words = _("The window stays open longer.")
    return _another_window(request, pk, ExtendForm, "longer", extend_sitting, words)


@runs
@require_POST
def move(request: UserRequest, pk: UUID) -> HttpResponse:
    """Another window, before it has opened."""
    words = _("The sitting is moved. Everybody who has a place was told.")
    return _another_window(request, pk, MoveForm, "other", move_sitting, words)


def _another_window(
    request: UserRequest,
    pk: UUID,
    asked: type[ExtendForm | MoveForm],
    part: str,
    act: Callable[..., Any],
    words: str,
) -> HttpResponse:
    """`part` is the place of the form on the page, which shows it again where it is at fault."""
    found = _run(request, pk)
    form = asked(request.POST, zone=found.cohort.program.timezone)
    shown: dict[str, Any] = {part: form}
    if not form.is_valid():
        return _page(request, found, **shown, status=422)
    try:
        act(found, **form.cleaned_data, by=request.user)
    except InvalidInput as error:
        return _page(request, found, **shown, status=show_in(form, error))
    messages.success(request, words)
    return redirect("sitting", pk=pk)


@runs
@require_POST
def cancel(request: UserRequest, pk: UUID) -> HttpResponse:
    found = _run(request, pk)
    form = CancelForm(request.POST)
    if not form.is_valid():
        return _page(request, found, off=form, status=422)
    cancel_sitting(found, **form.cleaned_data, by=request.user)
    messages.success(request, _("The sitting is called off."))
    return redirect("sitting", pk=pk)


@runs
@require_POST
def ask(request: UserRequest, pk: UUID) -> HttpResponse:
    """Remind everybody of a standing, or the one that is named."""
    found = _run(request, pk)
    standing = request.POST.get("standing", "")
    try:
        told = nudge(found, standing, by=request.user, place=_named(request, found))
    except DomainError as error:
        messages.warning(request, error.message)
    else:
        words = ngettext("%(count)d person was told.", "%(count)d people were told.", told)
        messages.success(request, words % {"count": told})
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        return redirect("sitting", pk=pk)
    return redirect(back)


@runs
@require_http_methods(["GET", "HEAD", "POST"])
def more_time(request: UserRequest, pk: UUID) -> HttpResponse:
    """More time for one person, with a reason only directors read."""
    rows = Attempt.objects.run_by(request.user).select_related(
        "assessment", "enrolment__trainee", "enrolment__cohort__program", "place__sitting"
    )
    found = get_object_or_404(rows, pk=pk)
    zone = found.enrolment.cohort.program.timezone
    begun = found.started_at is not None
    form = MoreTimeForm(request.POST or None, zone=zone, begun=begun)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data | {"minutes": form.cleaned_data["minutes"] or 0}
            try:
                give_more_time(found, **given, by=request.user)
            except DomainError as error:
                status = show_in(form, error)
            else:
                messages.success(request, _("The time is given."))
                return redirect("attempt", pk=pk)
    given_before = found.extensions.select_related("granted_by", "attempt__enrolment")
    context = {"attempt": found, "form": form, "extensions": given_before}
    return render(request, "assessments/running/more_time.html", context, status=status)


def _found(request: UserRequest, pk: UUID) -> Sitting:
    rows = Sitting.objects.visible_to(request.user).select_related(*OF_SITTING)
    return get_object_or_404(rows.with_progress(), pk=pk)


def _run(request: UserRequest, pk: UUID) -> Sitting:
    rows = Sitting.objects.run_by(request.user).select_related(*OF_SITTING)
    return get_object_or_404(rows.with_progress(), pk=pk)


def _named(request: UserRequest, found: Sitting) -> Place | None:
    """Of whose attempt somebody is reminded; None for everybody of the standing."""
    try:
        key = UUID(request.POST.get("place") or "")
    except ValueError:
        return None
    return get_object_or_404(found.places, pk=key)


def _page(
    request: UserRequest,
    found: Sitting,
    *,
    longer: ExtendForm | None = None,
    off: CancelForm | None = None,
    other: MoveForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = _live(request, found) | {
        "longer": longer or ExtendForm(zone=found.cohort.program.timezone),
        "off": off or CancelForm(),
        "other": other or _as_it_is(found),
    }
    return render(request, "assessments/running/sitting.html", context, status=status)


def _as_it_is(found: Sitting) -> MoveForm:
    now = {"opens_at": found.opens_at, "closes_at": found.closes_at}
    return MoveForm(zone=found.cohort.program.timezone, initial=now)


def _live(request: UserRequest, found: Sitting) -> dict[str, Any]:
    """Counts of everybody, and one page of people in the filter of the URL."""
    places = Place.objects.visible_to(request.user).filter(sitting=found)
    there = counts(places)
    standing = request.GET.get("standing", "")
    rows = with_standing(places)
    if standing in Standing.values:
        rows = rows.filter(standing=standing)
    rows = rows.select_related("enrolment__trainee", "attempt", "form")
    page = page_of(request, rows.order_by("enrolment__trainee__name", "pk"), size=SIZE)
    person, program = request.user, found.program_id
    names = has_permission(person, Permission.REVIEW_OVERSEE, program)
    told = details_of([row.attempt_id for row in page], names=names)
    running = has_permission(person, Permission.PROGRAM_RUN, program)
    for row in page:
        row.told = told.get(row.attempt_id, Detail())
        row.words = Standing(row.standing).label
        row.can_be_asked = running and can_remind(found, row.standing)
    chosen = standing if standing in Standing.values else ""
    return {
        "sitting": found,
        "page": page,
        "steps": [(each, Standing(each).label, count) for each, count in there.items()],
        "everyone": sum(there.values()),
        "standing": chosen,
        "runs": running,
        "sees_seats": names,
        "asks": there.get(chosen, 0) if running and can_remind(found, chosen) else 0,
        "opening": there.get(Standing.OPENING, 0),
        "going": found.is_going or bool(set(there) - AT_REST),
        "here": request.get_full_path(),
    }


AT_REST = {Standing.RELEASED, Standing.LAPSED, Standing.VOID, Standing.LEFT_OUT}
