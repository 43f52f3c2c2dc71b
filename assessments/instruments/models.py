"""Assessments and their forms: which vignettes, marked against what."""

from typing import Any

from django.db import models
from django.db.models import Q

from assessments.vignettes.models import Key, VignetteVersion
from competency.decisions.models import StandardVersion
from competency.foundation.models import BaseModel
from competency.frameworks.models import RubricVersion, ScopeProfileVersion
from competency.frameworks.versions import (
    Version,
    part_of,
    version_constraints,
    version_triggers,
)
from competency.programs.models import Program


class Assessment(Version):
    """Pins one rubric (and so its framework), one scope profile and one Standard."""

    owner_path = "program"

    program = models.ForeignKey(Program, models.PROTECT, related_name="assessments")
    code = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    rubric_version = models.ForeignKey(RubricVersion, models.PROTECT, related_name="assessments")
    scope_profile_version = models.ForeignKey(
        ScopeProfileVersion, models.PROTECT, related_name="assessments"
    )
    standard_version = models.ForeignKey(
        StandardVersion, models.PROTECT, related_name="assessments"
    )
    says = models.TextField()
    says_not = models.TextField()

    class Meta:
        constraints = version_constraints("assessment", "program", "code")
        triggers = version_triggers()

    def __str__(self) -> str:
        return self.title


class Form(BaseModel):
    """One fixed set of vignettes; a re-sit takes another."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="forms")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "number"], name="form_number_unique"),
            models.CheckConstraint(condition=Q(number__gte=1), name="form_number_from_one"),
        ]
        triggers = part_of("assessment")

    def __str__(self) -> str:
        return self.title


class FormVignette(BaseModel):
    """A vignette in its place on a form, with the key that scores it."""

    form = models.ForeignKey(Form, models.CASCADE, related_name="vignettes")
    position = models.PositiveSmallIntegerField()
    vignette_version = models.ForeignKey(VignetteVersion, models.PROTECT, related_name="+")
    key = models.ForeignKey(Key, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["form", "position"], name="formvignette_position"),
            models.UniqueConstraint(fields=["form", "vignette_version"], name="formvignette_once"),
        ]
        triggers = part_of("form__assessment")

    def __str__(self) -> str:
        return f"{self.position}. {self.vignette_version}"

    @property
    def program_id(self) -> Any:
        return self.form.assessment.program_id


class ReserveVignette(BaseModel):
    """A vignette kept for referrals, on no form: drawn when more evidence is asked for."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="reserves")
    position = models.PositiveSmallIntegerField()
    vignette_version = models.ForeignKey(VignetteVersion, models.PROTECT, related_name="+")
    key = models.ForeignKey(Key, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "position"], name="reserve_position"),
            models.UniqueConstraint(fields=["assessment", "vignette_version"], name="reserve_once"),
        ]
        triggers = part_of("assessment")

    def __str__(self) -> str:
        return f"reserve {self.vignette_version}"
