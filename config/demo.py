"""`make demo`: tell the story through real services and workers, then serve the site.

RESET=1 begins again, ONCE=1 tells it and ends, JSON=1 ends standard output with one JSON object.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import django

from config import processes
from config.children import ChildDied
from config.environment import explain_connection_failure

SITE = Path(__file__).resolve().parents[1]
REPORT = SITE / ".run" / "demo" / "credential-report.csv"
SEED = 1565852
WORKERS = 2


def main() -> None:
    started = time.perf_counter()
    django.setup()
    from django.db import OperationalError

    from assessments.demo.telling import StoryStuck
    from competency.foundation.errors import DomainError

    port = processes.port_from_environment()
    once = flag("ONCE")
    try:
        if not once:
            processes.claim_port(port)
        prepare(reset=flag("RESET"))
        telling = tell_or_recall()
        summary = summarise(telling, port, time.perf_counter() - started)
        print(as_json(summary) if flag("JSON") and once else as_text(summary), flush=True)
        if not once:
            serve(port, summary)
    except (processes.PortTaken, ChildDied, StoryStuck, DomainError) as problem:
        sys.exit(str(problem))
    except OperationalError as problem:
        sys.exit(explain_connection_failure(problem) or str(problem))


def flag(name: str) -> bool:
    return os.environ.get(name, "").strip().lower() in {"1", "true", "yes", "on"}


def say(line: str) -> None:
    print(f"  … {line}", file=sys.stderr, flush=True)


def prepare(*, reset: bool) -> None:
    """An up-to-date database; an empty one when asked for, unless it holds more than the demo."""
    from django.core.management import call_command

    from assessments.demo.story import DEMO_PROGRAM
    from competency.foundation.errors import DomainError
    from competency.programs.models import Program
    from config.celery import app

    call_command("migrate", verbosity=0)
    if not reset:
        return
    if others := Program.objects.exclude(code=DEMO_PROGRAM).values_list("name", flat=True):
        raise DomainError(
            f"RESET=1 would erase more than the demo: this database also holds {others[0]}."
        )
    app.control.purge()
    call_command("flush", verbosity=0, interactive=False)
    REPORT.unlink(missing_ok=True)


def tell_or_recall() -> Any:
    """Tell the story once; afterwards only say that it was told."""
    from assessments.demo.script import Script
    from assessments.demo.story import already_told, begun, tell
    from assessments.demo.telling import Telling
    from competency.foundation.errors import DomainError

    telling = Telling(Script(SEED), say)
    if already_told():
        return telling
    if begun():
        raise DomainError(
            "The database holds a program already, or a story that was interrupted. "
            "`make demo RESET=1` begins the demo again."
        )
    with processes.workers(WORKERS):
        tell(telling, REPORT)
    return telling


def summarise(telling: Any, port: int, seconds: float) -> dict[str, Any]:
    from django.conf import settings

    from assessments.demo.cast import PASSWORD
    from assessments.demo.figures import figures, logins
    from competency.certificates.models import Certificate

    site = f"http://{processes.HOST}:{port}"
    certificate = Certificate.objects.on_register().order_by("number").first()
    return {
        "told_now": bool(telling.steps),
        "seconds": round(seconds, 1),
        "steps": [{"step": name, "seconds": round(took, 2)} for name, took in telling.steps],
        "figures": figures(),
        "report": str(REPORT),
        "mail": str(getattr(settings, "EMAIL_FILE_PATH", "")),
        "certificate": f"{site}/v/{certificate.code}" if certificate else None,
        "site": site,
        "logins": logins(),
        "password": PASSWORD,
    }


def as_json(summary: dict[str, Any]) -> str:
    return json.dumps(summary, ensure_ascii=False)


def as_text(summary: dict[str, Any]) -> str:
    figures, lines = summary["figures"], ["", "Credence · demo", ""]
    if summary["told_now"]:
        lines += [f"  {row['seconds']:6.2f} s  {row['step']}" for row in summary["steps"]]
        lines += [f"  {summary['seconds']:6.1f} s  in all", ""]
    else:
        lines += ["  The story was told before; its data are kept. RESET=1 begins again.", ""]
    decisions, flags, appeals, certificates = (
        ", ".join(f"{count} {name}" for name, count in sorted(figures[what].items()))
        for what in ("decisions", "harm_flags", "appeals", "certificates")
    )
    lines.append(
        f"  {figures['trainees']} trainees, {figures['attempts']} attempts, "
        f"{figures['reviews']} blind reviews, {figures['adjudications']} adjudications"
    )
    lines.append(f"  Decisions: {decisions}; {figures['waiting_for_a_certifier']} to ratify")
    lines.append(f"  Harm flags: {flags}. Appeals: {appeals}")
    lines.append(f"  Certificates: {certificates}. {figures['audit_events']} acts on the record")
    lines += [
        "",
        f"  Credential report   {summary['report']}",
        f"  A certificate       {summary['certificate']}",
        *([f"  Mail that was sent  {summary['mail']}"] if summary["mail"] else []),
        "",
        f"  Sign in at {summary['site']} with the password {summary['password']}",
    ]
    lines += [f"    {role:<11} {email}" for role, email in summary["logins"].items()]
    lines.append("    * has an assessment to sit")
    return "\n".join([*lines, ""])


def serve(port: int, summary: dict[str, Any]) -> None:
    processes.serve(port, announce=f"Serving at {summary['site']} - Ctrl-C stops.")


if __name__ == "__main__":
    main()
