"""What a therapist is assessed against: frameworks, rubrics, scope profiles."""

from typing import Any

from django.db import models
from django.db.models import Q

from competency.foundation.models import BaseModel
from competency.frameworks.versions import (
    Version,
    part_of,
    version_constraints,
    version_triggers,
)
from competency.programs.models import Program

LEVELS = range(1, 5)  # 1 potentially harmful, 2 partial, 3 safe and complete, 4 adaptive
LEVEL_NAMES = {
    1: "Potentially harmful",
    2: "Partial",
    3: "Safe and complete",
    4: "Adaptive",
}


class ContentQuerySet(models.QuerySet[Any]):
    """Content that has an owner program and is private to it or shared read-only."""

    def readable_in(self, programs: models.QuerySet[Program]) -> "ContentQuerySet":
        return self.filter(Q(owner__in=programs) | Q(shared=True))


class Content(BaseModel):
    """Something written by a program, in versions."""

    owner = models.ForeignKey(Program, models.PROTECT, related_name="+")
    code = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    shared = models.BooleanField(default=False)

    objects = ContentQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title

    @property
    def program_id(self) -> Any:
        return self.owner_id


def content_constraints(prefix: str) -> list[models.BaseConstraint]:
    return [models.UniqueConstraint(fields=["owner", "code"], name=f"{prefix}_code_unique")]


class Framework(Content):
    """A competency framework."""

    class Meta:
        constraints = content_constraints("framework")


class FrameworkVersion(Version):
    owner_path = "framework__owner"
    shared_path = "framework__shared"

    framework = models.ForeignKey(Framework, models.PROTECT, related_name="versions")
    statement = models.TextField()

    class Meta:
        constraints = version_constraints("frameworkversion", "framework")
        triggers = version_triggers()

    def __str__(self) -> str:
        return f"{self.framework.code}/{self.number}"

    @property
    def program_id(self) -> Any:
        return self.framework.owner_id


class Domain(BaseModel):
    version = models.ForeignKey(FrameworkVersion, models.CASCADE, related_name="domains")
    code = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="domain_code_unique"),
            models.UniqueConstraint(fields=["version", "position"], name="domain_position_unique"),
        ]
        triggers = part_of("version")

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Competency(BaseModel):
    domain = models.ForeignKey(Domain, models.CASCADE, related_name="competencies")
    code = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    statement = models.TextField()
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name_plural = "competencies"
        ordering = ["domain__position", "position"]
        constraints = [
            models.UniqueConstraint(fields=["domain", "code"], name="competency_code_unique"),
            models.UniqueConstraint(
                fields=["domain", "position"], name="competency_position_unique"
            ),
        ]
        triggers = part_of("domain__version")

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Indicator(BaseModel):
    """What a skilled therapist does, or what must never happen."""

    class Kind(models.TextChoices):
        SKILL = "skill", "Indicator"
        HARM = "harm", "Harm indicator"

    competency = models.ForeignKey(Competency, models.CASCADE, related_name="indicators")
    kind = models.CharField(max_length=10, choices=Kind)
    code = models.CharField(max_length=20)
    text = models.TextField()
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["competency", "code"], name="indicator_code_unique"),
            models.CheckConstraint(
                condition=Q(kind__in=["skill", "harm"]), name="indicator_known_kind"
            ),
        ]
        triggers = part_of("competency__domain__version")

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


class Rubric(Content):
    """Anchored criteria for judging competencies; independent of vignettes."""

    class Meta:
        constraints = content_constraints("rubric")


class RubricVersion(Version):
    owner_path = "rubric__owner"
    shared_path = "rubric__shared"

    rubric = models.ForeignKey(Rubric, models.PROTECT, related_name="versions")
    framework_version = models.ForeignKey(
        FrameworkVersion, models.PROTECT, related_name="rubric_versions"
    )
    guidance = models.TextField(blank=True, help_text="How reviewers read the anchors.")

    class Meta:
        constraints = version_constraints("rubricversion", "rubric")
        triggers = version_triggers()

    def __str__(self) -> str:
        return f"{self.rubric.code}/{self.number}"

    @property
    def program_id(self) -> Any:
        return self.rubric.owner_id


class Criterion(BaseModel):
    """One line of a rubric: judges one competency on four anchored levels."""

    version = models.ForeignKey(RubricVersion, models.CASCADE, related_name="criteria")
    competency = models.ForeignKey(Competency, models.PROTECT, related_name="criteria")
    code = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    weight = models.DecimalField(max_digits=5, decimal_places=2, default=1)
    safety_critical = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name_plural = "criteria"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="criterion_code_unique"),
            models.UniqueConstraint(
                fields=["version", "position"], name="criterion_position_unique"
            ),
            models.CheckConstraint(condition=Q(weight__gt=0), name="criterion_weight_positive"),
        ]
        triggers = part_of("version")

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Level(BaseModel):
    """One level of a criterion, described by its anchor."""

    criterion = models.ForeignKey(Criterion, models.CASCADE, related_name="levels")
    value = models.PositiveSmallIntegerField()
    anchor = models.TextField()

    class Meta:
        ordering = ["value"]
        constraints = [
            models.UniqueConstraint(fields=["criterion", "value"], name="level_once"),
            models.CheckConstraint(
                condition=Q(value__gte=1, value__lte=4), name="level_from_1_to_4"
            ),
            models.CheckConstraint(condition=~Q(anchor=""), name="level_has_anchor"),
        ]
        triggers = part_of("criterion__version")

    def __str__(self) -> str:
        return f"{self.criterion_id} level {self.value}"


class ScopeProfile(Content):
    """What a jurisdiction asks; it decides which keys apply."""

    class Meta:
        constraints = content_constraints("scopeprofile")


class ScopeProfileVersion(Version):
    owner_path = "profile__owner"
    shared_path = "profile__shared"

    profile = models.ForeignKey(ScopeProfile, models.PROTECT, related_name="versions")
    jurisdiction = models.CharField(max_length=300)
    statement = models.TextField()
    unverified = models.BooleanField(default=True)

    class Meta:
        constraints = version_constraints("scopeprofileversion", "profile")
        triggers = version_triggers()

    def __str__(self) -> str:
        return f"{self.profile.code}/{self.number}"

    @property
    def program_id(self) -> Any:
        return self.profile.owner_id
