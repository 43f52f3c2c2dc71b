"""One transaction, whoever opened it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def joined() -> Iterator[None]:
    """The transaction under way, or else one of our own.

    For parts of an act, which are undone with the whole of it: they need no savepoint, and each
    savepoint is two statements. Whoever means to catch an error and go on sets one.
    """
    if transaction.get_connection().in_atomic_block:
        yield
    else:
        with transaction.atomic():
            yield
