"""The WSGI callable of the web server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
# Only the threaded web server pools connections: a pool does not survive a fork, and Celery forks.
os.environ.setdefault("DATABASE_POOL", "on")

application = get_wsgi_application()
