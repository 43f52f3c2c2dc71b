"""Who did what, when and why. Append-only, with plain ids, so that nothing can pull a row away."""

import pgtrigger
from django.db import models
from django.utils import timezone

from competency.audit.rules import BATCH
from competency.foundation.triggers import Frozen


class AuditEvent(models.Model):
    """One act. `actor_id` is empty where the workflow acted by itself."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)
    action = models.CharField(max_length=80, db_index=True)
    actor_id = models.UUIDField(null=True, db_index=True)
    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField(db_index=True)
    program_id = models.UUIDField(null=True)
    reason = models.TextField(blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["program_id", "id"], name="audit_by_program"),
            # A search is one program's, in the order of time; each of these holds one whole.
            models.Index(fields=["program_id", "at", "id"], name="audit_by_time"),
            models.Index(fields=["program_id", "actor_id", "at", "id"], name="audit_by_actor"),
            models.Index(fields=["program_id", "action", "at", "id"], name="audit_by_action"),
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(action=""), name="audit_names_the_action")
        ]
        triggers: list[pgtrigger.Trigger] = [Frozen(name="append_only")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"


class AuditSeal(models.Model):
    """One link of a program's hash chain; without a program, of the site's own.

    It names the events it seals one by one, so an event that is committed late is never taken
    for sealed because of its number.
    """

    id = models.BigAutoField(primary_key=True)
    program_id = models.UUIDField(null=True)
    number = models.PositiveIntegerField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)
    count = models.PositiveIntegerField()
    first_event_id = models.BigIntegerField()
    last_event_id = models.BigIntegerField()
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["program_id", "number"],
                nulls_distinct=False,
                name="auditseal_numbered_once",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    number__gte=1,
                    count__range=(1, BATCH),
                    last_event_id__gte=models.F("first_event_id"),
                ),
                name="auditseal_holds_a_batch",
            ),
        ]
        triggers: list[pgtrigger.Trigger] = [Frozen(name="append_only")]

    def __str__(self) -> str:
        return f"seal {self.number} of {self.program_id or 'the site'}"


class SealEntry(models.Model):
    """One sealed event. No constraint ties it to the event: it must outlive its deletion."""

    event = models.OneToOneField(
        AuditEvent, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="entry"
    )
    seal = models.ForeignKey(AuditSeal, models.PROTECT, related_name="entries", db_index=False)
    position = models.PositiveIntegerField()
    event_hash = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = "seal entries"
        constraints = [
            models.UniqueConstraint(fields=["seal", "position"], name="sealentry_position_once")
        ]
        triggers: list[pgtrigger.Trigger] = [Frozen(name="append_only")]

    def __str__(self) -> str:
        return f"{self.position}: event {self.event_id}"
