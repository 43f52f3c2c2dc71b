"""What every view of the interface is: parse, call one service, render."""

from datetime import UTC
from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.mixins import ListModelMixin
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from competency.accounts.models import User
from competency.programs.access import Policies
from competency.rest.fields import Nothing
from competency.rest.pagination import PAGING

Shows = type[BaseSerializer[Any]] | None


class RestView(GenericAPIView[Any]):
    """States who may come (`policy`), which rows they find, what is taken and what is shown."""

    policy: Policies
    model: type[Model]
    shows: Shows = None
    takes: type[BaseSerializer[Any]] = Nothing
    success: int = 200
    conflicts: bool = False  # whether it can be refused for the state of things

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with timezone.override(UTC):  # programs read the answers, not people in a zone
            return super().dispatch(request, *args, **kwargs)

    def finalize_response(self, *args: Any, **kwargs: Any) -> Response:
        response: Response = super().finalize_response(*args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store")  # cases, answers, people
        return response

    def rows(self, person: User) -> QuerySet[Any]:
        """The rows that this person may meet here."""
        raise NotImplementedError

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return self.model._default_manager.none()
        return self.rows(self.person)

    @property
    def person(self) -> User:
        assert isinstance(self.request.user, User)  # noqa: S101 - the policy saw to it
        return self.request.user

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        return self.shows or Nothing

    def given(self) -> dict[str, Any]:
        """The body, checked; raises a problem that names every field at fault."""
        taken = self.takes(data=self.request.data, context=self.get_serializer_context())
        taken.is_valid(raise_exception=True)
        return dict(taken.validated_data)

    def shown(self, subject: Any) -> Response:
        if self.shows is None:
            return Response(status=204)
        data = self.shows(subject, context=self.get_serializer_context()).data
        return Response(data, status=self.success)


class ListView(ListModelMixin, RestView):
    """GET a page of rows."""

    filterset_class: type | None = None

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        self.check_query(request)
        return self.list(request, *args, **kwargs)

    def check_query(self, request: Request) -> None:
        """A misspelt or empty filter would quietly show everything."""
        known = {*PAGING, *getattr(self.filterset_class, "base_filters", ())}
        faults = {
            name: ErrorDetail("This name is not known here.", "unknown")
            if name not in known
            else ErrorDetail("This may not be empty.", "blank")
            for name, value in request.query_params.items()
            if name not in known or not value
        }
        if faults:
            raise ValidationError({name: [fault] for name, fault in faults.items()})


class DetailView(RestView):
    """GET one row."""

    pagination_class: type[BasePagination] | None = None

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.shown(self.get_object())


class ActView(RestView):
    """POST an act on one row: one call of one service."""

    pagination_class: type[BasePagination] | None = None
    conflicts: bool = True

    def act(self, subject: Any, **given: Any) -> Any:
        """Do it. What is returned is shown in place of the row, unless it is None."""
        raise NotImplementedError

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        subject = self.get_object()
        return self.shown(self.act(subject, **self.given()) or subject)
