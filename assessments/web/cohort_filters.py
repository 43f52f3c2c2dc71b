"""The filters of a cohort's pages, read from the URL: which attempts, and which people."""

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.figures.rows import OPTIONS, Behind
from assessments.figures.scope import Scope
from assessments.figures.standings import Standing
from assessments.figures.waiting import KINDS
from competency.accounts.models import User
from competency.programs.models import Cohort
from competency.web.forms import PlainForm

FILTERS = ("assessment", "profile", "since", "until")
YEARS = range(2000, 2200)


class ScopeForm(PlainForm):
    """Every field may stay empty; what is at fault is named and left out."""

    assessment = forms.TypedChoiceField(
        required=False, coerce=UUID, empty_value=None, label=gettext_lazy("Assessment")
    )
    profile = forms.TypedChoiceField(
        required=False, coerce=UUID, empty_value=None, label=gettext_lazy("Scope profile")
    )
    since = forms.DateField(required=False, label=gettext_lazy("Opened from"))
    until = forms.DateField(required=False, label=gettext_lazy("until"))

    def __init__(self, data: Any, whole: Scope) -> None:
        super().__init__(data)
        offered = whole.offered
        profiles = {row.scope_profile_version_id: row.scope_profile_version for row in offered}
        of_profile = [(pk, f"{row.profile.title}, {row.number}") for pk, row in profiles.items()]
        self._offer("assessment", _("All assessments"), [(row.pk, _named(row)) for row in offered])
        self._offer("profile", _("All scope profiles"), of_profile)
        for name in ("since", "until"):
            day = self.fields[name]
            day.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            day.error_messages["invalid"] = _("“%(field)s” needs a day such as 2026-03-31.") % {
                "field": day.label
            }

    def _offer(self, name: str, everything: str, choices: list[tuple[Any, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = [("", everything), *((str(pk), label) for pk, label in choices)]
        field.error_messages["invalid_choice"] = _("“%(field)s” names nothing of this cohort.") % {
            "field": field.label
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            raise ValidationError(_("The period ends before it begins."))
        return cleaned


def _named(row: Any) -> str:
    return f"{row.title}, {row.number}"


def scope_of(request: HttpRequest, cohort: Cohort, reader: User | None) -> tuple[Scope, ScopeForm]:
    """What the URL asks for; a filter at fault is left out and named by the form."""
    whole = Scope(cohort.program, cohort, reader)
    form = ScopeForm(request.GET, whole)
    found: dict[str, Any] = {}
    if form.is_valid() or not form.non_field_errors():
        given = form.cleaned_data
        found = {name: given[name] for name in FILTERS if given.get(name)}
    chosen = Scope(cohort.program, cohort, reader, **found)
    chosen.__dict__["offered"] = whole.offered
    return chosen, form


def filters_in(request: HttpRequest) -> str:
    """The filters as they stand in the URL, to carry along."""
    return urlencode({name: request.GET[name] for name in FILTERS if request.GET.get(name)})


def behind_of(request: HttpRequest) -> Behind:
    """The people that the URL asks for; a value that names nothing asks for everybody."""
    get = request.GET
    waits = get.get("waits", "")
    return Behind(
        standings=[each for each in get.getlist("standing") if each in Standing.values],
        flagged=get.get("flagged", "")[:20],
        waits=waits if waits in {kind.name for kind in KINDS} else "",
        measured=_month(get.get("measured", "")),
        ends=_month(get.get("ends", "")),
        released=get.get("released") == "yes",
    )


def narrowed_by(behind: Behind) -> str:
    """In words, what else than their standing brings these people together."""
    labels = {kind.name: kind.label for kind in KINDS}
    words = []
    if behind.flagged == OPTIONS:
        words.append(_("A critical option was chosen."))
    elif behind.flagged:
        words.append(_("With a harm flag on %(code)s.") % {"code": behind.flagged})
    if behind.waits:
        words.append(_("For whom this waits: %(work)s.") % {"work": labels[behind.waits]})
    for day, sentence in (
        (behind.measured, _("Measured in %(month)s.")),
        (behind.ends, _("With a certificate that ends in %(month)s.")),
    ):
        if day:
            words.append(sentence % {"month": date_format(day, "F Y")})
    if behind.released:
        words.append(_("With released results."))
    return " ".join(words)


def _month(text: str) -> date | None:
    """
    >>> _month("2026-03")
    datetime.date(2026, 3, 1)
    >>> _month("2026-13") is _month("9999-12") is None
    True
    """
    try:
        day = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return day if day.year in YEARS else None
