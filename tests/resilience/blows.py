"""Kill workers in mid-step, empty the broker, kill PostgreSQL; keep two workers and beat going."""

import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Thread

from config.children import Child, Children

WORKER = ["worker", "--queues=marking,bulk", "--concurrency=2", "--without-mingle"]
BEAT = ["beat", "--pidfile="]
FEWEST, MOST = 12, 60  # blows; more would only keep workers that start slowly from ever working
EVERY = 40  # things to be done


class Site:
    """The background half of the site: two workers and two beats, one beat more than needed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.family = Children()  # on a leash: a killed drill leaves no process behind
        self.workers = [self._start(WORKER, f"--hostname=drill-{n}@credence") for n in range(2)]
        self.beats = [self._start(BEAT) for _ in range(2)]
        self.dealt: Counter[str] = Counter()

    def _start(self, command: list[str], *options: str) -> Child:
        celery = [sys.executable, "-m", "celery", "-A", "config", *command, *options]
        return self.family.start("celery", celery, log=self.folder / "celery.log")

    def stop(self) -> None:
        for child in self.family.members:
            child.signal(signal.SIGKILL)
        self.family.stop()

    def kill_worker(self, dice: random.Random) -> None:
        """All processes of one worker at once; a new worker takes its place."""
        place = dice.randrange(len(self.workers))
        victim = self.workers[place]
        victim.signal(signal.SIGKILL)
        victim.process.wait()
        self.family.members.remove(victim)
        self.dealt["worker killed"] += 1
        host = f"--hostname=drill-{self.dealt['worker killed'] + 1}@credence"
        self.workers[place] = self._start(WORKER, host)

    def empty_broker(self, dice: random.Random) -> None:
        import redis

        redis.Redis.from_url(os.environ["REDIS_URL"]).flushall()
        self.dealt["broker emptied"] += 1

    def kill_database(self, dice: random.Random) -> None:
        """SIGKILL to the server; whoever keeps the services starts it again, with recovery."""
        from config.services.home import home_of

        pid = int((home_of(self.folder).path / "postgres.pid").read_text())
        with suppress(ProcessLookupError):  # the blow before this one has not been made good yet
            os.kill(pid, signal.SIGKILL)
            self.dealt["database killed"] += 1

    def suffer(
        self, people: Thread, dice: random.Random, acts: Callable[[], int], *, number: int
    ) -> None:
        """Deal blows while people work on this number of things; each kind at least once.

        A blow falls only once work has gone on since the last: what dies, dies in mid-work.
        """
        blows = [self.kill_worker, self.empty_broker, self.kill_database]
        seen, most = acts(), min(MOST, max(FEWEST, number // EVERY))
        while people.is_alive() or len(self.dealt) < len(blows):
            time.sleep(dice.uniform(0.5, 2.0))
            enough = self.dealt.total() >= most and len(self.dealt) == len(blows)
            if people.is_alive() and (enough or acts() == seen):
                continue
            seen = acts()
            weights = [4, 2, 1] if len(self.dealt) == len(blows) else [1, 1, 1]
            dice.choices(blows, weights)[0](dice)
