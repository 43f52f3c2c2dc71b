"""Versions of scope profiles."""

from competency.frameworks.contents import profile_content
from competency.frameworks.models import ScopeProfileVersion
from competency.frameworks.services import publish_scope_profile
from competency.rest.versions import (
    OfVersions,
    PublishVersion,
    RetireVersion,
    VersionDetail,
    VersionList,
)


class OfProfiles(OfVersions):
    model = ScopeProfileVersion
    content = "profile"
    joins = ("profile",)
    written = staticmethod(profile_content)
    publish = staticmethod(publish_scope_profile)


class ScopeProfileList(OfProfiles, VersionList):
    """Versions of scope profiles."""


class ScopeProfileDetail(OfProfiles, VersionDetail):
    """One of them with its content."""


class PublishScopeProfile(OfProfiles, PublishVersion):
    """Publish a draft: complete or not at all, and frozen from then on."""


class RetireScopeProfile(OfProfiles, RetireVersion):
    """Retire it: what was scored with it stands, nothing new uses it."""
