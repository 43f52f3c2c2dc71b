"""Staged cases, their items, and the keys that score them."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from assessments.vignettes.items import KINDS, ItemKind, ItemShape
from competency.foundation.models import BaseModel
from competency.frameworks.models import (
    Content,
    Criterion,
    RubricVersion,
    ScopeProfileVersion,
    content_constraints,
)
from competency.frameworks.versions import (
    Version,
    part_of,
    version_constraints,
    version_triggers,
)


class Vignette(Content):
    """A clinical case told in stages."""

    class Meta:
        constraints = content_constraints("vignette")


class VignetteVersion(Version):
    """One frozen telling of the case. It is judged by one rubric version."""

    owner_path = "vignette__owner"
    shared_path = "vignette__shared"
    secret = True

    vignette = models.ForeignKey(Vignette, models.PROTECT, related_name="versions")
    rubric_version = models.ForeignKey(
        RubricVersion, models.PROTECT, related_name="vignette_versions"
    )
    minutes = models.PositiveSmallIntegerField()
    summary = models.TextField()
    content_note = models.TextField(blank=True)

    class Meta:
        constraints = [
            *version_constraints("vignetteversion", "vignette"),
            models.CheckConstraint(condition=Q(minutes__gte=1), name="vignetteversion_some_time"),
        ]
        triggers = version_triggers()

    def __str__(self) -> str:
        return f"{self.vignette.code}/{self.number}"

    @property
    def program_id(self) -> Any:
        return self.vignette.owner_id


class Stage(BaseModel):
    """A scene. Stages are revealed one by one; position 1 is the entry."""

    version = models.ForeignKey(VignetteVersion, models.CASCADE, related_name="stages")
    code = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField()
    narrative = models.JSONField(help_text="Lines of a transcript: speaker (or null) and text.")
    known = models.JSONField(default=list, help_text="What the therapist knows so far.")
    next = models.ForeignKey("self", models.CASCADE, null=True, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="stage_code_unique"),
            models.UniqueConstraint(fields=["version", "position"], name="stage_position_unique"),
            models.CheckConstraint(
                condition=Q(next=None) | ~Q(next=F("id")),
                name="stage_not_next_to_itself",
            ),
        ]
        triggers = part_of("version")

    def __str__(self) -> str:
        return self.title


class Item(BaseModel):
    """One thing the trainee is asked."""

    stage = models.ForeignKey(Stage, models.CASCADE, related_name="items")
    code = models.CharField(max_length=60)
    kind = models.CharField(max_length=20)
    prompt = models.TextField()
    position = models.PositiveSmallIntegerField()
    weight = models.DecimalField(max_digits=5, decimal_places=2, default=1)
    settings = models.JSONField(default=dict)
    model_response = models.TextField(blank=True)
    criteria = models.ManyToManyField(Criterion, through="ItemCriterion", related_name="items")

    class Meta:
        ordering = ["stage__position", "position"]
        constraints = [
            models.UniqueConstraint(fields=["stage", "code"], name="item_code_unique"),
            models.UniqueConstraint(fields=["stage", "position"], name="item_position_unique"),
            models.CheckConstraint(
                condition=Q(kind__regex=r"^[a-z_]+$"), name="item_kind_is_a_code"
            ),
            models.CheckConstraint(condition=Q(weight__gt=0), name="item_weight_positive"),
        ]
        triggers = part_of("stage__version")

    def __str__(self) -> str:
        return self.code

    @property
    def rules(self) -> ItemKind:
        return KINDS[self.kind]

    def shape(self) -> ItemShape:
        codes = [option.code for option in self.options.all()]
        return ItemShape(self.code, codes, self.settings)


class Option(BaseModel):
    """One thing to choose, rate or order; on a branch it leads to another stage."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="options")
    code = models.CharField(max_length=60)
    text = models.TextField()
    position = models.PositiveSmallIntegerField()
    leads_to = models.ForeignKey(Stage, models.CASCADE, null=True, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["item", "code"], name="option_code_unique"),
            models.UniqueConstraint(fields=["item", "position"], name="option_position_unique"),
        ]
        triggers = part_of("item__stage__version")

    def __str__(self) -> str:
        return self.text


class ItemCriterion(BaseModel):
    """A free item and a criterion that judges it."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="mappings")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="mappings")

    class Meta:
        verbose_name_plural = "item criteria"
        constraints = [
            models.UniqueConstraint(fields=["item", "criterion"], name="itemcriterion_once")
        ]
        triggers = part_of("item__stage__version")

    def __str__(self) -> str:
        return f"{self.item_id} by {self.criterion_id}"


class Key(Version):
    """How one scope profile scores one vignette version: an act that one demands, another
    may forbid."""

    owner_path = "vignette_version__vignette__owner"
    shared_path = "vignette_version__vignette__shared"
    secret = True

    vignette_version = models.ForeignKey(VignetteVersion, models.PROTECT, related_name="keys")
    scope_profile_version = models.ForeignKey(
        ScopeProfileVersion, models.PROTECT, related_name="keys"
    )
    status_note = models.TextField(blank=True)

    class Meta:
        constraints = version_constraints("key", "vignette_version", "scope_profile_version")
        triggers = version_triggers()

    def __str__(self) -> str:
        return f"key {self.number} of {self.vignette_version} for {self.scope_profile_version}"

    @property
    def program_id(self) -> Any:
        return self.vignette_version.program_id


class KeyEntry(BaseModel):
    """What a key says of one option; the item's kind gives the value its meaning."""

    key = models.ForeignKey(Key, models.CASCADE, related_name="entries")
    option = models.ForeignKey(Option, models.PROTECT, related_name="entries")
    value = models.DecimalField(max_digits=6, decimal_places=4)
    critical = models.BooleanField(default=False)
    why = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "key entries"
        constraints = [
            models.UniqueConstraint(fields=["key", "option"], name="keyentry_once"),
            models.CheckConstraint(
                condition=Q(critical=False) | ~Q(why=""),
                name="keyentry_critical_says_why",
            ),
        ]
        triggers = part_of("key")

    def __str__(self) -> str:
        return f"{self.option_id}: {self.value}"


class Panelist(BaseModel):
    """A named expert whose votes made a key."""

    key = models.ForeignKey(Key, models.CASCADE, related_name="panelists")
    name = models.CharField(max_length=200)
    credentials = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["key", "name"], name="panelist_once"),
            models.UniqueConstraint(fields=["key", "position"], name="panelist_position"),
        ]
        triggers = part_of("key")

    def __str__(self) -> str:
        return self.name


class PanelVote(BaseModel):
    """What one panelist says of one option, in the values of the item's kind."""

    panelist = models.ForeignKey(Panelist, models.CASCADE, related_name="votes")
    option = models.ForeignKey(Option, models.PROTECT, related_name="votes")
    value = models.DecimalField(max_digits=6, decimal_places=4)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["panelist", "option"], name="panelvote_once")
        ]
        triggers = part_of("panelist__key")

    def __str__(self) -> str:
        return f"{self.option_id}: {self.value}"
