"""Cells that no spreadsheet takes for a formula: guarded when a row is frozen, bared for machines.

A dangerous sign is one that begins a cell, or what a reader with another separator takes for one,
after any number of spaces that cannot be seen. One apostrophe goes before it, and before the
apostrophes that stand there already, so that the words can be had back as they were. PostgreSQL
guards with the very same patterns (`triggers`).
"""

import re

FORMULA = "\ue000=formula"  # what stands where a workbook that was read holds a formula

_SPACES = r"[ \u00a0\u00ad\u1680\u2000-\u200f\u202a-\u202f\u205f-\u206f\u3000\ufeff]"
_SIGNS = r"[-=+@\u2212\uff1d\uff0b\uff0d\uff20]"  # the last four: minus, and the wide forms
_PLACE = rf"(^|[;,])({_SPACES}*)"
DANGER = rf"{_PLACE}('*{_SIGNS})"
GUARDED = rf"{_PLACE}'('*{_SIGNS})"
# A row is one line, in a file that anything may read: no control, no separator of lines.
UNSEEN = r"[\u0001-\u001f\u007f-\u009f\u2028\u2029]+"

_danger, _guarded, _unseen = re.compile(DANGER), re.compile(GUARDED), re.compile(UNSEEN)


def guard(text: str) -> str:
    """The text as a cell.

    >>> guard("=1+1"), guard("Ann; =1+1"), guard("’t Hart"), guard("C1 3.0"), guard("'=1")
    ("'=1+1", "Ann; '=1+1", '’t Hart', 'C1 3.0', "''=1")
    """
    return _danger.sub(r"\1\2'\3", _unseen.sub(" ", text))


def bare(cell: str) -> str:
    """What was guarded.

    >>> bare("'=1+1"), bare("''=1"), bare("Ann")
    ('=1+1', "'=1", 'Ann')
    """
    return _guarded.sub(r"\1\2\3", cell)
