"""Filters of lists that take what the schema says."""

from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

TRUTHS = {"true": True, "false": False}


class TruthField(forms.CharField):
    def clean(self, value: Any) -> bool | None:
        if value in self.empty_values:
            return None
        if str(value).lower() not in TRUTHS:
            raise ValidationError(_("Say true or false."), code="invalid")
        return TRUTHS[str(value).lower()]


class TruthFilter(django_filters.BooleanFilter):
    """True or false; anything else is refused, where it would quietly show everything."""

    field_class = TruthField

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, widget=forms.TextInput, **options)
