"""What the environment says, read once, validated whole, refused in words."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.db import OperationalError
from psycopg.conninfo import conninfo_to_dict

SHORTEST_SECRET = 50
SHORTEST_TOKEN = 32
SEALING_KEY_BYTES = 32
DEVELOPMENT_SEALING_KEY = base64.urlsafe_b64encode(b"insecure-development-sealing-key").decode()
TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"", "0", "false", "no", "off"})
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
REDIS_SCHEMES = ("redis", "rediss", "unix")
DATABASE_FIELDS = {
    "dbname": "NAME",
    "user": "USER",
    "password": "PASSWORD",
    "host": "HOST",
    "port": "PORT",
}


class InvalidEnvironment(SystemExit):
    """Variables that cannot be used. Ends the program with the list, not with a traceback."""

    def __init__(self, problems: list[str]) -> None:
        listed = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(f"Credence cannot start with this environment:\n{listed}")


@dataclass
class Variables:
    """Reads variables and remembers everything that is wrong with them."""

    values: Mapping[str, str]
    problems: list[str] = field(default_factory=list)

    def is_set(self, name: str) -> bool:
        return bool(self.values.get(name, "").strip())

    def text(self, name: str, default: str | None = None) -> str:
        value = self.values.get(name, "").strip()
        if not value and default is None:
            self.problems.append(f"{name} is not set.")
        return value or default or ""

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.values.get(name, "on" if default else "off").strip().lower()
        if value not in TRUE | FALSE:
            self.problems.append(f"{name} is '{value}'; write 'on' or 'off'.")
        return value in TRUE

    def number(self, name: str, default: int, *, least: int, most: int) -> int:
        value = self.text(name, str(default))
        if not value.isdecimal() or not least <= int(value) <= most:
            self.problems.append(f"{name} is '{value}'; write a number from {least} to {most}.")
            return default
        return int(value)

    def choice(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        value = self.text(name, default).upper()
        if value not in choices:
            self.problems.append(f"{name} is '{value}'; write one of {', '.join(choices)}.")
        return value

    def names(self, name: str, default: str | None = None) -> list[str]:
        return [part.strip() for part in self.text(name, default).split(",") if part.strip()]

    def origins(self, name: str) -> list[str]:
        origins = self.names(name, "")
        for origin in origins:
            if not re.fullmatch(r"https?://[^/\s]+", origin):
                self.problems.append(f"{name} has '{origin}'; write it like https://example.org.")
        return origins

    def database(self, name: str, default: str | None = None) -> dict[str, Any]:
        url = self.text(name, default)
        try:
            return database_settings(url)
        except ValueError as problem:
            if url:
                self.problems.append(f"{name} {problem}")
            return {}

    def redis(self, name: str, default: str | None = None) -> str:
        url = self.text(name, default)
        if url and not _is_redis_url(url):
            self.problems.append(
                f"{name} is not a Redis URL such as redis://user:password@host:6379/0."
            )
        return url

    def secret(self, name: str) -> str:
        value = self.text(name)
        if value and (len(value) < SHORTEST_SECRET or "insecure" in value):
            self.problems.append(
                f"{name} can be guessed; use {SHORTEST_SECRET} random characters or more."
            )
        return value

    def sealing_key(self, name: str, default: str | None = None) -> str:
        """The key that wraps every person's own key: 32 random bytes in URL-safe base64."""
        value = self.text(name, default)
        if value:
            self._check_sealing_key(name, value, development=default is not None)
        return value

    def sealing_keys(self, name: str) -> list[str]:
        """Earlier ones, with commas, while a new one comes in."""
        values = self.names(name, "")
        for value in values:
            self._check_sealing_key(name, value, development=True)
        return values

    def _check_sealing_key(self, name: str, value: str, *, development: bool) -> None:
        try:
            key = base64.urlsafe_b64decode(value)
        except ValueError:
            key = b""
        if len(key) != SEALING_KEY_BYTES:
            self.problems.append(f"{name} is not {SEALING_KEY_BYTES} bytes in URL-safe base64.")
        elif b"insecure" in key and not development:
            self.problems.append(f"{name} is the development key; draw one of your own.")

    def refuse(self, name: str, reason: str) -> None:
        self.problems.append(f"{name} {reason}")

    def check(self) -> None:
        if self.problems:
            raise InvalidEnvironment(self.problems)


def database_settings(url: str) -> dict[str, Any]:
    """Django's settings for a PostgreSQL URL. Never repeats the URL, which holds a password."""
    if not url.startswith(("postgresql://", "postgres://")):
        raise ValueError("is not a URL such as postgresql://user:password@host:5432/credence.")
    try:
        parts = conninfo_to_dict(url)
    except (psycopg.ProgrammingError, UnicodeDecodeError):
        raise ValueError(
            "is broken. Write postgresql://user:password@host:5432/credence, with % signs and "
            "the like inside a password percent-encoded."
        ) from None
    if not parts.get("dbname"):
        raise ValueError("names no database; end it with /credence.")
    port = str(parts.get("port") or "")
    if port and not (port.isdecimal() and 0 < int(port) < 65536):
        raise ValueError(f"has the port '{port}', which is not a port number.")
    named = {theirs: parts.pop(ours, None) or "" for ours, theirs in DATABASE_FIELDS.items()}
    return {"ENGINE": "django.db.backends.postgresql", **named, "OPTIONS": parts}


def broker_url(redis_url: str) -> str:
    """Kombu's spelling of a Redis URL: the same, but for sockets."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    database = re.search(r"db=(\d+)", parts.query)
    return f"redis+socket://{parts.path}?virtual_host={database[1] if database else 0}"


def _is_redis_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    if parts.scheme not in REDIS_SCHEMES:
        return False
    return bool(parts.path) if parts.scheme == "unix" else bool(parts.hostname) and port != 0


def explain_connection_failure(problem: OperationalError) -> str | None:
    """Words for a database that cannot be reached or entered; None for any other failure."""
    state = getattr(problem.__cause__, "sqlstate", None)
    if state is not None and not state.startswith(("08", "28", "3D", "57P03")):
        return None
    reason = str(problem).strip().replace("\n", "\n  ")
    return f"The database that DATABASE_URL names cannot be used:\n  {reason}"
