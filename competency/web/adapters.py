"""What the site says to django-allauth: no open sign-up, a trail, sealed secrets, our words."""

import base64
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from rest_framework.authtoken.models import Token

from competency.accounts.models import User
from competency.accounts.sealing import Sealer
from competency.audit.services import record
from competency.web.limits import place_of

SITE = "Credence"
NOWHERE = "0.0.0.0"  # noqa: S104  (a socket has no address)
# What is told to the person by mail goes on the record as well.
ACTS = {
    "account/email/password_changed": "password.changed",
    "account/email/password_reset": "password.reset",
    "account/email/password_set": "password.set",
    "account/email/email_changed": "email.changed",
    "mfa/email/totp_activated": "second_factor.app_added",
    "mfa/email/totp_deactivated": "second_factor.app_removed",
    "mfa/email/webauthn_added": "second_factor.passkey_added",
    "mfa/email/webauthn_removed": "second_factor.passkey_removed",
    "mfa/email/recovery_codes_generated": "second_factor.codes_made",
}


class Accounts(DefaultAccountAdapter):
    """Accounts are made by programs; what changes on one is told and recorded."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return place_of(request) or NOWHERE

    def set_password(self, user: Any, password: str) -> None:
        """A new password ends what the old one opened."""
        super().set_password(user, password)
        Token.objects.filter(user=user).delete()

    def send_notification_mail(
        self, template_prefix: str, user: Any, *args: Any, **kwargs: Any
    ) -> None:
        if act := ACTS.get(template_prefix):
            with transaction.atomic():
                record(act, user, by=user)
        super().send_notification_mail(template_prefix, user, *args, **kwargs)


class SecondFactor(DefaultMFAAdapter):
    """Secrets lie sealed under the key of the person they belong to."""

    def encrypt(self, text: str) -> str:
        person: User = context.request.user
        return f"{person.pk}:{base64.b64encode(Sealer(person.pk).seal(text)).decode()}"

    def decrypt(self, encrypted_text: str) -> str:
        person, _separator, sealed = encrypted_text.partition(":")
        return Sealer(UUID(person)).unseal(base64.b64decode(sealed))

    def _get_site_name(self) -> str:
        return SITE

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:  # noqa: A002
        earlier = Authenticator.objects.filter(user=user, type=type).count()
        return _("Passkey %(number)s") % {"number": earlier + 1}


class Sessions(DefaultUserSessionsAdapter):
    """Signing out elsewhere ends browsers and the interface's token alike."""

    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        person: User = context.request.user
        ended = list(sessions)
        with transaction.atomic():
            super().end_sessions(ended)
            Token.objects.filter(user=person).delete()
            record("sessions.ended", person, by=person, sessions=len(ended))


class SingleSignOn(DefaultSocialAccountAdapter):
    """A university says who somebody is; whether they have an account, a program does."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False
