"""A row per person and event: that something waits, on the page, by mail, or both."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from competency.foundation.models import BaseModel
from competency.notifications.kinds import Channel, Kind

PERSON: Any = settings.AUTH_USER_MODEL


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, person: Any) -> "NotificationQuerySet":
        """One's own, whichever way they came."""
        return self.filter(person=person)

    def on_page(self) -> "NotificationQuerySet":
        return self.filter(shown=True)

    def unread(self) -> "NotificationQuerySet":
        return self.on_page().filter(read_at=None)

    def to_mail(self) -> "NotificationQuerySet":
        return self.filter(mail=True, mailed_at=None, person__is_active=True)


class Notification(BaseModel):
    """`subject_id` is the row that waits; `occasion` tells its events of one kind apart."""

    person = models.ForeignKey(PERSON, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=40, choices=Kind)
    subject_id = models.UUIDField()
    occasion = models.CharField(max_length=60, blank=True)
    shown = models.BooleanField()
    mail = models.BooleanField()
    read_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["person"],
                condition=Q(shown=True, read_at=None),
                name="notification_unread",
            ),
            models.Index(
                fields=["created_at"],
                condition=Q(mail=True, mailed_at=None),
                name="notification_to_mail",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "subject_id", "occasion"], name="notification_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values), name="notification_known_kind"
            ),
            models.CheckConstraint(
                condition=Q(shown=True) | Q(mail=True), name="notification_reaches_the_person"
            ),
            models.CheckConstraint(
                condition=Q(mailed_at=None) | Q(mail=True), name="notification_mailed_if_wanted"
            ),
            models.CheckConstraint(
                condition=Q(read_at=None) | Q(shown=True), name="notification_read_if_shown"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.person_id}"


class MutedQuerySet(models.QuerySet["Muted"]):
    def visible_to(self, person: Any) -> "MutedQuerySet":
        return self.filter(person=person)


class Muted(BaseModel):
    """A kind that a person does not want by a channel."""

    person = models.ForeignKey(PERSON, models.CASCADE, related_name="muted")
    kind = models.CharField(max_length=40, choices=Kind)
    channel = models.CharField(max_length=10, choices=Channel)

    objects = MutedQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "muted"
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "channel"], name="muted_once"),
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values, channel__in=Channel.values),
                name="muted_known_kind_and_channel",
            ),
        ]

    def __str__(self) -> str:
        return f"no {self.kind} by {self.channel} for {self.person_id}"
