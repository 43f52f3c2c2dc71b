"""Workload: what is due and overdue, per reviewer, and when a cohort could be done."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from assessments.attempts.models import Attempt
from assessments.workload import reading
from assessments.workload.handover import Handover, hand_over_desk
from competency.accounts.models import User
from competency.foundation.errors import DomainError, InvalidInput
from competency.programs.models import Program
from competency.programs.policies import programs_where
from competency.programs.roles import Permission
from competency.web.access import opens_to, requires
from competency.web.fields import ReasonField
from competency.web.forms import PlainForm
from competency.web.http import UserRequest, show_in
from competency.web.memberships import chosen_program
from competency.web.paging import page_of

SIZE = 20
NAMED = 10  # of what found nobody; the list below has them all
oversees = opens_to(requires(Permission.REVIEW_OVERSEE))


class HandOverForm(PlainForm):
    reason = ReasonField(
        label=gettext_lazy("Why the desk goes to others"),
        help_text=gettext_lazy("It stays on the record of each review."),
        error_messages={"required": gettext_lazy("Say why the desk goes to others.")},
    )


@oversees
@require_safe
def workload(request: UserRequest) -> HttpResponse:
    """One program's work; the filters of the list of reviews are in the URL."""
    return _page(request, HandOverForm())


@oversees
@require_POST
def hand_over(request: UserRequest) -> HttpResponse:
    """Everything that the reviewer named in the URL has open, to others."""
    form = HandOverForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    programs = programs_where(request.user, Permission.REVIEW_OVERSEE)
    program = get_object_or_404(programs, pk=_key(request, "program"))
    reviewer = get_object_or_404(reading.reviewers(program), pk=_key(request, "reviewer"))
    try:
        done = hand_over_desk(program, reviewer, **form.cleaned_data, by=request.user)
    except InvalidInput as error:
        return _page(request, form, status=show_in(form, error))
    except DomainError as error:  # whoever held them has done or lost them meanwhile
        messages.warning(request, error.message)
        done = Handover([], [])
    _say(request, done)
    there = f"{reverse('workload')}?program={program.pk}"
    return redirect(f"{there}&reviewer={reviewer.pk}#reviews" if done.left else f"{there}#people")


def _say(request: UserRequest, done: Handover) -> None:
    moved = len(done.moved)
    if moved:
        words = ngettext(
            "%(count)d review went to somebody else.", "%(count)d reviews went to others.", moved
        )
        messages.success(request, words % {"count": moved})
    for one in done.left[:NAMED]:
        told = {
            "name": one.review.submission.attempt.enrolment.trainee.name,
            "case": one.review.submission.vignette_version.vignette.title,
            "why": one.why,
        }
        messages.warning(request, _("%(name)s, %(case)s stays: %(why)s") % told)


def _key(request: UserRequest, name: str) -> UUID:
    try:
        return UUID(request.GET.get(name) or "")
    except ValueError as error:
        raise Http404 from error


def _page(request: UserRequest, form: HandOverForm, *, status: int = 200) -> HttpResponse:
    programs = list(programs_where(request.user, Permission.REVIEW_OVERSEE).order_by("name"))
    program = _chosen(request, programs)
    reviews = reading.open_reviews(program, request.user)
    unseated = Attempt.objects.run_by(request.user).awaiting_reviewer()
    people = page_of(request, reading.reviewers(program), name="people", size=SIZE)
    held = reading.settling(program, [person.pk for person in people])
    for person in people:
        person.settling = held.get(person.pk, 0)
    context = {
        "program": program,
        "programs": programs if len(programs) > 1 else (),
        "counts": _counts(reviews),
        "unseated": unseated.filter(enrolment__cohort__program=program).count(),
        "people": people,
        "outlooks": page_of(request, reading.outlooks(program), name="cohorts", size=SIZE),
        "weeks": len(reading.done_by_week(program)),
        "form": form,
        **_listed(request, reviews),
    }
    return render(request, "assessments/running/workload.html", context, status=status)


def _chosen(request: UserRequest, programs: list[Program]) -> Program:
    """The one the URL names, else the one the reader works in, else the first."""
    wanted = request.GET.get("program") or ""
    chosen = chosen_program(request)
    order = [row for row in programs if str(row.pk) == wanted]
    order += [row for row in programs if chosen is not None and row.pk == chosen.pk]
    if wanted and not order:
        raise Http404
    return (order + programs)[0]


def _counts(reviews: Any) -> dict[str, int]:
    return {
        "open": reviews.count(),
        "soon": reading.due(reviews, "soon").count(),
        "overdue": reading.due(reviews, "overdue").count(),
    }


def _listed(request: UserRequest, reviews: Any) -> dict[str, Any]:
    """One page of open reviews: of one reviewer, due soon, overdue."""
    when = request.GET.get("due", "")
    rows = reading.due(reviews, when)
    reviewer = _reviewer(request, rows)
    if reviewer is not None:
        rows = rows.filter(reviewer=reviewer)
    rows = rows.select_related(
        "reviewer",
        "submission__vignette_version__vignette",
        "submission__attempt__enrolment__trainee",
    )
    return {
        "reviews": page_of(request, rows, name="reviews", size=SIZE),
        "due": when if when in reading.DUE else "",
        "reviewer": reviewer,
    }


def _reviewer(request: UserRequest, rows: Any) -> User | None:
    try:
        key = UUID(request.GET.get("reviewer") or "")
    except ValueError:
        return None
    found = rows.filter(reviewer=key).select_related("reviewer").first()
    return found.reviewer if found else None
