"""The life of a version of anything that is published."""

from django.db import models

from competency.foundation.states import Owner, Transitions, by


class VersionState(models.TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"


VERSION: Transitions = {
    VersionState.DRAFT: {VersionState.PUBLISHED: by(Owner.AUTHOR)},
    VersionState.PUBLISHED: {VersionState.RETIRED: by(Owner.AUTHOR)},
    VersionState.RETIRED: {},
}
