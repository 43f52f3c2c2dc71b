"""What a benchmark found: figures, each beside what it is measured against."""

import json
import os
import platform
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import celery
import django
from django.db import connection

from benchmarks.measuring import fixed_loop


@dataclass(frozen=True)
class Figure:
    """A measured value; `target` is in words, `beside` is measured in the same run."""

    what: str
    value: float
    unit: str
    beside: float | None = None
    beside_what: str = ""
    target: str = ""

    @property
    def ratio(self) -> float | None:
        return self.value / self.beside if self.beside else None


@dataclass
class Result:
    """One benchmark: its figures, how long it took, and how fast the machine was meanwhile."""

    name: str
    title: str
    figures: list[Figure] = field(default_factory=list)
    seconds: float = 0.0
    loop_ms: tuple[float, float] = (0.0, 0.0)
    load: float = 0.0

    def add(self, what: str, value: float, unit: str, **beside: Any) -> None:
        self.figures.append(Figure(what, value, unit, **beside))


def say(line: str) -> None:
    """Tell whoever watches; not part of what was found."""
    print(f"  … {line}", file=sys.stderr, flush=True)


def machine() -> dict[str, str]:
    """What the figures were measured on, as far as it may be told."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        postgres = cursor.fetchone()[0]
    return {
        "cores": str(os.cpu_count()),
        "python": platform.python_version(),
        "django": django.get_version(),
        "celery": celery.__version__,
        "postgresql": postgres,
        "date": time.strftime("%Y-%m-%d"),
    }


def as_markdown(results: Sequence[Result]) -> str:
    lines = []
    for result in results:
        lines += [
            f"\n### {result.title}\n",
            _circumstances(result),
            "| what | measured | beside | ratio | target |",
            "| --- | --- | --- | --- | --- |",
        ]
        lines += [_row(figure) for figure in result.figures]
    return "\n".join(lines)


def _circumstances(result: Result) -> str:
    low, high = result.loop_ms
    loop = f"a fixed loop took {low:.0f} to {high:.0f} ms"
    return f"{result.seconds:.0f} s; {loop}; load {result.load:.1f}\n"


def _row(figure: Figure) -> str:
    beside = f"{_short(figure.beside)} {figure.beside_what}" if figure.beside else ""
    ratio = _short(figure.ratio) if figure.ratio is not None else ""
    value = f"{_short(figure.value)} {figure.unit}"
    return f"| {figure.what} | {value} | {beside} | {ratio} | {figure.target} |"


def _short(number: float | None) -> str:
    if number is None:
        return ""
    if number >= 1000 or number == int(number):
        return f"{number:,.0f}"
    return f"{number:.3g}"


def save(results: Sequence[Result], folder: Path, **about: Any) -> Path:
    """Write everything as JSON, under the time it was measured."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / time.strftime("%Y%m%d-%H%M%S.json")
    found = {
        "machine": machine(),
        **about,
        "results": [
            asdict(result)
            | {"figures": [asdict(row) | {"ratio": row.ratio} for row in result.figures]}
            for result in results
        ],
    }
    path.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    return path


class Watch:
    """Times a benchmark, and looks at the machine before and after."""

    def __init__(self, result: Result) -> None:
        self.result = result

    def __enter__(self) -> Result:
        self.began, self.loop = time.perf_counter(), fixed_loop()
        return self.result

    def __exit__(self, *_: object) -> None:
        loops = sorted((self.loop, fixed_loop()))
        self.result.loop_ms = (loops[0], loops[1])
        self.result.load = os.getloadavg()[0]
        self.result.seconds = time.perf_counter() - self.began
