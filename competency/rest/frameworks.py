"""Versions of competency frameworks."""

from competency.frameworks.contents import framework_content
from competency.frameworks.models import FrameworkVersion
from competency.frameworks.services import publish_framework
from competency.rest.versions import (
    OfVersions,
    PublishVersion,
    RetireVersion,
    VersionDetail,
    VersionList,
)


class OfFrameworks(OfVersions):
    model = FrameworkVersion
    content = "framework"
    joins = ("framework",)
    written = staticmethod(framework_content)
    publish = staticmethod(publish_framework)


class FrameworkList(OfFrameworks, VersionList):
    """Versions of competency frameworks."""


class FrameworkDetail(OfFrameworks, VersionDetail):
    """One of them with its content."""


class PublishFramework(OfFrameworks, PublishVersion):
    """Publish a draft: complete or not at all, and frozen from then on."""


class RetireFramework(OfFrameworks, RetireVersion):
    """Retire it: what was scored with it stands, nothing new uses it."""
