"""Who is asking, and may they? Closed by default: a view without a policy opens for nobody."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone
from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import BasePermission

from competency.programs.access import open_to_all, policy_of

if TYPE_CHECKING:  # the framework loads this module while it loads its views
    from rest_framework.authtoken.models import Token
    from rest_framework.request import Request
    from rest_framework.views import APIView


SECOND_FACTOR = "Your role asks for a second factor. Sign in on the site and set one up."


def ends_at(token: Token) -> datetime:
    return token.created + timedelta(days=settings.API_TOKEN_DAYS)


class LastingToken(TokenAuthentication):
    """`Authorization: Bearer …`, for as long as the token lasts."""

    keyword = "Bearer"

    def authenticate_credentials(self, key: str) -> tuple[Any, Any]:
        if not key.isalnum():
            raise AuthenticationFailed("This is not a token of ours.")
        person, token = super().authenticate_credentials(key)
        if ends_at(token) <= timezone.now():
            raise AuthenticationFailed("This token has ended; obtain another.")
        return person, token


class StatedPolicy(BasePermission):
    """Admits whom the view's `policy` admits."""

    message = "Your roles do not open this."

    def has_permission(self, request: Request, view: APIView) -> bool:
        from competency.programs.factors import owes_second_factor  # needs loaded models

        method = str(request.method)
        if method == "OPTIONS" or not hasattr(view, method.lower()):
            return True  # there is no such method: 405, whoever asks
        policy = policy_of(view, method)
        if policy is None or not policy.admits(request.user):
            return False
        if policy != open_to_all and owes_second_factor(request.user):
            raise PermissionDenied(SECOND_FACTOR, code="second_factor_owed")
        return True
