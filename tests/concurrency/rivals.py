"""Acts that happen at once: held back until all of them wait, then let go together.

Each act runs in a thread with a connection of its own. Nothing depends on how fast they are: a
row that all of them need is held until the database says that every one of them waits.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

from django.db import connection, models, transaction

Act = Callable[[], Any]
PATIENCE = 120.0


class Rival:
    """One act, and what came of it."""

    def __init__(self, act: Act) -> None:
        self.result: Any = None
        self.error: Exception | None = None
        self.thread = Thread(target=self._run, args=(act,))
        self.thread.start()

    def _run(self, act: Act) -> None:
        try:
            self.result = act()
        except Exception as error:
            self.error = error
        finally:
            connection.close()


def wait_for_rivals(count: int) -> None:
    """Until so many connections to this database wait for a lock."""
    waiting = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        " AND backend_type = 'client backend'"  # vacuuming may wait as well
    )
    deadline = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(waiting)
            if cursor.fetchone()[0] >= count:
                return
            time.sleep(0.01)
    raise AssertionError(f"{count} acts should wait for a lock")


@contextmanager
def behind(*acts: Act) -> Iterator[list[Rival]]:
    """Do the block in a transaction and commit it when every act waits for what it did."""
    rivals: list[Rival] = []
    try:
        with transaction.atomic():
            yield rivals
            rivals += [Rival(act) for act in acts]
            wait_for_rivals(len(acts))
    finally:
        for rival in rivals:
            rival.thread.join(PATIENCE)
            assert not rival.thread.is_alive(), "an act neither got through nor was refused"


def race(row: models.Model, *acts: Act) -> list[Rival]:
    """Hold `row` until every act waits for it, then let them all go."""
    with behind(*acts) as rivals:
        type(row)._default_manager.select_for_update().get(pk=row.pk)
    return rivals


def winners(rivals: list[Rival]) -> list[Any]:
    return [rival.result for rival in rivals if rival.error is None]


def errors(rivals: list[Rival]) -> list[Exception]:
    return [rival.error for rival in rivals if rival.error is not None]
