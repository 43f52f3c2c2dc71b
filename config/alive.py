"""Workers and beat say that they live: each touches the file that ALIVE_FILE names.

Whoever runs them looks at its age (`probe.py`). A file and no ping: starting Celery to send one
costs a second of processor time, and while the broker is away every ping would fail.
"""

import os
from pathlib import Path
from typing import Any

from celery import beat, bootsteps

EVERY = 10.0  # seconds


def touch() -> None:
    if name := os.environ.get("ALIVE_FILE"):
        Path(name).touch()


class Touching(bootsteps.StartStopStep):
    """The worker's own loop touches the file, so a loop that hangs does not."""

    requires = ("celery.worker.components:Timer",)
    entry: Any = None

    def start(self, worker: Any) -> None:
        touch()
        self.entry = worker.timer.call_repeatedly(EVERY, touch)

    def stop(self, worker: Any) -> None:
        if self.entry is not None:
            self.entry.cancel()


class Scheduler(beat.Scheduler):
    """Beat's loop touches it at every turn."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        touch()
        return min(EVERY, super().tick(*args, **kwargs))
