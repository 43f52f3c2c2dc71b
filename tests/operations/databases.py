"""Databases beside the test's own, on the same server."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection
from psycopg import sql


@contextmanager
def on(database: str) -> Iterator[None]:
    """Within the block, this process works on another database."""
    own = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = own


def on_server(statement: str, *names: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@pytest.fixture
def empty_database(transactional_db: None) -> Iterator[str]:
    """The name of a database in which there is nothing."""
    name = f"restored_{uuid4().hex}"
    on_server("CREATE DATABASE {}", name)
    yield name
    drop(name)


def copied_database() -> str:
    """The name of a copy of the test's own database."""
    name = f"copied_{uuid4().hex}"
    connection.close()
    on_server("CREATE DATABASE {} TEMPLATE {}", name, connection.settings_dict["NAME"])
    return name


def drop(database: str) -> None:
    on_server("DROP DATABASE {} WITH (FORCE)", database)


def program(folder: Path, name: str, version: str, script: str = "exit 3") -> Path:
    """A program of PostgreSQL that says its version and then does what we want."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(
        f'#!/bin/sh\nif [ "$1" = --version ]; then echo "{name} {version}"; exit; fi\n{script}\n'
    )
    path.chmod(0o755)
    return path
