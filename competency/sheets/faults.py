"""What a file as a whole cannot be, and what is wrong in one cell of it."""

from dataclasses import dataclass

from competency.foundation.errors import InvalidInput


class Unreadable(InvalidInput):
    """The whole file is refused; the words say why, and what would do."""

    def __init__(self, message: str) -> None:
        super().__init__({"file": message})


@dataclass(frozen=True)
class Line:
    """One line of a table: where it stands, and its cells by column."""

    number: int
    cells: tuple[str, ...]


def letter(column: int) -> str:
    """The name that spreadsheets give a column, counted from 0.

    >>> letter(0), letter(25), letter(26)
    ('A', 'Z', 'AA')
    """
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
