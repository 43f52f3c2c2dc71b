"""A developer's machine, and the demo. Servers come from wheels unless the environment names some.

An environment that names both DATABASE_URL and REDIS_URL embeds nothing.
"""

import sys

from config import dev_services
from config.environment import DEVELOPMENT_SEALING_KEY, LOG_LEVELS, broker_url
from config.observability import configure_logging
from config.services.errors import ServicesUnavailable
from config.settings import stores
from config.settings.base import *  # noqa: F403
from config.settings.base import BASE_DIR, RUN_DIR, variables


def _embedded() -> dev_services.Urls:
    try:
        return dev_services.join(BASE_DIR)
    except ServicesUnavailable as problem:
        sys.exit(str(problem))


_named = variables.is_set("DATABASE_URL") and variables.is_set("REDIS_URL")
_urls = dev_services.Urls(database="", redis="") if _named else _embedded()

DEBUG = variables.flag("DEBUG", default=True)
SECRET_KEY = variables.text("SECRET_KEY", "django-insecure-only-for-development")
SEALING_KEY = variables.sealing_key("SEALING_KEY", DEVELOPMENT_SEALING_KEY)
SEALING_KEY_FALLBACKS = variables.sealing_keys("SEALING_KEY_FALLBACKS")
ALLOWED_HOSTS = variables.names("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = variables.origins("CSRF_TRUSTED_ORIGINS")
LOGGING = configure_logging(variables.choice("LOG_LEVEL", "INFO", LOG_LEVELS), readable=True)

DATABASES = stores.databases(variables, _urls.database)
REDIS_URL = variables.redis("REDIS_URL", _urls.redis)
CACHES = stores.caches(REDIS_URL)
CELERY_BROKER_URL = broker_url(REDIS_URL)

# Nothing leaves this machine: each message becomes a file.
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = RUN_DIR / "mail"
SECOND_FACTOR_REQUIRED = variables.flag("SECOND_FACTOR_REQUIRED")
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # no TLS here
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

variables.check()
