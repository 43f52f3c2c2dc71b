"""What a cohort's figures take in the query: the same filters as the pages."""

from functools import cached_property
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

from assessments.figures.rows import Behind
from assessments.figures.scope import Scope
from assessments.figures.standings import Standing
from assessments.figures.waiting import KINDS
from competency.accounts.models import User
from competency.programs.access import requires
from competency.programs.models import Cohort
from competency.programs.roles import Permission
from competency.rest.pagination import PAGING
from competency.rest.views import RestView
from competency.rest.visible import cohorts_visible_to


class ScopeQuery(serializers.Serializer[Any]):
    """Which attempts are looked at. A period is of the days on which windows opened."""

    assessment = serializers.UUIDField(required=False)
    profile = serializers.UUIDField(required=False, help_text="A version of a scope profile.")
    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False)


class ScopeFilter(django_filters.FilterSet):
    """The same, for lists; `CohortView.scope` applies them."""

    assessment = django_filters.UUIDFilter(method="as_scoped")
    profile = django_filters.UUIDFilter(method="as_scoped")
    since = django_filters.DateFilter(method="as_scoped")
    until = django_filters.DateFilter(method="as_scoped")

    def as_scoped(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        return rows


class StandingFilter(ScopeFilter):
    """And which people; applied with the scope as well."""

    standing = django_filters.ChoiceFilter(choices=Standing.choices, method="as_scoped")
    flagged = django_filters.CharFilter(
        method="as_scoped", help_text="A competency’s code, or `options`: with a harm flag on it."
    )
    waits = django_filters.ChoiceFilter(
        choices=[(kind.name, kind.label) for kind in KINDS],
        method="as_scoped",
        help_text="For whom work of this kind waits.",
    )


class CohortView(RestView):
    """Something about one cohort of a program whose attempts one sees by name."""

    policy = requires(Permission.ATTEMPT_VIEW)

    names_people = True  # and then the reader's own record is left out

    def cohorts(self, person: User) -> QuerySet[Cohort]:
        return cohorts_visible_to(person)

    @cached_property
    def scope(self) -> Scope:
        """Raises a problem for a cohort that is absent or a filter at fault."""
        rows = self.cohorts(self.person).select_related("program")
        cohort = get_object_or_404(rows, pk=self.kwargs["pk"])
        known = {name: v for name, v in self.request.query_params.items() if name in QUERY}
        taken = ScopeQuery(data=known)
        taken.is_valid(raise_exception=True)
        reader = self.person if self.names_people else None
        return Scope(cohort.program, cohort, reader, **taken.validated_data)


QUERY = frozenset(ScopeQuery().fields)


def behind(request: Request) -> Behind:
    """Which people a list asks for."""
    get = request.query_params.get
    standing = get("standing")
    return Behind(
        [standing] if standing in Standing.values else [],
        flagged=get("flagged", "")[:20],
        waits=get("waits", ""),
    )


def only_known(request: Request) -> None:
    """A misspelt or empty filter would quietly show everything."""
    faults = {
        name: [
            ErrorDetail("This name is not known here.", "unknown")
            if name not in QUERY
            else ErrorDetail("This may not be empty.", "blank")
        ]
        for name, value in request.query_params.items()
        if (name not in QUERY and name not in PAGING) or not value
    }
    if faults:
        raise ValidationError(faults)
