"""Form fields that many forms share."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

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


class LineField(forms.CharField):
    """One line of a person's words; the service cleans it."""

    widget = forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"})


class DayField(forms.DateField):
    """A date, chosen from the browser's calendar."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
