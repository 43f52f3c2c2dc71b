"""What is required in hours: profiles of jurisdictions, and which cohort is held against which."""

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
from competency.foundation.errors import InvalidInput
from competency.hours import profiles
from competency.hours.builtin import BUILTIN
from competency.hours.models import HoursProfile
from competency.programs.models import Cohort, Program
from competency.programs.people import cohorts_of, run_by
from competency.programs.roles import Permission
from competency.web.access import opens_to, requires
from competency.web.bench import Act, Bench
from competency.web.fields import LineField, ReasonField
from competency.web.forms import PlainForm
from competency.web.http import UserRequest
from competency.web.people import programs_at_hand

SHOWN = 100


class AdoptForm(PlainForm):
    program: "forms.ModelChoiceField[Program]" = forms.ModelChoiceField(
        None, label=gettext_lazy("Program"), empty_label=None
    )
    code = forms.ChoiceField(
        label=gettext_lazy("Profile"),
        choices=[(code, content["title"]) for code, content in BUILTIN.items()],
    )

    def __init__(self, data: Any, *, programs: QuerySet[Program], **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["program"].queryset = programs  # type: ignore[attr-defined]


class ChooseForm(PlainForm):
    cohort: "forms.ModelChoiceField[Cohort]" = forms.ModelChoiceField(
        None, label=gettext_lazy("Cohort"), empty_label=None
    )

    def __init__(self, data: Any, *, cohorts: QuerySet[Cohort], **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["cohort"].queryset = cohorts  # type: ignore[attr-defined]


class ReviseForm(PlainForm):
    title = LineField(label=gettext_lazy("Title"), max_length=200)
    jurisdiction = LineField(label=gettext_lazy("Jurisdiction"), max_length=200)
    source = ReasonField(label=gettext_lazy("Where the rules stand"), required=False)
    training = LineField(label=gettext_lazy("Hours of training, in all"))
    practicum = LineField(label=gettext_lazy("Hours of practicum"))
    consultation = LineField(label=gettext_lazy("Hours of consultation"))
    modules = ReasonField(
        label=gettext_lazy("Modules, one a line"),
        required=False,
        help_text=gettext_lazy("Code, title and hours, with a bar between: ethics | Ethics | 25"),
        widget=forms.Textarea(attrs={"rows": 14, "dir": "auto"}),
    )


@opens_to(requires(Permission.PROGRAM_RUN))
@require_http_methods(["GET", "HEAD", "POST"])
def profile_list(request: UserRequest) -> HttpResponse:
    """The profiles in force; a built-in one is adopted here."""
    programs = programs_at_hand(request)
    adopting = Act(
        "adopt",
        _("Adopt a profile"),
        _adopt,
        _("Adopted. It is unverified until a director confirms it."),
        partial(AdoptForm, programs=programs),
    )
    bench = Bench(request, [adopting])
    if bench.pressed():
        return redirect("hours-profile", pk=bench.result.pk)
    rows = HoursProfile.objects.visible_to(request.user).newest().filter(program__in=programs)
    context = {
        "rows": rows.select_related("program", "confirmed_by").order_by("code", "pk")[:SHOWN],
        "acts": bench.forms,
    }
    return render(request, "competency/hours/profiles.html", context, status=bench.status)


def _adopt(*, program: Program, code: str, by: User) -> HoursProfile:
    return profiles.adopt_profile(program, code, by=by)


@opens_to(requires(Permission.PROGRAM_RUN))
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: UserRequest, pk: UUID) -> HttpResponse:
    """One version: what it asks for, who confirmed it, which cohorts it holds for."""
    rows = HoursProfile.objects.visible_to(request.user).filter(program__in=run_by(request.user))
    found = get_object_or_404(rows.select_related("program", "confirmed_by"), pk=pk)
    newest = rows.newest().filter(program=found.program_id, code=found.code).get()
    here = cohorts_of(run_by(request.user)).filter(program=found.program_id)
    acts = _acts(found, here.order_by("name")) if newest == found else []
    bench = Bench(request, acts)
    if bench.pressed():
        made = bench.result
        at = made.pk if isinstance(made, HoursProfile) else found.pk
        return redirect("hours-profile", pk=at)
    context = {
        "profile": found,
        "newest": newest,
        "choices": found.choices.select_related("cohort").order_by("cohort__name"),
        "acts": bench.forms,
    }
    return render(request, "competency/hours/profile.html", context, status=bench.status)


def _acts(found: HoursProfile, here: QuerySet[Cohort]) -> list[Act]:
    content = found.content
    lines = [f"{one['code']} | {one['title']} | {one['hours']}" for one in content["modules"]]
    confirming = Act(
        "confirm",
        _("Confirm it"),
        partial(profiles.confirm_profile, found),
        _("Confirmed, by your name."),
        explains=_("You have compared it with the rules in force, and answer for it by name."),
    )
    return [
        *([] if found.confirmed_at else [confirming]),
        Act(
            "choose",
            _("Require it of a cohort"),
            partial(_choose, found),
            _("Chosen. The cohort’s hours are counted towards it."),
            partial(ChooseForm, cohorts=here),
        ),
        Act(
            "revise",
            _("Write a new version"),
            partial(_revise, found),
            _("Written. It is unverified until a director confirms it."),
            partial(ReviseForm, initial=content | {"modules": "\n".join(lines)}),
            _("Cohorts that this version is required of go over to the new one."),
        ),
    ]


def _choose(found: HoursProfile, *, cohort: Cohort, by: User) -> None:
    profiles.choose_profile(cohort, found, by=by)


def _revise(found: HoursProfile, *, modules: str, by: User, **given: Any) -> HoursProfile:
    return profiles.revise_profile(found, given | {"modules": _modules(modules)}, by=by)


def _modules(text: str) -> list[dict[str, str]]:
    """Raises InvalidInput that names the line at fault."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        parts = [part.strip() for part in line.split("|")]
        if not line.strip():
            continue
        if len(parts) != 3:
            message = f"Line {number}: write code, title and hours with a bar between."
            raise InvalidInput({"modules": message})
        found.append({"code": parts[0], "title": parts[1], "hours": parts[2]})
    return found
