"""Versions of rubrics."""

from competency.frameworks.contents import rubric_content
from competency.frameworks.models import RubricVersion
from competency.frameworks.services import publish_rubric
from competency.rest.versions import (
    OfVersions,
    PublishVersion,
    RetireVersion,
    VersionDetail,
    VersionList,
)


class OfRubrics(OfVersions):
    model = RubricVersion
    content = "rubric"
    joins = ("rubric",)
    written = staticmethod(rubric_content)
    publish = staticmethod(publish_rubric)


class RubricList(OfRubrics, VersionList):
    """Versions of rubrics."""


class RubricDetail(OfRubrics, VersionDetail):
    """One of them with its content."""


class PublishRubric(OfRubrics, PublishVersion):
    """Publish a draft: complete or not at all, and frozen from then on."""


class RetireRubric(OfRubrics, RetireVersion):
    """Retire it: what was scored with it stands, nothing new uses it."""
