"""What a certifier fills in."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from competency.accounts.models import User
from competency.cases.models import Case
from competency.decisions.states import Referral
from competency.web.fields import ReasonField
from competency.web.forms import PlainForm


class RatifyForm(PlainForm):
    """A name under a proposal; for a referral, also how it goes on."""

    referral = forms.ChoiceField(
        label=gettext_lazy("How it goes on"), widget=forms.RadioSelect, required=False
    )
    note = ReasonField(label=gettext_lazy("A note for the record (optional)"), required=False)

    def __init__(self, data: Any = None, *, choices: Sequence[str] = ()) -> None:
        super().__init__(data)
        field = self.fields["referral"]
        if not choices or not isinstance(field, forms.ChoiceField):
            del self.fields["referral"]
            return
        field.choices = [(choice, str(Referral(choice).label)) for choice in choices]
        field.initial = choices[0]


class ReturnForm(PlainForm):
    """A reason against a proposal."""

    reason = ReasonField(
        label=gettext_lazy("Why it goes back"),
        help_text=gettext_lazy("The program reads it. A new round with fresh reviewers follows."),
        error_messages={"required": gettext_lazy("Say why the proposal goes back.")},
    )


class KeysField(forms.Field):
    """The ids of rows that were ticked, as often as the name stands in what was sent."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[UUID]:
        try:
            keys = [UUID(each) for each in value or ()]
        except ValueError as error:
            raise forms.ValidationError(_("This is not on the list.")) from error
        if not keys:
            raise forms.ValidationError(_("Tick at least one person."))
        return keys


class BatchForm(PlainForm):
    """A name under several proposals, each of them ticked."""

    chosen = KeysField()
    note = ReasonField(
        label=gettext_lazy("A note for the record of each (optional)"), required=False
    )
    read = forms.BooleanField(
        label=gettext_lazy("I have looked at each person ticked above and put my name under each."),
        error_messages={
            "required": gettext_lazy("Say that you have looked at each person; or untick some.")
        },
    )


class SeatChoice(forms.ModelChoiceField):
    """A seat by its number and who sits in it."""

    def label_from_instance(self, review: Any) -> str:
        words = {"seat": review.seat, "name": review.reviewer.name}
        return _("Seat %(seat)d, instead of %(name)s") % words


class PersonChoice(forms.TypedChoiceField):
    """One of the people offered, by name."""

    def offer(self, people: Sequence[User]) -> None:
        known = {str(person.pk): person for person in people}
        self.choices = [("", _("Choose"))] + [(pk, known[pk].name) for pk in known]
        self.coerce = known.get


class SeatForm(PlainForm):
    """Somebody for a seat, and why."""

    seat = SeatChoice(
        None,
        label=gettext_lazy("Which seat"),
        required=False,
        empty_label=gettext_lazy("The empty seat"),
    )
    reviewer = PersonChoice(
        label=gettext_lazy("Who sits there"),
        error_messages={"required": gettext_lazy("Choose somebody eligible.")},
    )
    reason = ReasonField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("It stays on the record. The reviewer does not see it."),
        error_messages={"required": gettext_lazy("Say why this person sits here.")},
    )

    def __init__(self, data: Any, *, people: Sequence[User], seats: Any, at: int) -> None:
        super().__init__(data, auto_id=f"{at}_%s")
        self.fields["seat"].queryset = seats  # type: ignore[attr-defined]
        self.fields["reviewer"].offer(people)  # type: ignore[attr-defined]


class LicenceForm(PlainForm):
    """Somebody to license for a rubric, and what it rests on."""

    person = PersonChoice(label=gettext_lazy("Whom"))
    grounds = ReasonField(
        label=gettext_lazy("What the license rests on"),
        help_text=gettext_lazy("For example which benchmark set was rated, with what result."),
        error_messages={"required": gettext_lazy("Say what the license rests on.")},
    )

    def __init__(self, data: Any = None, *, people: Sequence[User]) -> None:
        super().__init__(data, auto_id="licence_%s")
        self.fields["person"].offer(people)  # type: ignore[attr-defined]


class CaseForm(PlainForm):
    """What is suspected, and what was seen."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What you suspect"), choices=Case.Kind.choices, widget=forms.RadioSelect
    )
    grounds = ReasonField(
        label=gettext_lazy("What you saw"),
        help_text=gettext_lazy("Facts, not conclusions. Whoever looks into it reads them."),
        error_messages={"required": gettext_lazy("Say what you saw.")},
    )


class FindingForm(PlainForm):
    """What looking into a case came to."""

    finding = forms.ChoiceField(
        label=gettext_lazy("Finding"), choices=Case.Finding.choices, widget=forms.RadioSelect
    )
    reason = ReasonField(
        label=gettext_lazy("Reason"),
        error_messages={"required": gettext_lazy("Say on what the finding rests.")},
    )


class RulingForm(PlainForm):
    """Whether a late answer counts, and why."""

    counts = forms.TypedChoiceField(
        label=gettext_lazy("Ruling"),
        choices=[
            ("yes", gettext_lazy("It counts, and is judged like any other")),
            ("no", gettext_lazy("It does not count")),
        ],
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
    )
    reason = ReasonField(
        label=gettext_lazy("Reason"),
        error_messages={"required": gettext_lazy("Say on what the ruling rests.")},
    )
