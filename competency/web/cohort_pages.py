"""Open a cohort; rename, close and reopen one."""

from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from competency.accounts.models import User
from competency.programs import cohorts
from competency.programs.models import Cohort, Program
from competency.programs.people import cohorts_of, run_by
from competency.programs.roles import Permission
from competency.programs.states import OVER, CohortState, PlaceState
from competency.web.access import opens_to, requires
from competency.web.bench import Act, Bench
from competency.web.fields import DayField, LineField
from competency.web.forms import PlainForm, ReasonForm
from competency.web.http import UserRequest
from competency.web.paging import page_of
from competency.web.people import programs_at_hand


class CohortForm(PlainForm):
    name = LineField(label=gettext_lazy("Name"), max_length=cohorts.NAME)
    starts_on = DayField(label=gettext_lazy("First day"))
    ends_on = DayField(label=gettext_lazy("Last day, if known"), required=False)


class NewCohortForm(CohortForm):
    program: "forms.ModelChoiceField[Program]" = forms.ModelChoiceField(
        None, label=gettext_lazy("Program"), empty_label=None
    )
    field_order = ("program", "name", "starts_on", "ends_on")

    def __init__(self, data: Any, *, programs: QuerySet[Program], **options: Any) -> None:
        super().__init__(data, initial={"starts_on": timezone.now().date()}, **options)
        self.fields["program"].queryset = programs  # type: ignore[attr-defined]


@opens_to(requires(Permission.PROGRAM_RUN))
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: UserRequest) -> HttpResponse:
    """Open a cohort; below, those there are."""
    programs = programs_at_hand(request)
    opening = Act(
        "open",
        _("Open the cohort"),
        _open,
        _("The cohort is open."),
        partial(NewCohortForm, programs=programs),
    )
    bench = Bench(request, [opening])
    if bench.pressed():
        return redirect("cohort-settings", pk=bench.result.pk)
    (_act, form) = bench.forms[0]
    rows = cohorts_of(programs).annotate(
        active=_counted(PlaceState.ACTIVE), on_leave=_counted(PlaceState.ON_LEAVE),
        over=_counted(*OVER),
    )  # fmt: skip
    page = page_of(request, rows.order_by("-state", "-starts_on", "name", "pk"))
    context = {"form": form, "page": page}
    return render(request, "competency/people/new_cohort.html", context, status=bench.status)


def _counted(*states: str) -> Count:
    return Count("enrolments", filter=Q(enrolments__state__in=states))


def _open(*, program: Program, by: User, **given: Any) -> Cohort:
    return cohorts.open_cohort(program, **given, by=by)


@opens_to(requires(Permission.PROGRAM_RUN))
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: UserRequest, pk: UUID) -> HttpResponse:
    """What a cohort is called, when it runs, whether people still come into it."""
    found = get_object_or_404(cohorts_of(run_by(request.user)), pk=pk)
    bench = Bench(request, _acts(found))
    if bench.pressed():
        return redirect("cohort-settings", pk=found.pk)
    states = found.enrolments.values("state").annotate(count=Count("pk"))
    context = {
        "cohort": found,
        "acts": bench.forms,
        "counts": [(PlaceState(row["state"]), row["count"]) for row in states.order_by("state")],
    }
    return render(request, "competency/people/cohort.html", context, status=bench.status)


def _acts(found: Cohort) -> list[Act]:
    given = {name: getattr(found, name) for name in ("name", "starts_on", "ends_on")}
    changing = Act(
        "change",
        _("Name and dates"),
        partial(cohorts.change_cohort, found),
        _("Changed. Records that are frozen keep the name they had."),
        partial(CohortForm, initial=given),
        press=_("Save"),
    )
    if found.state == CohortState.CLOSED:
        reopening = Act(
            "reopen",
            _("Open it again"),
            partial(cohorts.reopen_cohort, found),
            _("Open again."),
            ReasonForm,
        )
        return [changing, reopening]
    closing = Act(
        "close",
        _("Close it"),
        partial(cohorts.close_cohort, found),
        _("Closed. Nobody comes into it any more."),
        ReasonForm,
        _("Nobody comes into a closed cohort. The places in it stay as they are."),
    )
    return [changing, closing]
