"""Keys: how one scope profile scores one version of a vignette."""

import django_filters
from rest_framework import serializers

from assessments.vignettes.contents import key_content
from assessments.vignettes.models import Key
from assessments.vignettes.services import publish_key
from competency.rest.versions import (
    OfVersions,
    PublishVersion,
    RetireVersion,
    VersionDetail,
    VersionDetailSerializer,
    VersionFilter,
    VersionList,
    VersionSerializer,
)


class KeySerializer(VersionSerializer):
    """A version of a key. Code and title are its vignette's."""

    vignette = serializers.UUIDField(source="vignette_version_id", read_only=True)
    scope_profile = serializers.UUIDField(source="scope_profile_version_id", read_only=True)


class KeyDetailSerializer(VersionDetailSerializer, KeySerializer):
    """A key with what it says of every option."""


class KeyFilter(VersionFilter):
    vignette = django_filters.UUIDFilter(field_name="vignette_version_id")
    scope_profile = django_filters.UUIDFilter(field_name="scope_profile_version_id")


class OfKeys(OfVersions):
    model = Key
    shows = KeySerializer
    content = "vignette_version__vignette"
    joins = ("vignette_version__vignette", "scope_profile_version__profile")
    written = staticmethod(key_content)
    publish = staticmethod(publish_key)


class KeyList(OfKeys, VersionList):
    """Versions of keys, except those of vignettes that one sits oneself."""

    shows = KeySerializer
    filterset_class = KeyFilter


class KeyDetail(OfKeys, VersionDetail):
    """A key with what it says of every option."""

    shows = KeyDetailSerializer


class PublishKey(OfKeys, PublishVersion):
    """Publish a draft: complete or not at all, and frozen from then on."""


class RetireKey(OfKeys, RetireVersion):
    """Retire it: what was scored with it stands, nothing new uses it."""
