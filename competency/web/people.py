"""People of the programs that one runs: who they are, what they hold, whom they must not judge."""

from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from competency.accounts.models import User
from competency.programs import services
from competency.programs.circumstances import Conflict
from competency.programs.models import Cohort, Membership, Program
from competency.programs.people import (
    cohorts_of,
    conflicts_in,
    narrowed,
    people_of,
    places_of,
    roles_in,
    run_by,
)
from competency.programs.people import with_standing as with_standing_in
from competency.programs.roles import Permission, Role
from competency.programs.states import CohortState, PlaceState
from competency.web.access import opens_to, requires
from competency.web.bench import Act, Bench
from competency.web.fields import DayField, LineField
from competency.web.forms import PlainForm, ReasonForm
from competency.web.http import UserRequest
from competency.web.memberships import within
from competency.web.paging import page_of

PAGE = "competency/people/person.html"


ROLES = [choice for choice in Role.choices if choice[0] != Role.AUDITOR]  # who has a page apart


class GrantForm(PlainForm):
    program: "forms.ModelChoiceField[Program]" = forms.ModelChoiceField(
        None, label=gettext_lazy("Program"), empty_label=None
    )
    role = forms.ChoiceField(choices=ROLES, label=gettext_lazy("Role"))
    ends_on = DayField(label=gettext_lazy("Last day, if known"), required=False)

    def __init__(self, data: Any, *, programs: QuerySet[Program], **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["program"].queryset = programs  # type: ignore[attr-defined]


class EnrolForm(PlainForm):
    cohort: "forms.ModelChoiceField[Cohort]" = forms.ModelChoiceField(
        None, label=gettext_lazy("Cohort"), empty_label=None
    )
    trainee_number = LineField(label=gettext_lazy("The trainee’s number"), max_length=40)

    def __init__(self, data: Any, *, cohorts: QuerySet[Cohort], **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["cohort"].queryset = cohorts  # type: ignore[attr-defined]


class ConflictForm(ReasonForm):
    program: "forms.ModelChoiceField[Program]" = forms.ModelChoiceField(
        None, label=gettext_lazy("Program"), empty_label=None
    )
    other: "forms.ModelChoiceField[User]" = forms.ModelChoiceField(
        None, label=gettext_lazy("With whom"), empty_label=None
    )
    field_order = ("program", "other", "reason")

    def __init__(
        self, data: Any, *, programs: QuerySet[Program], others: QuerySet[User], **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.fields["program"].queryset = programs  # type: ignore[attr-defined]
        self.fields["other"].queryset = others  # type: ignore[attr-defined]


def programs_at_hand(request: UserRequest) -> QuerySet[Program]:
    """Those that the reader runs, or of these the one they chose to work in."""
    return within(request, run_by(request.user), "pk")


@opens_to(requires(Permission.PROGRAM_RUN))
@require_safe
def people(request: UserRequest) -> HttpResponse:
    """Everyone in the programs at hand; filters live in the URL."""
    programs = programs_at_hand(request)
    chosen = _filters(request, programs)
    rows = narrowed(people_of(programs), programs, **chosen)
    context = {
        "page": page_of(request, with_standing_in(rows, programs).order_by("name", "pk")),
        "chosen": chosen,
        "roles": Role.choices,
        "states": PlaceState.choices,
        "cohorts": cohorts_of(programs).order_by("-starts_on", "name"),
    }
    return render(request, "competency/people/people.html", context)


def _filters(request: UserRequest, programs: QuerySet[Program]) -> dict[str, Any]:
    role, state = request.GET.get("role", ""), request.GET.get("state", "")
    wanted = request.GET.get("cohort", "")
    try:
        cohort = cohorts_of(programs).filter(pk=UUID(wanted)).first() if wanted else None
    except ValueError:
        cohort = None
    return {
        "words": request.GET.get("q", "").replace("\0", "")[:200],
        "role": role if role in Role.values else "",
        "cohort": cohort,
        "state": state if state in PlaceState.values else "",
    }


@opens_to(requires(Permission.PROGRAM_RUN))
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: UserRequest, pk: UUID) -> HttpResponse:
    """One person: roles, places, conflicts of interest, and what a director does about them."""
    programs = run_by(request.user)
    found = get_object_or_404(people_of(programs), pk=pk)
    held = roles_in(programs).filter(person=found)
    ties = conflicts_in(programs).filter(Q(person=found) | Q(other=found))
    roles, conflicts = (
        list(held.order_by("ends_on", "role", "pk")),
        list(ties.order_by("created_at")),
    )
    bench = Bench(request, [*_acts(found, programs), *_row_acts(roles, conflicts)])
    if bench.pressed():
        return redirect("person", pk=found.pk)
    context = {
        "found": found,
        "roles": [(row, bench.beside(row)) for row in roles],
        "conflicts": [(row, bench.beside(row)) for row in conflicts],
        "places": places_of(programs).filter(trainee=found).order_by("created_at"),
        "acts": bench.beside(None),
    }
    return render(request, PAGE, context, status=bench.status)


def _acts(found: User, programs: QuerySet[Program]) -> list[Act]:
    here = people_of(programs).exclude(pk=found.pk).filter(is_active=True).order_by("name")
    cohorts = cohorts_of(programs).filter(state=CohortState.OPEN).order_by("name")
    return [
        Act(
            "grant",
            _("Give a role"),
            partial(_grant, found),
            _("The role is given."),
            partial(GrantForm, programs=programs),
        ),
        Act(
            "enrol",
            _("Give a place in a cohort"),
            partial(_enrol, found),
            _("The place is given."),
            partial(EnrolForm, cohorts=cohorts),
            _("With the trainee’s role, if it is not held yet."),
        ),
        Act(
            "declare",
            _("Declare a conflict of interest"),
            partial(_declare, found),
            _("Declared. These two judge each other no more."),
            partial(ConflictForm, programs=programs, others=here),
            _("These two will never judge each other in this program."),
        ),
    ]


def _row_acts(roles: list[Membership], conflicts: list[Conflict]) -> list[Act]:
    ending = [
        Act(
            f"end-{row.pk}",
            _("End the role"),
            partial(services.end_role, row),
            _("The role has ended. It stays on the record."),
            ReasonForm,
            row=row,
        )
        for row in roles
        if row.ends_on is None
    ]
    lifting = [
        Act(
            f"lift-{row.pk}",
            _("Lift it"),
            partial(services.lift_conflict, row),
            _("Lifted."),
            ReasonForm,
            _("Only where it was declared by mistake. It stays on the record."),
            row=row,
        )
        for row in conflicts
        if row.lifted_at is None
    ]
    return [*ending, *lifting]


def _grant(found: User, *, program: Program, role: str, by: User, **given: Any) -> None:
    services.grant_role(program, found, role, **given, by=by)


def _enrol(found: User, *, cohort: Cohort, trainee_number: str, by: User) -> None:
    services.enrol(cohort, found, trainee_number=trainee_number, by=by)


def _declare(found: User, *, program: Program, other: User, reason: str, by: User) -> None:
    services.declare_conflict(program, found, other, reason=reason, by=by)
