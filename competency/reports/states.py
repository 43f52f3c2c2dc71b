"""The life of a report that was asked for."""

from django.db import models

from competency.foundation.states import Owner, Transitions, by


class ReportState(models.TextChoices):
    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"
    EXPIRED = "expired", "Expired"


# A worker that was killed leaves a report running; the next takes it up from its beginning.
REPORT: Transitions = {
    ReportState.QUEUED: {ReportState.RUNNING: by(Owner.WORKFLOW)},
    ReportState.RUNNING: {
        ReportState.READY: by(Owner.WORKFLOW),
        ReportState.FAILED: by(Owner.WORKFLOW),
    },
    ReportState.READY: {ReportState.EXPIRED: by(Owner.WORKFLOW)},
    ReportState.FAILED: {ReportState.QUEUED: by(Owner.DIRECTOR)},
    ReportState.EXPIRED: {},
}
OPEN = (ReportState.QUEUED, ReportState.RUNNING)


class Contents(models.TextChoices):
    CREDENTIALS = "credentials", "Credential report"
    RESEARCH = "research", "De-identified export for research"


class Format(models.TextChoices):
    CSV = "csv", "CSV"
    XLSX = "xlsx", "XLSX (spreadsheet)"
    JSON = "json", "JSON"
    PDF = "pdf", "PDF"
    CLR = "clr", "CLR 2.0 (a ZIP of signed transcripts)"
