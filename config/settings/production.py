"""A public site, behind a proxy that ends TLS. Everything secret comes from the environment."""

from config.environment import LOG_LEVELS, SHORTEST_TOKEN, broker_url
from config.observability import configure_logging
from config.settings import stores
from config.settings.base import *  # noqa: F403
from config.settings.base import BASE_DIR, METRICS_TOKEN, REST_FRAMEWORK, variables

DEBUG = False
if variables.flag("DEBUG"):
    variables.refuse("DEBUG", "is on, which would show everyone the site's inside.")
SECRET_KEY = variables.secret("SECRET_KEY")
SEALING_KEY = variables.sealing_key("SEALING_KEY")
SEALING_KEY_FALLBACKS = variables.sealing_keys("SEALING_KEY_FALLBACKS")
SECRET_KEY_FALLBACKS = variables.names("SECRET_KEY_FALLBACKS", "")
ALLOWED_HOSTS = variables.names("ALLOWED_HOSTS")
if "*" in ALLOWED_HOSTS:
    variables.refuse("ALLOWED_HOSTS", "is '*'; name the site's hosts, parted by commas.")
if 0 < len(METRICS_TOKEN) < SHORTEST_TOKEN:
    variables.refuse("METRICS_TOKEN", f"is short; use {SHORTEST_TOKEN} random characters or more.")
CSRF_TRUSTED_ORIGINS = variables.origins("CSRF_TRUSTED_ORIGINS")
SITE_URL = variables.text("SITE_URL").rstrip("/")
if SITE_URL and not SITE_URL.startswith("https://"):
    variables.refuse("SITE_URL", "does not begin with https://; certificates carry it for years.")
LOGGING = configure_logging(variables.choice("LOG_LEVEL", "INFO", LOG_LEVELS), readable=False)

DATABASES = stores.databases(variables)
REDIS_URL = variables.redis("REDIS_URL")
CACHES = stores.caches(REDIS_URL)
CELERY_BROKER_URL = broker_url(REDIS_URL)

SECOND_FACTOR_REQUIRED = variables.flag("SECOND_FACTOR_REQUIRED", default=True)
if variables.is_set("MAIL_HOST"):
    EMAIL_HOST = variables.text("MAIL_HOST")
    EMAIL_PORT = variables.number("MAIL_PORT", 587, least=1, most=65535)
    EMAIL_HOST_USER = variables.text("MAIL_USER", "")
    EMAIL_HOST_PASSWORD = variables.text("MAIL_PASSWORD", "")
    EMAIL_USE_TLS = variables.flag("MAIL_TLS", default=True)
    EMAIL_TIMEOUT = 20

STATIC_ROOT = variables.text("STATIC_ROOT", str(BASE_DIR / "staticfiles"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = True
# Asked from inside the network, where TLS has ended.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True

if variables.flag("TRUST_PROXY"):  # only if the proxy sets or strips these headers itself
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    REST_FRAMEWORK = REST_FRAMEWORK | {"NUM_PROXIES": 1}
else:
    REST_FRAMEWORK = REST_FRAMEWORK | {"NUM_PROXIES": 0}

variables.check()
