from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    """How evidence is produced and judged."""

    name = "assessments"
    default_auto_field = "django.db.models.BigAutoField"
