"""How the domain says no: in words for the person who asked."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager


class DomainError(Exception):
    """A request the domain refuses. The message is shown to the person as it stands.

    `field` names the input at fault, where there is one; `code` is stable, for machines.
    """

    code = "refused"

    def __init__(self, message: str, *, field: str = "", code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.code = code or self.code


class NotAllowed(DomainError):
    """This person may not do this here."""

    code = "not_allowed"


class TransitionRefused(DomainError):
    """The state table, or somebody quicker, says no."""

    code = "transition_refused"


class InvalidInput(DomainError):
    """Input that cannot be taken as it is; `problems` maps each field to what is wrong."""

    code = "invalid"

    def __init__(self, problems: Mapping[str, str]) -> None:
        field, message = next(iter(problems.items()))
        super().__init__(message, field=field)
        self.problems = dict(problems)


@contextmanager
def noting(problems: dict[str, str]) -> Iterator[None]:
    """Note what the block finds wrong, and go on: whoever asked is told everything at once."""
    try:
        yield
    except InvalidInput as error:
        problems |= error.problems
