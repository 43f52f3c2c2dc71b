"""What a certifier fills in."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from competency.decisions.states import Referral
from competency.foundation.text import clean_text


class ReasonField(forms.CharField):
    """A person's words, taken only if they can be stored as they are."""

    widget = forms.Textarea(attrs={"rows": 3, "dir": "auto"})

    def clean(self, value: Any) -> str:
        text: str = super().clean(value)
        try:
            return clean_text(text)
        except ValueError as error:
            raise forms.ValidationError(_("This text %s.") % error) from error


class RatifyForm(forms.Form):
    """A name under a proposal; for a referral, also how it goes on."""

    referral = forms.ChoiceField(
        label=gettext_lazy("How it goes on"), widget=forms.RadioSelect, required=False
    )
    note = ReasonField(label=gettext_lazy("A note for the record (optional)"), required=False)

    def __init__(self, data: Any = None, *, choices: Sequence[str] = ()) -> None:
        super().__init__(data, label_suffix="")
        field = self.fields["referral"]
        if not choices or not isinstance(field, forms.ChoiceField):
            del self.fields["referral"]
            return
        field.choices = [(choice, str(Referral(choice).label)) for choice in choices]
        field.initial = choices[0]


class ReturnForm(forms.Form):
    """A reason against a proposal."""

    reason = ReasonField(
        label=gettext_lazy("Why it goes back"),
        help_text=gettext_lazy("The program reads it. A new round with fresh reviewers follows."),
        error_messages={"required": gettext_lazy("Say why the proposal goes back.")},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, label_suffix="")


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


class BatchForm(forms.Form):
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

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, label_suffix="", **options)
