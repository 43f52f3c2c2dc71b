"""Versions of vignettes, whole: for those who write and judge, never for those who sit."""

from assessments.vignettes.contents import vignette_content
from assessments.vignettes.models import VignetteVersion
from assessments.vignettes.services import publish_vignette
from competency.rest.versions import (
    OfVersions,
    PublishVersion,
    RetireVersion,
    VersionDetail,
    VersionList,
)


class OfVignettes(OfVersions):
    model = VignetteVersion
    content = "vignette"
    joins = ("vignette",)
    written = staticmethod(vignette_content)
    publish = staticmethod(publish_vignette)


class VignetteList(OfVignettes, VersionList):
    """Versions of vignettes, except those that one sits oneself."""


class VignetteDetail(OfVignettes, VersionDetail):
    """A vignette with every stage, item and model response."""


class PublishVignette(OfVignettes, PublishVersion):
    """Publish a draft: complete or not at all, and frozen from then on."""


class RetireVignette(OfVignettes, RetireVersion):
    """Retire it: what was scored with it stands, nothing new uses it."""
