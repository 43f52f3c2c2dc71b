"""Sign in for programs that cannot keep a session: a token, for a while, ended at will."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from django.contrib.auth import authenticate
from django.db import transaction
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers
from rest_framework.authtoken.models import Token
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from competency.accounts.models import User
from competency.audit.services import record
from competency.programs.access import open_to_all, signed_in
from competency.programs.factors import has_second_factor, proves_second_factor
from competency.rest.access import LastingToken, ends_at
from competency.rest.fields import SHORT, Address, Input, Nothing, Text
from competency.rest.views import RestView


class UnknownPair(APIException):
    status_code = 401
    default_detail = "The e-mail address and the password do not belong together."
    default_code = "unknown_pair"
    auth_header = LastingToken.keyword


class SecondFactorAsked(UnknownPair):
    default_detail = "This account has a second factor: send its code, which works once."
    default_code = "second_factor_asked"


class _SignInThrottle(SimpleRateThrottle):
    """Counts attempts by what `mark` reads from the request."""

    def mark(self, request: Request) -> str:
        raise NotImplementedError

    def get_cache_key(self, request: Request, view: APIView) -> str:
        return self.cache_format % {"scope": self.scope, "ident": self.mark(request)}


class ByAddress(_SignInThrottle):
    """Guesses from one place."""

    scope = "sign-in"

    def mark(self, request: Request) -> str:
        return self.get_ident(request)


class ByAccount(_SignInThrottle):
    """Guesses at one account, wherever they come from."""

    scope = "sign-in-account"

    def mark(self, request: Request) -> str:
        body: Any = request.data
        named = str(body.get("email", "")).strip().lower()
        return sha256(named.encode()).hexdigest()


@extend_schema_serializer(
    examples=[OpenApiExample("Sign in", {"email": "lena@example.org", "password": "correct horse"})]
)
class Credentials(Input):
    email = Address(max_length=SHORT)
    password = Text(max_length=SHORT, trim_whitespace=False)
    code = Text(
        required=False,
        max_length=SHORT,
        help_text="Of the authenticator app, or a recovery code, where a second factor is set up.",
    )


class TokenSerializer(serializers.Serializer[Token]):
    """Send it as `Authorization: Bearer <token>`."""

    token = serializers.CharField(source="key", read_only=True)
    ends_at = serializers.SerializerMethodField()

    def get_ends_at(self, token: Token) -> datetime:
        return ends_at(token)


class ObtainToken(RestView):
    """Exchange an e-mail address and a password for a token; the one before it ends."""

    policy = open_to_all
    authentication_classes = ()
    throttle_classes = (ByAddress, ByAccount)
    takes, shows = Credentials, TokenSerializer
    success = 201
    pagination_class = None

    def post(self, request: Request) -> Response:
        given = self.given()
        person = authenticate(request, username=given["email"], password=given["password"])
        if not isinstance(person, User):
            raise UnknownPair()
        if has_second_factor(person) and not proves_second_factor(person, given.get("code", "")):
            raise SecondFactorAsked()
        return self.shown(_renew(person))


@transaction.atomic
def _renew(person: User) -> Token:
    Token.objects.filter(user=person).delete()
    record("token.obtained", person, by=person)
    return Token.objects.create(user=person)


class EndToken(RestView):
    """End one's token at once, whichever way one is signed in."""

    policy = signed_in
    success = 204
    takes = Nothing
    pagination_class = None

    def delete(self, request: Request) -> Response:
        _end(self.person)
        return self.shown(None)


@transaction.atomic
def _end(person: User) -> None:
    ended, _ = Token.objects.filter(user=person).delete()
    if ended:
        record("token.ended", person, by=person)
