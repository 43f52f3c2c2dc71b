"""Which task goes to which queue, and that beat may run twice."""

from typing import Any

import pytest
from django.conf import settings

from config.celery import app

BULK = {
    "assessments.retention.tasks.sweep",
    "assessments.sittings.tasks.open_batch",
    "assessments.sittings.tasks.remind",
    "assessments.sittings.tasks.sweep",
    "assessments.sittings.tasks.withdraw_batch",
    "assessments.workflow.tasks.sweep",
    "competency.rosters.tasks.sweep",
    "competency.webhooks.tasks.deliver",
    "competency.webhooks.tasks.sweep",
    "competency.batches.tasks.issue_batch",
    "competency.batches.tasks.sweep",
    "competency.certificates.tasks.sweep",
    "competency.renderings.tasks.sweep",
    "competency.certificates.tasks.remind",
    "competency.audit.tasks.seal",
    "competency.reports.tasks.make_report",
    "competency.reports.tasks.make_scheduled_reports",
    "competency.reports.tasks.sweep",
    "competency.invitations.tasks.mail_invitation",
    "competency.invitations.tasks.sweep",
    "competency.notifications.tasks.mail_notification",
    "competency.notifications.tasks.sweep",
    "competency.integrity.tasks.check",
    "competency.integrity.tasks.sweep",
    "competency.audit.tasks.seal_stragglers",
}
INTERACTIVE = {
    "assessments.workflow.tasks.advance_submission",
    "assessments.workflow.tasks.advance_attempt",
    "competency.certificates.tasks.issue_certificate",
    "competency.certificates.tasks.publish_status_lists",
    "competency.renderings.tasks.render",
}


def ours() -> list[str]:
    app.loader.import_default_modules()
    return sorted(name for name in app.tasks if name.startswith(("assessments.", "competency.")))


def queue_of(task: str) -> str:
    """Where a message of this task would be put."""
    registered: Any = app.tasks[task]
    options = registered._get_exec_options()
    route = app.amqp.router.route(options, task)
    return str(route.get("queue", app.amqp.default_queue).name)


@pytest.mark.parametrize("task", ours())
def test_every_task_is_on_the_queue_that_was_decided(task: str) -> None:
    decided = {task: "bulk" for task in BULK} | {task: "marking" for task in INTERACTIVE}

    assert {task: queue_of(task)}.items() <= decided.items()


@pytest.mark.parametrize("name", sorted(settings.CELERY_BEAT_SCHEDULE))
def test_what_beat_sends_is_bulk_and_never_piles_up(name: str) -> None:
    entry = settings.CELERY_BEAT_SCHEDULE[name]

    assert queue_of(entry["task"]) == "bulk"
    assert entry["options"]["expires"] == entry["schedule"]
