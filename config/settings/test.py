"""The test suite. The services are those that `config.testing` started, or none for type checks."""

from config.environment import DEVELOPMENT_SEALING_KEY, LOG_LEVELS, broker_url
from config.observability import configure_logging
from config.settings import stores
from config.settings.base import *  # noqa: F403
from config.settings.base import REST_FRAMEWORK, variables

SECRET_KEY = "django-insecure-only-for-tests"
SEALING_KEY = variables.sealing_key("SEALING_KEY", DEVELOPMENT_SEALING_KEY)
SEALING_KEY_FALLBACKS = variables.sealing_keys("SEALING_KEY_FALLBACKS")
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
LOGGING = configure_logging(variables.choice("LOG_LEVEL", "ERROR", LOG_LEVELS), readable=True)

DATABASES = stores.databases(variables, "postgresql:///credence")
if variables.is_set("TEST_DATABASE_TEMPLATE"):
    DATABASES["default"]["TEST"] = {"TEMPLATE": variables.text("TEST_DATABASE_TEMPLATE")}
REDIS_URL = variables.redis("REDIS_URL", "redis://localhost:6379/0")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CELERY_BROKER_URL = broker_url(REDIS_URL)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
WHITENOISE_AUTOREFRESH = True  # do not read every static file at start
REST_FRAMEWORK = REST_FRAMEWORK | {"DEFAULT_THROTTLE_CLASSES": []}

variables.check()
