"""pytest plugin: a PostgreSQL and a broker for this test run alone, gone with it.

Loaded by `-p` in pyproject.toml, because settings are read before any conftest. Processes of
pytest-xdist inherit the services and get a database and a broker number each.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from config import dev_services, processes
from config.services.errors import ServicesUnavailable

CHECKOUT = Path(__file__).resolve().parents[1]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    options = early_config.known_args_namespace
    if not (options.help or options.version or options.collectonly):
        start_services()
    yield


def start_services() -> None:
    """Set DATABASE_URL and REDIS_URL, unless the environment brings servers of its own."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None and not {"DATABASE_URL", "REDIS_URL"} <= os.environ.keys():
        try:
            urls = dev_services.join_throwaway(CHECKOUT)
        except ServicesUnavailable as problem:
            raise pytest.UsageError(str(problem)) from None
        os.environ |= {"DATABASE_URL": urls.database, "REDIS_URL": urls.redis}
    elif worker and os.environ["REDIS_URL"].startswith("unix:"):
        os.environ["REDIS_URL"] += f"?db={1 + int(worker.removeprefix('gw')) % 15}"


@pytest.fixture
def celery_workers(transactional_db: None) -> Iterator[None]:
    """Real Celery workers on the test database; use `.delay()` as the site does."""
    from django.db import connection

    settings = connection.settings_dict
    host = quote(settings["HOST"], safe="")
    url = f"postgresql://{settings['USER']}@/{settings['NAME']}?host={host}"
    if settings["PASSWORD"] or settings["PORT"]:
        secret = quote(settings["PASSWORD"], safe="")
        address = f"{settings['HOST']}:{settings['PORT'] or 5432}"
        url = f"postgresql://{settings['USER']}:{secret}@{address}/{settings['NAME']}"
    with processes.workers(2, DATABASE_URL=url):
        yield
