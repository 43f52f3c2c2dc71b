"""How much a long test does: what its name says, or what `make soak SIZE=200` asks for."""

import os


def size(usual: int) -> int:
    asked = os.environ.get("SIZE", "")
    if asked and not (asked.isdecimal() and int(asked)):
        raise ValueError("SIZE is a whole number above 0")
    return int(asked) if asked else usual
