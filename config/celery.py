"""The Celery application. Its settings are Django settings that begin with CELERY_."""

import os
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django_structlog.celery.steps import DjangoStructLogInitStep

from config.alive import Touching

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

SITE = Path(__file__).resolve().parents[1]
APPS = ("competency", "assessments")


def packages_with_tasks() -> list[str]:
    """Celery looks for tasks in apps; ours lie one level deeper."""
    found = (path.parent for app in APPS for path in sorted(SITE.glob(f"{app}/*/tasks.py")))
    return [f"{package.parent.name}.{package.name}" for package in found]


@setup_logging.connect
def keep_django_logging(**_: Any) -> None:
    """Connected so that Celery leaves logging to LOGGING; it need not do anything."""


app = Celery("credence")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(packages_with_tasks)
app.steps["worker"].update({DjangoStructLogInitStep, Touching})
