"""Who judges an attempt: a director sees every seat, fills one by hand, gives one to another."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
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
from competency.accounts.models import User
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
    found = _found(request, pk)
    return _page(request, found, _benches(found))


@oversees
@require_POST
def seat(request: UserRequest, pk: UUID, position: int) -> HttpResponse:
    """Fill an empty seat, or give one that is not judged yet to somebody else."""
    found = _found(request, pk)
    benches = _benches(found)
    bench = next((each for each in benches if each.submission.position == position), None)
    if bench is None:
        raise Http404
    form = bench.form = _form(bench.submission, bench.standings, request.POST)
    if not form.is_valid():
        return _page(request, found, benches, status=422)
    review, reviewer = form.cleaned_data["seat"], form.cleaned_data["reviewer"]
    given: dict[str, Any] = {"reason": form.cleaned_data["reason"], "by": request.user}
    try:
        if review:
            desk.reassign(review, reviewer, **given)
        else:
            desk.seat_by_hand(bench.submission, reviewer, **given)
    except DomainError as error:
        return _page(request, found, benches, status=show_in(form, error))
    messages.success(request, _("%(name)s has the seat.") % {"name": reviewer.name})
    return redirect("attempt-seats", pk=found.pk)


@oversees
@require_POST
def license_for(request: UserRequest, pk: UUID) -> HttpResponse:
    """License a supervisor for the rubric of an attempt, on stated grounds."""
    found = _found(request, pk)
    benches = _benches(found)
    form = LicenceForm(request.POST, people=_unlicensed(benches))
    if not form.is_valid():
        return _page(request, found, benches, licensing=form, status=422)
    try:
        license_reviewer(
            found.enrolment.cohort.program,
            form.cleaned_data["person"],
            found.assessment.rubric_version,
            grounds=form.cleaned_data["grounds"],
            by=request.user,
        )
    except DomainError as error:
        return _page(request, found, benches, licensing=form, status=show_in(form, error))
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


def _benches(found: Attempt) -> list[Bench]:
    """One for each submission; who might sit there is asked once."""
    rows = found.submissions.select_related(
        "vignette_version__vignette",
        "attempt__assessment__standard_version",
        "attempt__enrolment__cohort",
    )
    submissions = list(rows.order_by("position"))
    taken = desk.seats_of(submissions)
    return [_bench(each, taken[each]) for each in submissions]


def _bench(submission: Submission, taken: list[Review]) -> Bench:
    standings = desk.standings(submission)
    in_force = [
        row for row in taken if row.state in IN_FORCE and row.round >= submission.base_round
    ]
    judged = submission.state in desk.JUDGING
    empty = required_reviews(submission) - len(in_force) if judged else 0
    return Bench(submission, taken, standings, _form(submission, standings), max(0, empty))


def _form(submission: Submission, standings: list[desk.Standing], data: Any = None) -> SeatForm:
    return SeatForm(
        data,
        people=[row.person for row in standings if row.eligible],
        seats=submission.reviews.filter(state__in=OPEN).select_related("reviewer"),
        at=submission.position,
    )


def _unlicensed(benches: list[Bench]) -> list[User]:
    return list({row.person.pk: row.person for b in benches for row in b.unlicensed}.values())


def _page(
    request: UserRequest,
    found: Attempt,
    benches: list[Bench],
    *,
    licensing: LicenceForm | None = None,
    status: int = 200,
) -> HttpResponse:
    unlicensed = _unlicensed(benches)
    context = {
        "attempt": found,
        "benches": benches,
        "unlicensed": unlicensed,
        "licensing": licensing or LicenceForm(people=unlicensed),
    }
    return render(request, "assessments/seats/seats.html", context, status=status)
