"""A trainee's place in a cohort, and what becomes of it."""

from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from competency.accounts.models import User
from competency.programs import places, services
from competency.programs.circumstances import Accommodation, Placement
from competency.programs.models import Cohort, Enrolment
from competency.programs.people import cohorts_of, places_of, run_by, supervisors_of
from competency.programs.roles import Permission
from competency.programs.states import HELD, CohortState, PlaceState
from competency.web.access import opens_to, requires
from competency.web.bench import Act, Bench
from competency.web.fields import DayField, LineField
from competency.web.forms import PlainForm, ReasonForm
from competency.web.http import UserRequest


class SupervisorForm(PlainForm):
    supervisor: "forms.ModelChoiceField[User]" = forms.ModelChoiceField(
        None, label=gettext_lazy("Supervisor"), empty_label=None
    )

    def __init__(self, data: Any, *, supervisors: QuerySet[User], **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["supervisor"].queryset = supervisors  # type: ignore[attr-defined]


class AccommodationForm(ReasonForm):
    extra_percent = forms.IntegerField(
        label=gettext_lazy("Extra time, in percent"), min_value=0, max_value=300, initial=25
    )
    extra_pause_minutes = forms.IntegerField(
        label=gettext_lazy("Extra pauses, in minutes"), min_value=0, max_value=1440, initial=0
    )
    field_order = ("extra_percent", "extra_pause_minutes", "reason")


class LeaveForm(ReasonForm):
    expected_on = DayField(label=gettext_lazy("Expected back on, if known"), required=False)
    field_order = ("expected_on", "reason")


class TransferForm(ReasonForm):
    cohort: "forms.ModelChoiceField[Cohort]" = forms.ModelChoiceField(
        None, label=gettext_lazy("To which cohort"), empty_label=None
    )
    trainee_number = LineField(
        label=gettext_lazy("Number there, if another"), required=False, max_length=40
    )
    field_order = ("cohort", "trainee_number", "reason")

    def __init__(self, data: Any, *, cohorts: QuerySet[Cohort], **options: Any) -> None:
        super().__init__(data, **options)
        field: Any = self.fields["cohort"]
        field.queryset = cohorts
        field.label_from_instance = lambda cohort: f"{cohort.name} ({cohort.program.name})"


class NumberForm(PlainForm):
    trainee_number = LineField(label=gettext_lazy("The trainee’s number"), max_length=40)


@opens_to(requires(Permission.PROGRAM_RUN))
@require_http_methods(["GET", "HEAD", "POST"])
def place(request: UserRequest, pk: UUID) -> HttpResponse:
    """One place: state, supervisors, leave, accommodation, and where it came from."""
    rows = places_of(run_by(request.user)).select_related("came_from__cohort", "went_to__cohort")
    found = get_object_or_404(rows, pk=pk)
    supervisors = list(found.placements.select_related("supervisor").order_by("starts_on", "pk"))
    accommodations = list(found.accommodations.select_related("granted_by").order_by("starts_on"))
    bench = Bench(request, _acts(found, request.user, supervisors, accommodations))
    if bench.pressed():
        at = bench.result.pk if isinstance(bench.result, Enrolment) else found.pk
        return redirect("place", pk=at)
    context = {
        "place": found,
        "next": getattr(found, "went_to", None),
        "supervisors": [(row, bench.beside(row)) for row in supervisors],
        "accommodations": [(row, bench.beside(row)) for row in accommodations],
        "leaves": found.leaves.select_related("granted_by").order_by("starts_on"),
        "acts": bench.beside(None),
    }
    return render(request, "competency/people/place.html", context, status=bench.status)


def _acts(
    found: Enrolment,
    person: User,
    supervisors: list[Placement],
    accommodations: list[Accommodation],
) -> list[Act]:
    if found.state not in HELD:
        return []
    return [
        *_everyday(found),
        *(_back(found) if found.state == PlaceState.ON_LEAVE else _away(found)),
        *_leaving(found, person),
        *(
            Act(
                f"end-{row.pk}",
                _("End the supervision"),
                partial(places.end_placement, row),
                _("The supervision has ended. They judge this trainee even then never."),
                ReasonForm,
                row=row,
            )
            for row in supervisors
            if row.ends_on is None
        ),
        *(
            Act(
                f"end-{row.pk}",
                _("End it"),
                partial(services.end_accommodation, row),
                _("The accommodation has ended."),
                row=row,
            )
            for row in accommodations
            if row.ends_on is None
        ),
    ]


def _everyday(found: Enrolment) -> list[Act]:
    supervisors = supervisors_of(found.program_id).exclude(pk=found.trainee_id)
    return [
        Act(
            "supervisor",
            _("Assign a supervisor"),
            partial(_assign, found),
            _("Assigned. From now on this supervisor never judges this trainee."),
            partial(SupervisorForm, supervisors=supervisors.order_by("name")),
            _("A trainee’s own supervisor never judges that trainee, not even afterwards."),
        ),
        Act(
            "accommodate",
            _("Grant an accommodation"),
            partial(services.accommodate, found),
            _("Granted, for every attempt that is opened from now on."),
            AccommodationForm,
            _("Directors alone see it, and why. A certificate says only that."),
        ),
        Act(
            "renumber",
            _("Correct the number"),
            partial(places.renumber, found),
            _("Corrected. Records that are frozen keep the number they had."),
            partial(NumberForm, initial={"trainee_number": found.trainee_number}),
        ),
    ]


def _assign(found: Enrolment, *, supervisor: User, by: User) -> None:
    services.place(found, supervisor, by=by)


def _away(found: Enrolment) -> list[Act]:
    return [
        Act(
            "leave",
            _("Leave of absence"),
            partial(places.take_leave, found),
            _("On leave. Nothing is opened or begun until the return."),
            LeaveForm,
            _("From today. Directors alone see why."),
            press=_("Begin the leave"),
        )
    ]


def _back(found: Enrolment) -> list[Act]:
    return [
        Act(
            "return",
            _("Back from leave"),
            partial(places.return_from_leave, found),
            _("Back in training."),
            press=_("End the leave"),
        )
    ]


def _leaving(found: Enrolment, person: User) -> list[Act]:
    cohorts = cohorts_of(run_by(person)).filter(state=CohortState.OPEN).order_by("name")
    return [
        Act(
            "transfer",
            _("Transfer to another cohort"),
            partial(places.transfer, found),
            _("Transferred. The new place leads back to the old one."),
            partial(TransferForm, cohorts=cohorts.exclude(pk=found.cohort_id)),
            _("What was sat and decided stays here. Within the program, supervisors and the "
              "accommodation come along."),
        ),
        Act(
            "withdraw",
            _("Withdrawal"),
            partial(places.withdraw, found),
            _("Withdrawn. What was sat and decided stays."),
            ReasonForm,
            _("For good. The role of a trainee ends with the last place in the program."),
            press=_("Withdraw from the cohort"),
        ),
    ]  # fmt: skip
