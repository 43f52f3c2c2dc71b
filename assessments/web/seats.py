"""Who judges an attempt: a director sees every seat, fills one by hand, gives one to another."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessments.attempts.models import Attempt, Submission
from assessments.reviews.models import Review
from assessments.reviews.states import IN_FORCE, OPEN
from assessments.web.forms import LicenceForm, SeatForm
from assessments.workflow import seats as desk
from assessments.workflow.comparison import required_reviews
from assessments.workflow.services import license_reviewer
from competency.foundation.errors import DomainError
from competency.programs.roles import Permission
from competency.web.access import opens_to, requires
from competency.web.http import UserRequest, show_in

oversees = opens_to(requires(Permission.REVIEW_OVERSEE))


@dataclass
class Bench:
    """One submission: its seats, who might sit in them, and the form that fills one."""

    submission: Submission
    seats: list[Review]
    standings: list[desk.Standing]
    form: SeatForm
    empty: int

    @property
    def unlicensed(self) -> list[desk.Standing]:
        return [row for row in self.standings if desk.UNLICENSED in row.bars]

    @property
    def eligible(self) -> bool:
        return any(row.eligible for row in self.standings)

    @property
    def movable(self) -> list[Review]:
        judged = self.submission.state in desk.JUDGING
        return [row for row in self.seats if row.state in OPEN] if judged else []


@oversees
@require_safe
def seats(request: UserRequest, pk: UUID) -> HttpResponse:
    """Every seat of an attempt, and for each reviewer of the program what keeps them from it."""
    return _page(request, _found(request, pk))


@oversees
@require_POST
def seat(request: UserRequest, pk: UUID, position: int) -> HttpResponse:
    """Fill an empty seat, or give one that is not judged yet to somebody else."""
    found = _found(request, pk)
    submission = get_object_or_404(_submissions(found), position=position)
    form = _form(submission, desk.standings(submission), request.POST)
    if not form.is_valid():
        return _page(request, found, given=form, at=position, status=422)
    review, reviewer = form.cleaned_data["seat"], form.cleaned_data["reviewer"]
    given: dict[str, Any] = {"reason": form.cleaned_data["reason"], "by": request.user}
    try:
        if review:
            desk.reassign(review, reviewer, **given)
        else:
            desk.seat_by_hand(submission, reviewer, **given)
    except DomainError as error:
        status = show_in(form, error)
        return _page(request, found, given=form, at=position, status=status)
    messages.success(request, _("%(name)s has the seat.") % {"name": reviewer.name})
    return redirect("attempt-seats", pk=found.pk)


@oversees
@require_POST
def license_for(request: UserRequest, pk: UUID) -> HttpResponse:
    """License a supervisor for the rubric of an attempt, on stated grounds."""
    found = _found(request, pk)
    form = LicenceForm(request.POST, people=_unlicensed(found))
    if not form.is_valid():
        return _page(request, found, licensing=form, status=422)
    try:
        license_reviewer(
            found.enrolment.cohort.program,
            form.cleaned_data["person"],
            found.assessment.rubric_version,
            grounds=form.cleaned_data["grounds"],
            by=request.user,
        )
    except DomainError as error:
        return _page(request, found, licensing=form, status=show_in(form, error))
    name = form.cleaned_data["person"].name
    messages.success(request, _("%(name)s is licensed. Seats are being drawn.") % {"name": name})
    return redirect("attempt-seats", pk=found.pk)


def _found(request: UserRequest, pk: UUID) -> Attempt:
    rows = Attempt.objects.run_by(request.user).select_related(
        "assessment__standard_version",
        "assessment__rubric_version__rubric",
        "enrolment__trainee",
        "enrolment__cohort__program",
    )
    return get_object_or_404(rows, pk=pk)


def _submissions(found: Attempt) -> Any:
    rows = found.submissions.select_related("vignette_version__vignette")
    return rows.select_related(
        "attempt__assessment__standard_version", "attempt__enrolment__cohort"
    ).order_by("position")


def _form(submission: Submission, standings: list[desk.Standing], data: Any = None) -> SeatForm:
    return SeatForm(
        data,
        people=[row.person for row in standings if row.eligible],
        seats=submission.reviews.filter(state__in=OPEN).select_related("reviewer"),
        at=submission.position,
    )


def _unlicensed(found: Attempt) -> list[Any]:
    rows = (row for each in _submissions(found) for row in desk.standings(each))
    return list({row.person.pk: row.person for row in rows if desk.UNLICENSED in row.bars}.values())


def _page(
    request: UserRequest,
    found: Attempt,
    *,
    given: SeatForm | None = None,
    at: int = 0,
    licensing: LicenceForm | None = None,
    status: int = 200,
) -> HttpResponse:
    benches = []
    rows = list(_submissions(found))
    taken = desk.seats_of(rows)
    for each in rows:
        standings = desk.standings(each)
        own = given if given and each.position == at else _form(each, standings)
        in_force = [
            row for row in taken[each] if row.state in IN_FORCE and row.round >= each.base_round
        ]
        empty = required_reviews(each) - len(in_force) if each.state in desk.JUDGING else 0
        benches.append(Bench(each, taken[each], standings, own, max(0, empty)))
    unlicensed = list({row.person.pk: row.person for b in benches for row in b.unlicensed}.values())
    context = {
        "attempt": found,
        "benches": benches,
        "unlicensed": unlicensed,
        "licensing": licensing or LicenceForm(people=unlicensed),
    }
    return render(request, "assessments/seats/seats.html", context, status=status)
