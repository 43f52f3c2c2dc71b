"""Who owes a second factor: a password alone does not decide about people."""

from allauth.mfa.models import Authenticator
from django.conf import settings

from competency.accounts.models import User
from competency.programs.models import Membership
from competency.programs.policies import Person


def should_have_second_factor(person: Person) -> bool:
    """Whether this person runs the site, or holds a role that decides about others."""
    if not isinstance(person, User):
        return False
    held = Membership.objects.current().of(person)
    return person.is_staff or held.filter(role__in=settings.SECOND_FACTOR_ROLES).exists()


def has_second_factor(person: User) -> bool:
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return bool(Authenticator.objects.filter(user=person, type__in=kinds).exists())


def owes_second_factor(person: Person) -> bool:
    """Whether nothing else opens before a second factor is set up; only where it is required."""
    return (
        settings.SECOND_FACTOR_REQUIRED
        and isinstance(person, User)
        and should_have_second_factor(person)
        and not has_second_factor(person)
    )


def proves_second_factor(person: User, code: str) -> bool:
    """Whether `code` is one of this person's app, or one of their recovery codes, used up by it."""
    known = Authenticator.objects.filter(user=person).exclude(type=Authenticator.Type.WEBAUTHN)
    return bool(code) and any(each.wrap().validate_code(code) for each in known)
