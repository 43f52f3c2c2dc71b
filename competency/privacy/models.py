"""What people were told, what they agreed to, and who was erased."""

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from competency.foundation.models import BaseModel
from competency.foundation.triggers import Frozen
from competency.privacy.purposes import Purpose

PERSON: Any = settings.AUTH_USER_MODEL


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, person: Any) -> "NoticeQuerySet":
        """A notice is public."""
        return self.all()

    def current(self) -> "Notice | None":
        """The notice in force; None on a site that has not published any."""
        return self.order_by("-number").first()


class Notice(BaseModel):
    """One version of the privacy notice, frozen when it is published. The latest is in force."""

    number = models.PositiveSmallIntegerField(unique=True)
    title = models.CharField(max_length=200)
    text = models.TextField()
    changes = models.TextField(blank=True, help_text="What differs from the version before.")
    content_hash = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="notice_number_from_one"),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(text="") & ~Q(content_hash=""),
                name="notice_says_something",
            ),
            models.CheckConstraint(
                condition=Q(number=1) | ~Q(changes=""), name="notice_says_what_changed"
            ),
        ]
        triggers: list[pgtrigger.Trigger] = [Frozen(name="append_only")]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"


class ConsentQuerySet(models.QuerySet["Consent"]):
    def visible_to(self, person: Any) -> "ConsentQuerySet":
        """One's own, and nobody else's."""
        return self.filter(person=person)

    def in_force(self) -> "ConsentQuerySet":
        return self.filter(withdrawn_at=None)


class Consent(BaseModel):
    """Somebody agreed to something, having read one version of the notice; perhaps until a day."""

    person = models.ForeignKey(PERSON, models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=20, choices=Purpose)
    notice = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="consents")
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(purpose__in=Purpose.values), name="consent_known_purpose"
            ),
            models.CheckConstraint(
                condition=~Q(purpose=Purpose.SITTING) | Q(notice__isnull=False),
                name="consent_to_sit_names_the_notice",
            ),
            models.UniqueConstraint(
                fields=["person", "purpose", "notice"],
                condition=Q(withdrawn_at=None),
                nulls_distinct=False,
                name="consent_one_in_force",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("given_at")),
                name="consent_withdrawn_after_given",
            ),
        ]
        triggers: list[pgtrigger.Trigger] = [
            Frozen(name="only_withdrawn", except_fields=("withdrawn_at",)),
            Frozen(name="stays_withdrawn", when_sql="OLD.withdrawn_at IS NOT NULL"),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} ({self.person_id})"


class Erasure(BaseModel):
    """A person whose words and account are gone. `kept` counts, by relation, what stays."""

    person = models.OneToOneField(PERSON, models.PROTECT, related_name="erasure")
    asked_by = models.ForeignKey(PERSON, models.PROTECT, related_name="+")
    erased_at = models.DateTimeField()
    reason = models.TextField(blank=True)
    name_kept = models.BooleanField(help_text="It stands under acts in office.")
    kept = models.JSONField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(asked_by=F("person")) | ~Q(reason=""),
                name="erasure_by_staff_has_reason",
            )
        ]
        triggers: list[pgtrigger.Trigger] = [Frozen(name="append_only")]

    def __str__(self) -> str:
        return f"erasure of {self.person_id}"
