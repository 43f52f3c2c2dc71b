"""One's own data, and being erased."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.rights.services import erase_person, take_out
from competency.accounts.models import User
from competency.foundation.errors import NotAllowed
from competency.programs.access import signed_in
from competency.rest.fields import SHORT, Input, Text
from competency.rest.schema import example
from competency.rest.views import RestView


class OwnDataSerializer(serializers.Serializer[Any]):
    """Everything kept of oneself; other people's identities are left out. Files come with the ZIP
    on the site alone."""

    schema = serializers.CharField()
    taken_at = serializers.DateTimeField()
    account = serializers.DictField()
    roles = serializers.ListField(child=serializers.DictField())
    places = serializers.ListField(child=serializers.DictField())
    attempts = serializers.ListField(child=serializers.DictField())
    appeals = serializers.ListField(child=serializers.DictField())
    certificates = serializers.ListField(child=serializers.DictField())
    complaints = serializers.ListField(child=serializers.DictField())
    consents = serializers.ListField(child=serializers.DictField())
    reviews_given = serializers.ListField(child=serializers.DictField())
    adjudications_given = serializers.ListField(child=serializers.DictField())
    sign_in = serializers.ListField(child=serializers.DictField())
    signed_in_from = serializers.ListField(child=serializers.DictField())
    invitations = serializers.ListField(child=serializers.DictField())
    notifications = serializers.ListField(child=serializers.DictField())
    choices = serializers.ListField(child=serializers.DictField())
    practice = serializers.ListField(child=serializers.DictField())
    sharing = serializers.ListField(child=serializers.DictField())
    conflicts = serializers.ListField(child=serializers.DictField())
    set_up = serializers.ListField(child=serializers.DictField())
    erasures = serializers.ListField(child=serializers.DictField())
    sittings = serializers.ListField(child=serializers.DictField())
    hours = serializers.ListField(child=serializers.DictField())
    supervised = serializers.ListField(child=serializers.DictField())
    cases = serializers.ListField(child=serializers.DictField())
    licenses = serializers.ListField(child=serializers.DictField())
    harm_judged = serializers.ListField(child=serializers.DictField())
    opinions_given = serializers.ListField(child=serializers.DictField())
    acts = serializers.ListField(child=serializers.DictField())


class TakeOut(RestView):
    """Take out everything kept of oneself. It is on record, so it is asked for by POST."""

    policy = signed_in
    model = User
    shows = OwnDataSerializer
    pagination_class = None
    conflicts = True

    def post(self, request: Request) -> Response:
        self.given()
        return Response(take_out(by=self.person))


@extend_schema_serializer(examples=[example("Erase me", {"password": "correct-horse-battery"})])
class Password(Input):
    password = Text(max_length=SHORT, trim_whitespace=False, write_only=True)


class EraseMe(RestView):
    """Be erased, for good. Asks for the password; whoever has none does it on the site."""

    policy = signed_in
    model = User
    takes = Password
    pagination_class = None
    throttle_scope = "sign-in"
    conflicts = True

    def post(self, request: Request) -> Response:
        if not self.person.check_password(self.given()["password"]):
            raise NotAllowed("This is not your password. Without one, be erased on the site.")
        erase_person(self.person, by=self.person)
        return Response(status=204)
