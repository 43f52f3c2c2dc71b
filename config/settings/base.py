"""Settings that hold everywhere. What differs is in dev, test and production."""

import logging
import os
from pathlib import Path
from typing import Any

from assessments.retention.rules import periods
from config.environment import Variables
from config.settings import accounts, stores
from config.settings.accounts import *  # noqa: F403
from config.settings.api import *  # noqa: F403
from config.settings.security import *  # noqa: F403
from config.settings.security import CONTENT_SECURITY_POLICY

BASE_DIR = Path(__file__).resolve().parents[2]
RUN_DIR = BASE_DIR / ".run"

variables = Variables(os.environ)

INSTALLED_APPS = [
    "assessments",
    "competency",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.forms",  # its field templates, which ours stand beside
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    *accounts.APPS,
    "csp",
    "django_filters",
    "django_htmx",
    "django_linear_migrations",
    "django_structlog",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "lucide",
    "pgtrigger",
    "rest_framework",
    "rest_framework.authtoken",
    "template_partials",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "competency.web.middleware.SameForEverybody",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "competency.web.middleware.ReadersZone",
    "competency.web.middleware.ClosedByDefault",
    "competency.web.middleware.SecondFactorFirst",
    "competency.web.middleware.RefusalsInWords",
    "competency.web.middleware.OnceMore",
    "assessments.web.watching.AuditorsAreNoted",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FIRST_PARTY_APPS = ["assessments", "competency"]  # for django-linear-migrations

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "competency.web.navigation.shell",
            ],
            "builtins": ["competency.web.tags"],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

AUTH_USER_MODEL = "competency.User"
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]

SOCIALACCOUNT_PROVIDERS, _sign_on_origin = accounts.single_sign_on(variables)
if _sign_on_origin:  # the form that leads there is followed by the browser across sites
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"].append(_sign_on_origin)

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SITE_URL = variables.text("SITE_URL", f"http://127.0.0.1:{variables.text('PORT', '8000')}").rstrip(
    "/"
)  # where verifiers find certificates

POSTGRES_PROGRAMS = stores.postgres_programs(variables)  # for backup and restore

# The paper on which certificates are drawn ahead of time; the other is drawn when asked for.
CERTIFICATE_PAPER = variables.choice("CERTIFICATE_PAPER", "A4", ("A4", "US-LETTER")).lower()

# Webhooks lead out into the world by https; a closed network may say otherwise.
WEBHOOK_ALLOW_HTTP = variables.flag("WEBHOOK_ALLOW_HTTP")
WEBHOOK_ALLOWED_NETWORKS = variables.names("WEBHOOK_ALLOWED_NETWORKS", "")

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True

DEFAULT_FROM_EMAIL = variables.text("MAIL_FROM", "Credence <no-reply@localhost>")

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]

CELERY_TASK_DEFAULT_QUEUE = "marking"
CELERY_TASK_CREATE_MISSING_QUEUES = False
CELERY_TASK_QUEUES: dict[str, Any] = {"marking": {}, "bulk": {}}
# Nobody sits and waits for these; what a person waits for keeps to the default queue.
CELERY_TASK_ROUTES: dict[str, Any] = {
    "*.sweep": {"queue": "bulk"},
    "competency.batches.tasks.*": {"queue": "bulk"},
    "assessments.sittings.tasks.*": {"queue": "bulk"},
    "*.remind": {"queue": "bulk"},
    "competency.audit.tasks.*": {"queue": "bulk"},
    "competency.integrity.tasks.*": {"queue": "bulk"},
    "competency.invitations.tasks.*": {"queue": "bulk"},
    "competency.notifications.tasks.*": {"queue": "bulk"},
    "competency.webhooks.tasks.*": {"queue": "bulk"},
    "competency.reports.tasks.*": {"queue": "bulk"},
}
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
# A task is done when it is finished, not when it is fetched: a killed worker loses nothing.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_TIME_LIMIT = 300
# Longer than any task may run, or the broker would hand a running task to a second worker.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    # A broker that is away or silent must not hold up the person whose act is saved already.
    "socket_timeout": 5,
    "socket_connect_timeout": 3,
}
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0.2, "interval_max": 0.5}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
# In memory: with short intervals there is nothing worth remembering.
CELERY_BEAT_SCHEDULER = "config.alive:Scheduler"
SWEEP_SECONDS = variables.number("SWEEP_SECONDS", 30, least=1, most=3600)
SWEEP_PATIENCE = variables.number("SWEEP_PATIENCE", 30, least=0, most=3600)  # seconds overdue
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "sweep-stuck-submissions": {
        "task": "assessments.workflow.tasks.sweep",
        "schedule": float(SWEEP_SECONDS),
    },
    "sweep-sittings": {
        "task": "assessments.sittings.tasks.sweep",
        "schedule": float(SWEEP_SECONDS),
    },
    "remind-before-sittings-open-and-close": {
        "task": "assessments.sittings.tasks.remind",
        "schedule": 600.0,
    },
    "sweep-unissued-certificates": {
        "task": "competency.certificates.tasks.sweep",
        "schedule": float(SWEEP_SECONDS),
    },
    "sweep-issuing-runs": {
        "task": "competency.batches.tasks.sweep",
        "schedule": float(SWEEP_SECONDS),
    },
    "sweep-unanswered-checks": {
        "task": "competency.integrity.tasks.sweep",
        "schedule": float(SWEEP_SECONDS),
    },
    "sweep-unmade-reports": {
        "task": "competency.reports.tasks.sweep",
        "schedule": float(SWEEP_SECONDS),
    },
    "make-scheduled-reports": {
        "task": "competency.reports.tasks.make_scheduled_reports",
        "schedule": 3600.0,
    },
    "apply-retention-rules": {
        "task": "assessments.retention.tasks.sweep",
        "schedule": 3600.0,
    },
    "forget-rosters": {
        "task": "competency.rosters.tasks.sweep",
        "schedule": 3600.0,
    },
    "sweep-unmailed-invitations": {
        "task": "competency.invitations.tasks.sweep",
        "schedule": float(SWEEP_SECONDS),
    },
    "sweep-unmailed-notifications": {
        "task": "competency.notifications.tasks.sweep",
        "schedule": float(SWEEP_SECONDS),
    },
    "sweep-undelivered-webhooks": {
        "task": "competency.webhooks.tasks.sweep",
        "schedule": float(SWEEP_SECONDS),
    },
    "remind-before-certificates-expire": {
        "task": "competency.certificates.tasks.remind",
        "schedule": 3600.0,
    },
    "render-certificates": {
        "task": "competency.renderings.tasks.sweep",
        "schedule": float(SWEEP_SECONDS),
    },
    "seal-audit-events": {
        "task": "competency.audit.tasks.seal",
        "schedule": 60.0,
    },
    "seal-audit-stragglers": {
        "task": "competency.audit.tasks.seal_stragglers",
        "schedule": 3600.0,
    },
}
for entry in CELERY_BEAT_SCHEDULE.values():
    # One that nobody ran until the next is sent is dropped: they must not pile up.
    entry["options"] = {"expires": entry["schedule"]}

# How long things are kept; the table says what, from when and why.
RETENTION_DAYS = {
    name: variables.number(name, period.days, least=period.least, most=period.most)
    for name, period in periods().items()
}

METRICS_TOKEN = variables.text("METRICS_TOKEN", "")  # opens /metrics; without one, only staff

DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False  # addresses are personal data; the proxy has them
# One line when a request or task ends says it all.
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_CELERY_TASK_START_LOG_LEVEL = logging.DEBUG
