"""The embedded PostgreSQL."""

import shutil
import signal
from pathlib import Path
from urllib.parse import quote

import psycopg

from config.services.programs import postgres_programs
from config.services.server import Server

NAME = "credence"
NO_DURABILITY = ("fsync", "synchronous_commit", "full_page_writes")


class Postgres(Server):
    name = "postgres"
    # Fast shutdown (clients are dropped, data is written), then immediate.
    stop_signals = (signal.SIGINT, signal.SIGQUIT)

    @property
    def sockets(self) -> Path:
        return self.home.sockets()

    @property
    def url(self) -> str:
        return f"postgresql://{NAME}@/{NAME}?host={quote(str(self.sockets), safe='')}"

    def prepare(self) -> None:
        self.make_folder(self.sockets)
        # A left-over names a process id that may be someone else's by now.
        for stale in self.sockets.glob(".s.PGSQL.*"):
            stale.unlink()
        if not self.data.exists():
            self._initialise()
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def command(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "120",
            "timezone": "UTC",
        }
        if self.throwaway:
            settings |= dict.fromkeys(NO_DURABILITY, "off")
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(self._program("postgres")), "-D", str(self.data), *options]

    def answers(self) -> bool:
        try:
            self._create_database()
        except psycopg.OperationalError:
            return False
        return True

    def _create_database(self) -> None:
        url = self.url.replace(f"/{NAME}?", "/postgres?")
        with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
            row = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
            if not row.fetchone():
                connection.execute(f"CREATE DATABASE {NAME}")

    def _initialise(self) -> None:
        """Make the data folder whole or not at all: a half-made one could never start."""
        unfinished = self.data.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        self.make_folder(unfinished)
        self.run(
            str(self._program("initdb")),
            f"--pgdata={unfinished}",
            f"--username={NAME}",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--locale=C",
            "--builtin-locale=C.UTF-8",
            *(["--no-sync"] if self.throwaway else []),
        )
        unfinished.rename(self.data)

    def _program(self, name: str) -> Path:
        return postgres_programs(self.home, self.account) / name
