"""A practice sitting: apart from every attempt, so that nothing can take it for evidence."""

from typing import Any

from django.conf import settings
from django.db import models

from competency.foundation.models import BaseModel

PERSON: Any = settings.AUTH_USER_MODEL


class PracticeSitting(BaseModel):
    """How far somebody is in the practice case, with their answers sealed as one."""

    trainee = models.OneToOneField(PERSON, models.CASCADE, related_name="practice_sitting")
    stage = models.CharField(max_length=60, blank=True, help_text="Empty at the end.")
    finished = models.JSONField(default=list, help_text="Codes of the stages finished, in order.")
    sealed_answers = models.BinaryField(null=True)

    def __str__(self) -> str:
        return f"practice at {self.stage or 'the end'}"
