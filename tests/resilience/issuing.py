"""A drill: real processes are killed while a run issues many certificates.

    python -m tests.resilience.issuing 200

On services of its own, as `drill`. Prints one JSON object: what was found once the run was over.
"""

import random
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.resilience.drill import Patience, main, persist, steps_taken


class Waiting(threading.Thread):
    """Somebody who waits until the run is finished, and then for the last status list."""

    def __init__(self, run_id: Any) -> None:
        super().__init__(daemon=True)
        self.run_id = run_id
        self.problem: BaseException | None = None

    def run(self) -> None:
        try:
            patience = Patience()
            while not persist(self._finished):
                if patience.out():
                    raise RuntimeError("nothing was issued for too long")
                time.sleep(0.5)
        except BaseException as error:
            self.problem = error

    def _finished(self) -> bool:
        from competency.batches.models import IssuingRun

        return not IssuingRun.objects.filter(pk=self.run_id, finished_at=None).exists()


def findings(waiting: Waiting, dealt: Counter[str]) -> dict[str, Any]:
    """What must be once for each certificate, counted from the rows."""
    from competency.audit.models import AuditEvent
    from competency.batches.models import IssuingRun
    from competency.certificates.models import Certificate, Credential
    from competency.parking.models import Mishap

    run = IssuingRun.objects.with_progress().get(pk=waiting.run_id)
    current = Credential.objects.current()
    acts = AuditEvent.objects.filter(action="certificate.issued")
    return {
        "blows": dict(dealt),
        "waiting": repr(waiting.problem) if waiting.problem else "",
        "issued": run.issued,
        "failed": run.failed,
        "finished": AuditEvent.objects.filter(action="issuingrun.finished").count(),
        "certificates": Certificate.objects.filter(state="issued").count(),
        "credentials": Credential.objects.count(),
        "holders_credentials": current.values("certificate").distinct().count(),
        "indexes": current.values("status_list", "status_index").distinct().count(),
        "acts": acts.count() if acts.values("subject_id").distinct().count() == acts.count() else 0,
        "parked": Mishap.objects.parked().count(),
    }


def run(number: int, seed: int, folder: Path) -> dict[str, Any]:
    from competency.batches.services import start_run
    from tests.competency.batches.crowd import crowd
    from tests.factories import campus
    from tests.resilience.blows import Site

    world = campus()
    crowd(world, number)
    site = Site(folder)
    begun = persist(lambda: start_run(world.program, by=world.certifier))
    waiting = Waiting(begun.pk)
    try:
        waiting.start()
        dice = random.Random(seed)
        site.suffer(waiting, dice, lambda: int(persist(steps_taken)), number=number)
        waiting.join()
        return persist(lambda: findings(waiting, site.dealt))
    finally:
        site.stop()


if __name__ == "__main__":
    main("tests.resilience.issuing", run)
