"""What can be done on a page: a form for each act, and what became of the one that was pressed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.utils.functional import Promise

from competency.foundation.errors import DomainError
from competency.web.forms import PlainForm
from competency.web.http import UserRequest, show_in

Words = str | Promise


class NoInput(PlainForm):
    """An act that only needs its button."""


@dataclass(frozen=True)
class Act:
    """One call of one service with what the form holds, and the words around it."""

    name: str
    title: Words
    run: Callable[..., Any]
    done: Words
    form: Callable[..., Form] = NoInput
    explains: Words = ""
    row: Any = None  # the row of a list that it stands beside
    press: Words = ""  # on the button, where the title is no verb


@dataclass
class Bench:
    """The acts of one page, in order."""

    request: UserRequest
    acts: Sequence[Act]
    status: int = 200
    forms: list[tuple[Act, Form]] = field(default_factory=list)
    result: Any = None

    def __post_init__(self) -> None:
        pressed = self.request.POST.get("act") if self.request.method == "POST" else None
        for act in self.acts:
            data = self.request.POST if act.name == pressed else None
            self.forms.append((act, act.form(data, prefix=act.name)))

    def pressed(self) -> bool:
        """Whether an act was asked for and done; a refusal stands in its form."""
        if self.request.method != "POST":
            return False
        for act, form in self.forms:
            if form.is_bound:
                return self._try(act, form)
        self.status = 422
        return False

    def _try(self, act: Act, form: Form) -> bool:
        self.status = 422
        if not form.is_valid():
            return False
        try:
            self.result = act.run(**form.cleaned_data, by=self.request.user)
        except DomainError as error:
            self.status = show_in(form, error)
            return False
        messages.success(self.request, str(act.done))
        return True

    def beside(self, row: Any) -> list[tuple[Act, Form]]:
        """The acts on one row of a list on the page."""
        return [(act, form) for act, form in self.forms if act.row == row]
