"""What a director fills in to open, lengthen or call off a sitting. Times are the program's."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.instruments.models import Assessment, Form
from competency.decisions.models import SittingMode
from competency.programs.models import Cohort, Enrolment
from competency.web.fields import ReasonField
from competency.web.forms import PlainForm

MOST_MINUTES = 24 * 60
IN_TURN = ""


class ProgramTimeField(forms.DateTimeField):
    """A time on the clocks of a program's zone, whatever zone its reader is in."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    zone = "UTC"

    def to_python(self, value: Any) -> datetime | None:
        with timezone.override(self.zone):
            return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        with timezone.override(self.zone):
            return super().prepare_value(value)


class ZonedForm(PlainForm):
    """Its times are meant, and shown again, in one zone."""

    def __init__(self, data: Any = None, *, zone: str, **options: Any) -> None:
        super().__init__(data, **options)
        for field in self.fields.values():
            if isinstance(field, ProgramTimeField):
                field.zone = zone


class AssessmentChoice(forms.ModelChoiceField):
    def label_from_instance(self, assessment: Any) -> str:
        words = {"title": assessment.title, "number": assessment.number}
        return _("%(title)s, version %(number)d") % words


class OpeningForm(ZonedForm):
    """What is opened, for whom, when, and how it is sat."""

    assessment = AssessmentChoice(
        None,
        label=gettext_lazy("Assessment"),
        empty_label=gettext_lazy("Choose"),
        error_messages={"required": gettext_lazy("Choose what is opened.")},
    )
    only = forms.CharField(
        label=gettext_lazy("Only for one person: their number"),
        help_text=gettext_lazy("Leave it empty to open it for the whole cohort."),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "dir": "auto"}),
    )
    opens_at = ProgramTimeField(
        label=gettext_lazy("Can be begun from"),
        error_messages={"required": gettext_lazy("Say from when it can be begun.")},
    )
    closes_at = ProgramTimeField(
        label=gettext_lazy("Can be begun until"),
        help_text=gettext_lazy("Whoever has begun by then has all of their time."),
        error_messages={"required": gettext_lazy("Say until when it can be begun.")},
    )
    first_form = forms.ChoiceField(
        label=gettext_lazy("Form for a first sitting"),
        help_text=gettext_lazy("A re-sit always gets another form than the last."),
        required=False,
    )
    sitting_mode = forms.ChoiceField(
        label=gettext_lazy("How it is sat"),
        choices=[("", gettext_lazy("As the Standard says")), *SittingMode.choices],
        required=False,
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, cohort: Cohort, assessments: Any, zone: str) -> None:
        super().__init__(data, zone=zone)
        self.cohort = cohort
        self.fields["assessment"].queryset = assessments  # type: ignore[attr-defined]
        numbers = {form.number for each in assessments for form in each.forms.all()}
        choices = [(str(n), _("Form %(number)d") % {"number": n}) for n in sorted(numbers)]
        in_turn = (IN_TURN, _("All forms in turn"))
        self.fields["first_form"].choices = [in_turn, *choices]  # type: ignore[attr-defined]

    def clean_only(self) -> Enrolment | None:
        number = " ".join(self.cleaned_data["only"].split())
        if not number:
            return None
        found = self.cohort.enrolments.filter(trainee_number=number).first()
        if found is None:
            raise forms.ValidationError(_("Nobody in this cohort has this number."))
        return found

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        assessment: Assessment | None = given.get("assessment")
        number = given.get("first_form")
        given["form"] = self._form(assessment, number) if assessment and number else None
        return given

    def _form(self, assessment: Assessment, number: str) -> Form | None:
        forms_ = {str(form.number): form for form in assessment.forms.all()}
        if number not in forms_:
            self.add_error("first_form", _("This assessment has no such form."))
        return forms_.get(number)

    def asked(self) -> dict[str, Any]:
        """As the service takes it, once it is valid."""
        given = self.cleaned_data
        return {
            "opens_at": given["opens_at"],
            "closes_at": given["closes_at"],
            "enrolment": given["only"],
            "first_form": given["form"],
        }

    @property
    def pressed(self) -> UUID:
        """Of this press of the button; a second press brings the same."""
        return self.cleaned_data.get("key") or uuid4()


class ExtendForm(ZonedForm):
    closes_at = ProgramTimeField(
        label=gettext_lazy("Can be begun until"),
        error_messages={"required": gettext_lazy("Say until when it can be begun.")},
    )
    reason = ReasonField(
        label=gettext_lazy("Why it stays open longer"),
        error_messages={"required": gettext_lazy("Say why the window stays open longer.")},
    )

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, prefix="longer", **options)


class MoveForm(ZonedForm):
    opens_at = ProgramTimeField(
        label=gettext_lazy("Can be begun from"),
        error_messages={"required": gettext_lazy("Say from when it can be begun.")},
    )
    closes_at = ProgramTimeField(
        label=gettext_lazy("Can be begun until"),
        error_messages={"required": gettext_lazy("Say until when it can be begun.")},
    )
    reason = ReasonField(
        label=gettext_lazy("Why it is moved"),
        help_text=gettext_lazy("It stays on the record with your name."),
        error_messages={"required": gettext_lazy("Say why the sitting is moved.")},
    )

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, prefix="move", **options)


class CancelForm(PlainForm):
    reason = ReasonField(
        label=gettext_lazy("Why it is called off"),
        help_text=gettext_lazy("Everybody who has not begun reads it."),
        error_messages={"required": gettext_lazy("Say why the sitting is called off.")},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, prefix="off")


class MoreTimeForm(ZonedForm):
    """More minutes at the clock, longer to begin, or both."""

    minutes = forms.IntegerField(
        label=gettext_lazy("More minutes at the clock"),
        min_value=0,
        max_value=MOST_MINUTES,
        required=False,
    )
    closes_at = ProgramTimeField(label=gettext_lazy("Can be begun until"), required=False)
    reason = ReasonField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Only directors read it. The certificate says that, never why."),
        error_messages={"required": gettext_lazy("Say on what it rests.")},
    )

    def __init__(self, data: Any = None, *, begun: bool, **options: Any) -> None:
        super().__init__(data, **options)
        if begun:
            del self.fields["closes_at"]
