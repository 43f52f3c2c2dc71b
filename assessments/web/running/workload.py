"""Workload: what is due and overdue, per reviewer, and when a cohort could be done."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.attempts.models import Attempt
from assessments.workload import reading
from competency.accounts.models import User
from competency.programs.models import Program
from competency.programs.policies import programs_where
from competency.programs.roles import Permission
from competency.web.access import opens_to, requires
from competency.web.http import UserRequest
from competency.web.memberships import chosen_program
from competency.web.paging import page_of

SIZE = 20


@opens_to(requires(Permission.REVIEW_OVERSEE))
@require_safe
def workload(request: UserRequest) -> HttpResponse:
    """One program's work; the filters of the list of reviews are in the URL."""
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
        **_listed(request, reviews),
    }
    return render(request, "assessments/running/workload.html", context)


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
