"""What people fill in to have reports made."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from competency.accounts.models import User
from competency.programs.models import Cohort, Enrolment, Program
from competency.reports.schedules import possible_recipients
from competency.reports.services import Wish, enrolments_of
from competency.reports.states import Contents, Format
from competency.web.forms import PlainForm


def day_field(label: Any, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"})
    return forms.DateField(label=label, help_text=help_text, required=False, widget=widget)


def cohort_field() -> "forms.ModelChoiceField[Cohort]":
    return forms.ModelChoiceField(
        None, label=gettext_lazy("Cohort"), required=False, empty_label=gettext_lazy("All cohorts")
    )


class ReportForm(PlainForm):
    contents = forms.ChoiceField(
        label=gettext_lazy("What it holds"),
        choices=Contents.choices,
        help_text=gettext_lazy(
            "The export for research has pseudonyms, quarters for dates and no free text, and "
            "leaves out groups of fewer than five people. It comes as CSV, XLSX or JSON."
        ),
    )
    format = forms.ChoiceField(
        label=gettext_lazy("Format"),
        choices=Format.choices,
        help_text=gettext_lazy(
            "CSV and JSON take any number of rows, a PDF at most 300. CLR 2.0 holds the signed "
            "credentials of each trainee with a certificate in force."
        ),
    )
    cohort = cohort_field()
    trainee = forms.CharField(
        label=gettext_lazy("One trainee, by number"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    begins_on = day_field(gettext_lazy("Ratified on this day or later"))
    ends_on = day_field(gettext_lazy("Ratified on this day or earlier"))
    as_of = day_field(
        gettext_lazy("As things stood at the end of this day"),
        gettext_lazy("Empty for now. The same day always gives the same rows."),
    )

    def __init__(self, data: Any = None, *, program: Program, cohort: str = "") -> None:
        super().__init__(data, initial={"cohort": cohort})
        self.program = program
        self.fields["cohort"].queryset = program.cohorts.order_by("name")  # type: ignore[attr-defined]

    def clean_trainee(self) -> Enrolment | None:
        number = self.cleaned_data["trainee"].strip()
        if not number:
            return None
        found = list(enrolments_of(self.program, number)[:2])
        if len(found) == 1:
            return found[0]
        if found:
            raise forms.ValidationError(_("Several cohorts have a trainee of this number."))
        raise forms.ValidationError(_("No trainee of this program has this number."))

    def clean_as_of(self) -> datetime | None:
        """The end of the day, where the program is."""
        day: date | None = self.cleaned_data["as_of"]
        if day is None:
            return None
        zone = ZoneInfo(self.program.timezone)
        end = datetime.combine(day + timedelta(days=1), time(), zone)
        if end > timezone.now():
            raise forms.ValidationError(_("This day is not over yet. Leave it empty for now."))
        return end

    def wish(self) -> Wish:
        given = dict(self.cleaned_data)
        return Wish(enrolment=given.pop("trainee"), **given)


class ScheduleForm(PlainForm):
    format = forms.ChoiceField(label=gettext_lazy("Format"), choices=Format.choices)
    cohort = cohort_field()
    recipients: "forms.ModelMultipleChoiceField[User]" = forms.ModelMultipleChoiceField(
        None,
        label=gettext_lazy("Who is told"),
        help_text=gettext_lazy("They get a link, and sign in to download the report."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Name somebody who is told.")},
    )

    def __init__(self, data: Any = None, *, program: Program) -> None:
        super().__init__(data)
        self.fields["cohort"].queryset = program.cohorts.order_by("name")  # type: ignore[attr-defined]
        people: Any = self.fields["recipients"]
        people.queryset = possible_recipients(program)
        people.label_from_instance = lambda person: person.name
