"""Somebody is asked into a program before they have an account, or with the one they have."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from competency.foundation.models import BaseModel
from competency.programs.auditing import programs_opened_by
from competency.programs.models import Cohort, Program, scoped
from competency.programs.policies import programs_where
from competency.programs.roles import Area, Permission, Role

PERSON: Any = settings.AUTH_USER_MODEL


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, person: Any) -> "InvitationQuerySet":
        """Those into programs that this person runs."""
        return self.filter(program__in=programs_where(person, Permission.PROGRAM_RUN))

    def overseen_by(self, person: Any) -> "InvitationQuerySet":
        """Those that stand and ask somebody to audit where this person may let them in."""
        here = programs_opened_by(person)
        return self.standing().filter(roles__contains=[Role.AUDITOR], program__in=here)

    def standing(self) -> "InvitationQuerySet":
        """Neither accepted nor withdrawn; they may have expired."""
        return self.filter(accepted_at=None, withdrawn_at=None)


class Invitation(BaseModel):
    """Roles in a program, for whoever shows that an address is theirs; accepted once."""

    program = models.ForeignKey(Program, models.PROTECT, related_name="invitations")
    email = models.EmailField()
    roles = ArrayField(models.CharField(max_length=20, choices=Role))
    scope = models.CharField(max_length=200, blank=True)
    areas = ArrayField(models.CharField(max_length=20, choices=Area), default=list)
    cohort = models.ForeignKey(Cohort, models.PROTECT, null=True, related_name="+")
    roles_end_on = models.DateField(null=True)
    invited_by = models.ForeignKey(PERSON, models.PROTECT, related_name="invitations_sent")
    expires_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(  # an erasure takes the address along; the trail keeps the act
        PERSON, models.CASCADE, null=True, related_name="invitations_accepted"
    )
    withdrawn_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["program", "email"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="invitation_one_standing",
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="invitation_email_lower_case"
            ),
            models.CheckConstraint(
                condition=Q(roles__contained_by=Role.values) & Q(roles__len__gt=0),
                name="invitation_known_roles",
            ),
            *scoped("invitation", Q(roles__contains=[Role.AUDITOR]), "roles_end_on"),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False, withdrawn_at=None),
                name="invitation_accepted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="invitation_expires_later"
            ),
        ]

    def __str__(self) -> str:
        return f"invitation into {self.program}"
