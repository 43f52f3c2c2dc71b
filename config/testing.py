"""pytest plugin: a PostgreSQL and a broker for this test run alone, gone with it.

Loaded by `-p` in pyproject.toml, because settings are read before any conftest. Processes of
pytest-xdist inherit the services and get a database and a broker number each.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from config import dev_services, migrated_template, processes
from config.services.errors import ServicesUnavailable

CHECKOUT = Path(__file__).resolve().parents[1]
DUMPS = CHECKOUT / ".run" / "migrated"


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
        if template := migrated_template.prepare(CHECKOUT, urls.database, DUMPS):
            os.environ["TEST_DATABASE_TEMPLATE"] = template
    elif worker and os.environ["REDIS_URL"].startswith("unix:"):
        os.environ["REDIS_URL"] += f"?db={1 + int(worker.removeprefix('gw')) % 15}"


@pytest.fixture
def celery_workers(transactional_db: None, tmp_path: Path) -> Iterator[Path]:
    """Real Celery workers on the test database, and where they write their log."""
    from django.db import connection

    url = _url(connection.settings_dict)
    with processes.workers(2, logs=tmp_path, DATABASE_URL=url, LOG_LEVEL="INFO"):
        yield tmp_path / "worker.log"


def _url(database: dict[str, Any]) -> str:
    """The URL of a database in Django's settings; the host may be a folder of sockets."""
    user, password, name, host = (
        quote(database[part], safe="") for part in ("USER", "PASSWORD", "NAME", "HOST")
    )
    port = f"&port={database['PORT']}" if database["PORT"] else ""
    return f"postgresql://{user}:{password}@/{name}?host={host}{port}"
