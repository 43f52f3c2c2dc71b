"""A drill: real processes are killed while people hand in, review and ratify.

    python -m tests.resilience.drill 60

Runs on services of its own (durable, in a folder that goes with it), with real workers and beat.
Prints one JSON object: what was found once all had come to rest.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

QUIET = 240.0  # seconds without any step, after which nothing more is to be hoped for


def prepare(folder: Path) -> None:
    """Services of our own, and sweeps as quick as the blows."""
    from config import dev_services, migrated_template
    from config.testing import CHECKOUT, DUMPS

    urls = dev_services.join(folder)
    name = migrated_template.prepare(CHECKOUT, urls.database, DUMPS)
    os.environ |= {
        "DATABASE_URL": urls.database.replace("/credence?", f"/{name}?"),
        "REDIS_URL": urls.redis,
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DEBUG": "off",
        "LOG_LEVEL": "ERROR",
        "SWEEP_SECONDS": "1",
        "SWEEP_PATIENCE": "1",
    }
    import django

    django.setup()


def persist(act: Callable[[], Any]) -> Any:
    """A person who tries again when the site was away for a moment.

    What the first try did may have been saved although its answer was lost; then the second is
    refused in words, and the person sees that it is done.
    """
    from django.db import InterfaceError, OperationalError, connection

    from competency.foundation.errors import DomainError

    for attempt in range(300):
        try:
            return act()
        except (OperationalError, InterfaceError):
            connection.close()
            time.sleep(0.1)
        except DomainError:
            if attempt:
                return None
            raise
    raise RuntimeError("the database did not come back")


class Patience:
    """Out when the workflow has done nothing for `QUIET` seconds, however slow the machine is."""

    def __init__(self) -> None:
        self.steps, self.since = -1, time.monotonic()

    def out(self) -> bool:
        steps = persist(steps_taken)
        if steps != self.steps:
            self.steps, self.since = steps, time.monotonic()
        return time.monotonic() > self.since + QUIET


class People(threading.Thread):
    """Trainees hand in, supervisors review, a certifier ratifies, until nothing is left to do."""

    def __init__(self, campus: Any, attempts: list[Any]) -> None:
        super().__init__(daemon=True)
        self.campus, self.attempts = campus, attempts
        self.problem: BaseException | None = None

    def run(self) -> None:
        try:
            self._hand_in()
            patience = Patience()
            while persist(self._issued) < len(self.attempts):
                if patience.out():
                    raise RuntimeError("people waited too long")
                persist(self._review)
                persist(self._ratify)
                time.sleep(0.2)
        except BaseException as error:
            self.problem = error

    def _hand_in(self) -> None:
        from assessments.attempts.models import Attempt
        from assessments.workflow.services import hand_in
        from tests.factories import trainee_of

        for attempt in self.attempts:
            trainee = persist(lambda attempt=attempt: trainee_of(attempt))
            # Read anew for each try: a try that was rolled back has left its marks on the object.
            persist(lambda pk=attempt.pk, by=trainee: hand_in(Attempt.objects.get(pk=pk), by=by))

    def _review(self) -> None:
        from assessments.reviews.models import Review
        from assessments.reviews.states import OPEN
        from tests.factories import give

        for review in Review.objects.filter(state__in=OPEN).select_related("reviewer"):
            persist(lambda review=review: give(review, 4))

    def _ratify(self) -> None:
        from assessments.workflow.services import ratify
        from competency.decisions.models import Decision

        for decision in Decision.objects.filter(state="proposed"):
            persist(lambda decision=decision: ratify(decision, by=self.campus.certifier))

    def _issued(self) -> int:
        from competency.certificates.models import Certificate

        return Certificate.objects.filter(state="issued").count()


def steps_taken() -> int:
    """Acts of the workflow itself so far."""
    from competency.audit.models import AuditEvent

    return AuditEvent.objects.filter(actor_id=None).count()


def findings(attempts: int, people: People, dealt: Counter[str]) -> dict[str, Any]:
    """What must be once for each submission and certificate, counted from the rows."""
    from django.db.models import Count

    from assessments.attempts.models import Attempt, Submission
    from assessments.grading.models import Score
    from assessments.reviews.models import Review
    from competency.audit.models import AuditEvent
    from competency.certificates.models import Certificate
    from competency.decisions.models import Decision
    from competency.parking.models import Mishap

    acts = AuditEvent.objects.filter(action__regex=r"^(submission|attempt|certificate|decision)\.")
    twice = acts.values("action", "subject_id").annotate(n=Count("pk")).filter(n__gt=1)
    numbers = sorted(Certificate.objects.values_list("number", flat=True))
    return {
        "attempts": attempts,
        "blows": dict(dealt),
        "people": repr(people.problem) if people.problem else "",
        "submissions_marked": Submission.objects.filter(state="marked").count(),
        "attempts_decided": Attempt.objects.filter(state="decided").count(),
        "scores": Score.objects.count(),
        "reviews_completed": Review.objects.filter(state="completed").count(),
        "reviews_in_all": Review.objects.count(),
        "decisions": Decision.objects.count(),
        "certificates": len(numbers),
        "numbers_without_gap": [int(n.rsplit("-", 1)[1]) for n in numbers]
        == list(range(1, len(numbers) + 1)),
        "acts_done_twice": list(twice.values_list("action", flat=True)),
        "mishaps": list(Mishap.objects.values_list("subject_type", "times", "error")),
        "parked": Mishap.objects.parked().count(),
    }


def come_to_rest(attempts: int) -> None:
    """Wait until every attempt is decided and no step is due."""
    from assessments.attempts.models import Attempt
    from assessments.workflow import due

    patience = Patience()
    while not patience.out():
        decided = persist(lambda: Attempt.objects.filter(state="decided").count())
        if decided == attempts and not persist(lambda: [*due.submissions(), *due.attempts()]):
            return
        time.sleep(0.5)


def run(number: int, seed: int, folder: Path) -> dict[str, Any]:
    from tests.factories import campus, sat
    from tests.resilience.blows import Site

    world = campus(supervisors=8)
    attempts = [sat(world) for _ in range(number)]
    people, site = People(world, attempts), Site(folder)
    try:
        people.start()
        dice = random.Random(seed)
        site.suffer(people, dice, lambda: int(persist(steps_taken)), number=number)
        people.join()
        come_to_rest(number)
        return persist(lambda: findings(number, people, site.dealt))
    finally:
        site.stop()


Run = Callable[[int, int, Path], dict[str, Any]]


def inside(act: Run, folder: Path, number: int, seed: int) -> None:
    prepare(folder)
    started = time.monotonic()
    found = act(number, seed, folder)
    found["seconds"] = round(time.monotonic() - started, 1)
    print(json.dumps(found))


def main(module: str, act: Run) -> None:
    """Run a drill in a process of its own, so that its services can be removed afterwards."""
    from config import dev_services

    if sys.argv[1] == "--inside":
        inside(act, Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
        return
    number, seed = sys.argv[1], (sys.argv[2] if len(sys.argv) > 2 else "1")
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", module, "--inside", folder, number, seed]
        done = subprocess.run(command, check=False)
        dev_services.remove(Path(folder))
    sys.exit(done.returncode)


if __name__ == "__main__":
    main("tests.resilience.drill", run)
