"""What a certifier fills in."""

from collections.abc import Sequence
from typing import Any

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
