"""When is a harm flag settled? Pure."""

from collections.abc import Sequence

ENOUGH = 2


def verdict(judgements: Sequence[bool]) -> bool | None:
    """True when harm is confirmed, False when dismissed, None while it is open.

    Two people must agree; one against one waits for a fresh reader, whose judgement decides.

    >>> [verdict([True, True]), verdict([False, False]), verdict([True, False])]
    [True, False, None]
    >>> verdict([True, False, False])
    False
    """
    harmful = sum(judgements)
    if harmful >= ENOUGH:
        return True
    return False if len(judgements) - harmful >= ENOUGH else None
