from django.apps import AppConfig


class CompetencyConfig(AppConfig):
    """Who is assessed, against what, and what follows."""

    name = "competency"
    default_auto_field = "django.db.models.BigAutoField"
