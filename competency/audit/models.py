"""Who did what, when and why. Append-only, with plain ids, so that nothing can pull a row away."""

import pgtrigger
from django.db import models
from django.utils import timezone

from competency.foundation.triggers import Frozen


class AuditEvent(models.Model):
    """One act. `actor_id` is empty where the workflow acted by itself."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)
    action = models.CharField(max_length=80, db_index=True)
    actor_id = models.UUIDField(null=True, db_index=True)
    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField(db_index=True)
    program_id = models.UUIDField(null=True, db_index=True)
    reason = models.TextField(blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(action=""), name="audit_names_the_action")
        ]
        triggers: list[pgtrigger.Trigger] = [Frozen(name="append_only")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"
