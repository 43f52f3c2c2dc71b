"""What holders and certifiers fill in."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from competency.web.fields import ReasonField


class PlainForm(forms.Form):
    """No colon after labels."""

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, label_suffix="", **options)


class ReasonForm(PlainForm):
    reason = ReasonField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Kept on the record; never shown to the public."),
        error_messages={"required": gettext_lazy("Say why, for the register.")},
    )


class NameForm(ReasonForm):
    name = ReasonField(
        label=gettext_lazy("The name as it should stand"),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
        max_length=200,
        error_messages={"required": gettext_lazy("Write the name as it should stand.")},
    )
    field_order = ("name", "reason")


class NoteForm(PlainForm):
    note = ReasonField(
        label=gettext_lazy("For whom (only you see this)"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
