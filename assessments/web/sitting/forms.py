"""What a trainee gives their word on before the clock starts."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.attempts.models import Attempt
from competency.accounts.models import User
from competency.decisions.models import SittingMode


class StartForm(forms.Form):
    """The honor statement; and, where somebody watches, who checked the identity and how."""

    honor = forms.BooleanField(
        label=gettext_lazy(
            "The answers will be my own work, without another person’s help or text from a machine."
        ),
        error_messages={"required": gettext_lazy("Give your word before the clock starts.")},
    )
    checked_by = forms.CharField(
        label=gettext_lazy("Who checked your identity, and by which document"),
        help_text=gettext_lazy("It is printed on a certificate. No document numbers."),
        max_length=150,
    )

    def __init__(self, *args: Any, attempt: Attempt, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if attempt.sitting_mode != SittingMode.INVIGILATED:
            del self.fields["checked_by"]

    def identity_words(self, person: User) -> str:
        """How identity was established, for the record."""
        checked = self.cleaned_data.get("checked_by", "").strip()
        return checked or _("Signed in to the person’s own account; honor statement given.")
