"""Versions of Standards."""

from competency.decisions.contents import standard_content
from competency.decisions.models import StandardVersion
from competency.decisions.services import publish_standard
from competency.rest.versions import (
    OfVersions,
    PublishVersion,
    RetireVersion,
    VersionDetail,
    VersionList,
)


class OfStandards(OfVersions):
    model = StandardVersion
    content = "standard"
    joins = ("standard",)
    written = staticmethod(standard_content)
    publish = staticmethod(publish_standard)


class StandardList(OfStandards, VersionList):
    """Versions of Standards."""


class StandardDetail(OfStandards, VersionDetail):
    """One of them with its content."""


class PublishStandard(OfStandards, PublishVersion):
    """Publish a draft: complete or not at all, and frozen from then on."""


class RetireStandard(OfStandards, RetireVersion):
    """Retire it: what was scored with it stands, nothing new uses it."""
