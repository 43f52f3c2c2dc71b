"""Ask somebody into a program; take it back; accept it, once."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import timezone

from competency.accounts.models import User
from competency.audit.services import record
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.foundation.text import require_line, take_line
from competency.invitations.models import Invitation
from competency.invitations.tasks import mail_invitation
from competency.programs.models import Cohort, Membership, Program
from competency.programs.policies import check_permission, has_permission, holds_role
from competency.programs.roles import Permission, Role
from competency.programs.services import check_audit, grant_role

LASTS = timedelta(days=14)


@transaction.atomic
def invite(
    program: Program,
    email: str,
    roles: Sequence[str],
    *,
    by: User,
    scope: str = "",
    roles_end_on: date | None = None,
    areas: Collection[str] = (),
    cohort: Cohort | None = None,
) -> Invitation:
    """Ask whoever has this address to take these roles; the mail follows on commit.

    Raises InvalidInput for input at fault, DomainError while another invitation stands.
    """
    if not (by.is_staff and set(roles) == {Role.AUDITOR}):
        check_permission(by, Permission.PROGRAM_RUN, program.pk)
    scope = take_line("scope", scope)
    email = _checked(email.strip().lower(), roles, roles_end_on)
    check_audit(roles, program, scope=scope, ends_on=roles_end_on, areas=areas, cohort=cohort)
    now = timezone.now()
    earlier = Invitation.objects.standing().filter(program=program, email=email)
    earlier.filter(expires_at__lte=now).update(withdrawn_at=now)
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                program=program,
                email=email,
                roles=sorted(set(roles)),
                scope=scope,
                areas=sorted(set(areas)),
                cohort=cohort,
                roles_end_on=roles_end_on,
                invited_by=by,
                expires_at=now + LASTS,
            )
    except IntegrityError as error:
        raise DomainError("An invitation to this address stands already.", field="email") from error
    record("invitation.sent", invitation, by=by, roles=invitation.roles)
    transaction.on_commit(lambda: mail_invitation.delay(str(invitation.pk)), robust=True)
    return invitation


@transaction.atomic
def let_in(
    program: Program,
    email: str,
    *,
    scope: str,
    areas: Collection[str],
    cohort: Cohort | None,
    ends_on: date,
    by: User,
) -> Membership | Invitation:
    """Let somebody audit: with the account that has this address, or else by invitation."""
    audit: dict[str, Any] = {"scope": scope, "areas": areas, "cohort": cohort}
    person = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if person is None:
        return invite(program, email, [Role.AUDITOR], roles_end_on=ends_on, **audit, by=by)
    return grant_role(program, person, Role.AUDITOR, ends_on=ends_on, **audit, by=by)


def _checked(email: str, roles: Sequence[str], ends_on: date | None) -> str:
    try:
        validate_email(email)
    except ValidationError:
        raise InvalidInput({"email": "This is not an e-mail address."}) from None
    if not roles or set(roles) - set(Role.values):
        raise InvalidInput({"roles": f"Name one or more of: {', '.join(Role.values)}."})
    if ends_on is not None and ends_on < timezone.now().date():
        raise InvalidInput({"roles_end_on": "A role cannot end before it starts."})
    return email


@transaction.atomic
def withdraw(invitation: Invitation, *, by: User) -> None:
    """Take an invitation back; its link stops working."""
    check_permission(by, Permission.PROGRAM_RUN, invitation.program_id)
    rows = Invitation.objects.standing().filter(pk=invitation.pk)
    if not rows.update(withdrawn_at=timezone.now()):
        raise DomainError("This invitation was accepted or withdrawn already.")
    invitation.refresh_from_db()
    record("invitation.withdrawn", invitation, by=by)


def still_holds(invitation: Invitation) -> bool:
    """Whether it can still be accepted: standing, in time, and its sender may still ask."""
    return (
        invitation.accepted_at is None
        and invitation.withdrawn_at is None
        and invitation.expires_at > timezone.now()
        and _still_asks(invitation)
    )


def _still_asks(invitation: Invitation) -> bool:
    """Whether its sender may still ask for this."""
    sender = invitation.invited_by
    if set(invitation.roles) == {Role.AUDITOR} and sender.is_staff and sender.is_active:
        return True
    return has_permission(sender, Permission.PROGRAM_RUN, invitation.program_id)


@transaction.atomic
def accept(invitation: Invitation, *, by: User) -> None:
    """Take the roles, with the account that has the address. What is held already stays."""
    if by.email != invitation.email:
        raise NotAllowed("This invitation was sent to another address.")
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("invited_by")
    locked = rows.get(pk=invitation.pk)
    if not still_holds(locked):
        raise DomainError("This invitation no longer holds. Ask for another.", code="over")
    Invitation.objects.filter(pk=locked.pk).update(accepted_at=timezone.now(), accepted_by=by)
    record("invitation.accepted", locked, by=by)
    for role in locked.roles:
        if not holds_role(by, Role(role), locked.program_id):
            audit = _audit_of(locked) if role == Role.AUDITOR else {}
            grant_role(
                locked.program,
                by,
                role,
                by=locked.invited_by,
                ends_on=locked.roles_end_on,
                **audit,
            )
    invitation.refresh_from_db()


def _audit_of(invitation: Invitation) -> dict[str, Any]:
    return {name: getattr(invitation, name) for name in ("scope", "areas", "cohort")}


def is_unclaimed(person: User) -> bool:
    """Whether an account was made for somebody who never signed in to it nor chose a password."""
    return person.last_login is None and not person.has_usable_password()


@transaction.atomic
def join(invitation: Invitation, *, name: str, password: str) -> User:
    """Make the account that an invitation asks for, or take over the one that a roster made, and
    accept with it.

    The link came to the address, so the address is proven. Raises InvalidInput for a name or a
    password that will not do.
    """
    name = require_line("name", name, "Say what we may call you.").strip()
    person = User.objects.filter(email=invitation.email).select_for_update().first()
    if person is not None and not is_unclaimed(person):
        raise DomainError("This address has an account already; sign in with it.")
    try:
        validate_password(password, User(email=invitation.email, name=name))
    except ValidationError as error:
        raise InvalidInput({"password": " ".join(error.messages)}) from None
    if person is None:
        person = User.objects.create_user(invitation.email, password, name=name)
    else:
        person.name = name
        person.set_password(password)
        person.save(update_fields=["name", "password"])
    record("account.made", person, by=person, invitation=str(invitation.pk))
    accept(invitation, by=person)
    return person
