"""Database, broker and cache, from DATABASE_URL and REDIS_URL."""

from typing import Any

from config.environment import Variables
from config.services.errors import ServicesUnavailable
from config.services.programs import postgres_clients

SMALLEST_POOL = 2
LARGEST_POOL = 8  # of each of 2 web processes with 16 threads
COMMAND_CONNECTION_SECONDS = 60


def databases(variables: Variables, default: str | None = None) -> dict[str, Any]:
    """A pool for the threaded web server; a lasting connection for every other process.

    Celery forks, and a pool would not survive that.
    """
    database = variables.database("DATABASE_URL", default)
    largest = variables.number("DATABASE_POOL_SIZE", LARGEST_POOL, least=1, most=100)
    pooled = variables.flag("DATABASE_POOL")
    if pooled:
        pool = {
            "min_size": min(SMALLEST_POOL, largest),
            "max_size": largest,
            "timeout": 5,
        }
        database["OPTIONS"] = database.get("OPTIONS", {}) | {"pool": pool}
    database["CONN_MAX_AGE"] = 0 if pooled else COMMAND_CONNECTION_SECONDS
    database["CONN_HEALTH_CHECKS"] = True
    return {"default": database}


def postgres_programs(variables: Variables) -> list[str]:
    """Where `pg_dump` and `pg_restore` are looked for before PATH: a named folder, or the wheel."""
    if variables.is_set("POSTGRES_PROGRAMS"):
        return [variables.text("POSTGRES_PROGRAMS")]
    try:
        return [str(postgres_clients())]
    except ServicesUnavailable:
        return []


def caches(redis_url: str) -> dict[str, Any]:
    backend = "django.core.cache.backends.redis.RedisCache"
    return {"default": {"BACKEND": backend, "LOCATION": redis_url, "KEY_PREFIX": "credence"}}
