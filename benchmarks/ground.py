"""A database and a broker number of our own, on durable services, gone when we are done."""

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
import psycopg
import redis
from psycopg import sql

SITE = Path(__file__).resolve().parents[1]
FOLDER = SITE / ".run" / "bench"
NAME = "credence_bench"
BROKER_NUMBER = 9


@contextmanager
def ground() -> Iterator[None]:
    """Django set up on an empty, migrated database with the durability of a real one."""
    with _alone():
        database, broker = _servers()
        os.environ |= {
            "DATABASE_URL": database.replace("/credence?", f"/{NAME}?"),
            "REDIS_URL": f"{broker}?db={BROKER_NUMBER}",
            "DJANGO_SETTINGS_MODULE": os.environ.get(
                "DJANGO_SETTINGS_MODULE", "config.settings.dev"
            ),
            "DEBUG": "off",
        }
        os.environ.setdefault("LOG_LEVEL", "WARNING")
        _database(database, create=True)
        try:
            with redis.Redis.from_url(os.environ["REDIS_URL"]) as server:
                server.flushdb()
                django.setup()
                _migrate()
                yield
                server.flushdb()
        finally:
            _leave(database)


@contextmanager
def _alone() -> Iterator[None]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit("Another `make bench` of this checkout is under way.")
        yield


def _servers() -> tuple[str, str]:
    """The servers that the environment names, or the checkout's own."""
    named = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
    if named[0] and named[1]:
        if "/credence?" not in named[0]:
            sys.exit("DATABASE_URL must be postgresql://user@/credence?host=…: we put ours beside.")
        return named[0], named[1].split("?")[0]
    from config import dev_services

    urls = dev_services.join(SITE)
    return urls.database, urls.redis


def _database(url: str, *, create: bool) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        name = sql.Identifier(NAME)
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        if create:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(name))


def _migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def _leave(database: str) -> None:
    from django.db import connections

    connections.close_all()
    _database(database, create=False)
