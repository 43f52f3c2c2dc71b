"""What people are asked to agree to."""

from django.db import models
from django.utils.translation import gettext_lazy


class Purpose(models.TextChoices):
    SITTING = "sitting", gettext_lazy("Being assessed, as the privacy notice says")
    PUBLIC_LEVELS = "public_levels", gettext_lazy("Levels on the public page of my certificates")
