"""The processes of docker-compose.yml on this machine, without containers: `make up`.

The commands, their order, the queues and the health checks are read from that file, so what is
tried here is what runs there. Settings and servers differ: those of development.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
from django.core.management.base import CommandError
from ruamel.yaml import YAML

from config.children import Child, ChildDied, Children, children
from config.processes import HOST, LOGS, PATIENCE, SITE, claim_port, port_from_environment

COMPOSE = SITE / "docker-compose.yml"
IMAGE = "credence"
MOST_WORKERS = 64


@dataclass(frozen=True)
class Part:
    """A process of the site, as the file has it."""

    name: str
    command: tuple[str, ...]
    health: tuple[str, ...]
    once: bool

    @property
    def is_celery_worker(self) -> bool:
        return "worker" in self.command


def parts() -> list[Part]:
    """The site's own processes; those that run once and end come first."""
    services = YAML(typ="safe").load(COMPOSE)["services"]
    found = [
        _part(name, service) for name, service in services.items() if service["image"] == IMAGE
    ]
    return sorted(found, key=lambda part: not part.once)


def _part(name: str, service: Mapping[str, Any]) -> Part:
    test = service["healthcheck"].get("test", ["CMD"])
    return Part(
        name=name,
        command=tuple(service["command"]),
        health=tuple(test[1:]),
        once=service["restart"] == "no",
    )


def start(family: Children, port: int, *, workers: int = 1, logs: Path = LOGS) -> None:
    """Start everything, each when what it needs is there, and wait until all are well."""
    begun: list[tuple[Part, Child, dict[str, str]]] = []
    for part, number in _replicas(workers):
        name = f"{part.name}-{number}" if number else part.name
        environment = {
            "DEBUG": "off",
            "GRANIAN_HOST": HOST,
            "GRANIAN_PORT": str(port),
            "ALIVE_FILE": str(logs / f"{name}.alive"),
        }
        logs.mkdir(parents=True, exist_ok=True)
        Path(environment["ALIVE_FILE"]).unlink(missing_ok=True)
        # A container's host name is its own; here they share one.
        own_name = [f"--hostname={name}@credence"] if part.is_celery_worker else []
        command = [*_here(part.command), *own_name]
        child = family.start(name, command, log=logs / f"{name}.log", **environment)
        if part.once:
            _await_end(family, child)
        else:
            begun.append((part, child, environment))
    for part, child, environment in begun:
        _await_health(part, child, environment)


def _replicas(workers: int) -> Iterator[tuple[Part, int]]:
    for part in parts():
        if part.name == "worker":
            yield from ((part, number) for number in range(1, workers + 1))
        else:
            yield part, 0


def _here(command: tuple[str, ...]) -> list[str]:
    return [sys.executable, *command[1:]]


def _await_end(family: Children, child: Child) -> None:
    if child.process.wait():
        child.check()  # raises, with the end of its log
    family.members.remove(child)


def _await_health(part: Part, child: Child, environment: Mapping[str, str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while _unwell(part, environment):
        child.check()
        if time.monotonic() > deadline:
            raise ChildDied(f"The {child.name} process does not become healthy.")
        time.sleep(0.2)


def _unwell(part: Part, environment: Mapping[str, str]) -> int:
    command = _here(part.health)
    return subprocess.run(command, cwd=SITE, env=os.environ | environment, check=False).returncode  # noqa: S603


def workers_from_environment() -> int:
    asked = os.environ.get("WORKERS") or "1"
    if not asked.isdecimal() or not 1 <= int(asked) <= MOST_WORKERS:
        raise CommandError(f"WORKERS is '{asked}'; write a number from 1 to {MOST_WORKERS}.")
    return int(asked)


def serve(port: int, *, workers: int = 1) -> None:
    """Everything until Ctrl-C or SIGTERM."""
    claim_port(port)
    try:
        with children() as family:
            start(family, port, workers=workers)
            names = ", ".join(child.name for child in family.members)
            print(f"Serving at http://{HOST}:{port} with {names} - Ctrl-C stops.", flush=True)
            family.watch()
    except KeyboardInterrupt:
        return


def main() -> None:
    try:
        port, workers = port_from_environment(), workers_from_environment()
        django.setup()  # joins the services, and so keeps them
        serve(port, workers=workers)
    except CommandError as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
