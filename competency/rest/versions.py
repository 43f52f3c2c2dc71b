"""What is drafted, published, frozen and retired: the same resource for every kind of content."""

from operator import attrgetter
from types import ModuleType
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import URLPattern, path
from rest_framework import serializers

from competency.accounts.models import User
from competency.frameworks.services import retire_version
from competency.frameworks.states import VersionState
from competency.frameworks.versions import Version, VersionQuerySet
from competency.programs.access import requires
from competency.programs.roles import Permission
from competency.rest.fields import Nothing, Reason
from competency.rest.views import ActView, DetailView, ListView, RestView, Shows


class VersionSerializer(serializers.Serializer[Version]):
    """One numbered version of a piece of content."""

    id = serializers.UUIDField(read_only=True)
    program = serializers.UUIDField(source="program_id", read_only=True)
    code = serializers.SerializerMethodField()
    title = serializers.SerializerMethodField()
    number = serializers.IntegerField(read_only=True)
    state = serializers.ChoiceField(VersionState.choices, read_only=True)
    shared = serializers.SerializerMethodField()
    content_hash = serializers.CharField(read_only=True, allow_blank=True)
    published_at = serializers.DateTimeField(read_only=True, allow_null=True)
    retired_at = serializers.DateTimeField(read_only=True, allow_null=True)

    def _content(self, version: Version) -> Any:
        return attrgetter(self.context["view"].content.replace("__", "."))(version)

    def get_code(self, version: Version) -> str:
        return self._content(version).code

    def get_title(self, version: Version) -> str:
        return self._content(version).title

    def get_shared(self, version: Version) -> bool:
        return self._content(version).shared


class VersionDetailSerializer(VersionSerializer):
    """A version with its whole content: what `content_hash` covers once it is published."""

    content = serializers.SerializerMethodField()

    def get_content(self, version: Version) -> dict[str, Any]:
        return self.context["view"].written(version)


class VersionFilter(django_filters.FilterSet):
    code = django_filters.CharFilter(method="of_code")
    state = django_filters.ChoiceFilter(choices=VersionState.choices)

    def of_code(self, rows: QuerySet[Any], name: str, code: str) -> QuerySet[Any]:
        content = self.request.parser_context["view"].content
        return rows.filter(**{f"{content}__code": code})


class OfVersions(RestView):
    """Subclasses name the model, the foreign key to its content and how it is written out."""

    policy = requires(Permission.CONTENT_VIEW)
    shows: Shows = VersionSerializer
    content: str
    joins: tuple[str, ...] = ()
    written: Any  # how a version is written out: a function of it
    publish: Any  # the service that publishes it

    def rows(self, person: User) -> QuerySet[Any]:
        manager: Any = self.model._default_manager
        versions: VersionQuerySet = manager.visible_to(person)
        return versions.select_related(*self.joins)


class VersionList(OfVersions, ListView):
    """Versions of one's own programs, and published ones that others share."""

    filterset_class: type | None = VersionFilter


class VersionDetail(OfVersions, DetailView):
    """One version with its content."""

    shows = VersionDetailSerializer


class PublishVersion(OfVersions, ActView):
    """Publish a draft: complete or not at all, and frozen from then on."""

    policy = requires(Permission.CONTENT_PUBLISH)
    takes = Nothing

    def act(self, subject: Version, **given: Any) -> None:
        type(self).publish(subject, by=self.person)


class RetireVersion(OfVersions, ActView):
    """Retire a published version: what was scored with it stands, nothing new uses it."""

    policy = requires(Permission.CONTENT_PUBLISH)
    takes = Reason

    def act(self, subject: Version, **given: Any) -> None:
        retire_version(subject, **given, by=self.person)


def versioned(kind: str, resource: ModuleType) -> list[URLPattern]:
    """The addresses of one kind of content: list, detail, publish, retire."""
    name = "".join(part.capitalize() for part in kind.split("-"))
    views = {
        f"{kind}s/": (f"{name}List", f"{kind}s"),
        f"{kind}s/<uuid:pk>/": (f"{name}Detail", kind),
        f"{kind}s/<uuid:pk>/publish/": (f"Publish{name}", f"{kind}-publish"),
        f"{kind}s/<uuid:pk>/retire/": (f"Retire{name}", f"{kind}-retire"),
    }
    return [
        path(route, getattr(resource, view).as_view(), name=f"api-{named}")
        for route, (view, named) in views.items()
    ]
