"""Where the time of a stretch of work goes: named parts, each without those inside it."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

from django.db import connection

REST = "all the rest"
DATABASE = "statements, as seen from here"


class Shares:
    """Seconds by part. What is not inside a part is the rest."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._open = [REST]
        self._since = time.perf_counter()

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        self._charge()
        self._open.append(name)
        try:
            yield
        finally:
            self._charge()
            self._open.pop()

    def _charge(self) -> None:
        """The time since the last look belongs to the innermost part that is open."""
        now = time.perf_counter()
        self.seconds[self._open[-1]] += now - self._since
        self._since = now

    def timed(self, name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def timing(*args: Any, **kwargs: Any) -> Any:
            with self.part(name):
                return act(*args, **kwargs)

        return timing


@contextmanager
def shares(parts: Mapping[str, tuple[Any, str]]) -> Iterator[Shares]:
    """Time these functions (a module and a name in it), and every statement and commit."""
    found = Shares()
    with ExitStack() as patches:
        for name, (owner, attribute) in parts.items():
            timed = found.timed(name, getattr(owner, attribute))
            patches.enter_context(mock.patch.object(owner, attribute, timed))
        commit = found.timed(DATABASE, connection.commit)
        patches.enter_context(mock.patch.object(connection, "commit", commit))
        patches.enter_context(connection.execute_wrapper(_statements(found)))
        with found.part(REST):
            yield found


def _statements(found: Shares) -> Callable[..., Any]:
    def timing(execute: Callable[..., Any], *statement: Any) -> Any:
        with found.part(DATABASE):
            return execute(*statement)

    return timing
