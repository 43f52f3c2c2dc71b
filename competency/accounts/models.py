"""People. Roles are memberships in programs; an account alone may do nothing."""

import zoneinfo
from functools import cache
from typing import ClassVar

import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower

from competency.foundation.models import BaseModel
from competency.foundation.text import clean_line, is_blank
from competency.foundation.triggers import Frozen

known_timezones = cache(zoneinfo.available_timezones)  # reads hundreds of files


def validate_timezone(name: str) -> None:
    if name not in known_timezones():
        raise ValidationError(f"“{name}” is not a time zone we know.", code="timezone")


def vouch_for(*people: "User") -> None:
    """Take addresses as proven: of accounts that are not made by whoever types one in."""
    from allauth.account.models import EmailAddress  # loaded after our own models

    EmailAddress.objects.bulk_create(
        EmailAddress(user=person, email=person.email, verified=True, primary=True)
        for person in people
    )


def validate_name(name: str) -> None:
    """A name can be printed on one line and never runs backwards."""
    try:
        blank = is_blank(clean_line(name))
    except ValueError as error:
        raise ValidationError(f"This name {error}.", code="name") from error
    if blank:
        raise ValidationError("A person has a name.", code="name")


class UserManager(BaseUserManager["User"]):
    """Creates accounts; e-mail addresses are kept and compared in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        if not email:
            raise ValueError("an account needs an e-mail address")
        user = self.model(email=email.strip().lower(), **fields)
        user.name = " ".join(user.name.split())
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        vouch_for(user)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(BaseModel, AbstractBaseUser, PermissionsMixin):
    """A person who signs in with an e-mail address."""

    email = models.EmailField(
        "e-mail address",
        unique=True,
        error_messages={"unique": "An account with this e-mail address exists already."},
    )
    name = models.CharField(max_length=200, validators=[validate_name])
    timezone = models.CharField(
        max_length=64,
        blank=True,
        validators=[validate_timezone],
        help_text="Empty: the zone of the browser.",
    )
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="user_email_lower_case"
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="user_has_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class PersonKey(models.Model):
    """The key that seals one person's own words.

    Destroying it erases the words and leaves every record that points to them whole.
    """

    person = models.OneToOneField(
        User, models.PROTECT, primary_key=True, related_name="sealing_key"
    )
    wrapped = models.BinaryField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(wrapped__isnull=True, destroyed_at__isnull=False)
                | models.Q(wrapped__isnull=False, destroyed_at__isnull=True),
                name="person_key_present_or_destroyed",
            )
        ]
        triggers: list[pgtrigger.Trigger] = [
            Frozen(name="stays_destroyed", when_sql="OLD.destroyed_at IS NOT NULL")
        ]

    def __str__(self) -> str:
        return f"key of {self.person_id}"
