"""A director's dashboard and one trainee's page with fifty trainees and with a thousand times as
many: how many statements, how long. Rows are made by SQL, after a few real ones."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.test import Client

from assessments.attempts.models import Attempt
from assessments.figures.dashboard import Dashboard
from assessments.figures.levels import rows_of
from assessments.figures.rows import Behind, people_behind
from assessments.figures.scope import Scope
from assessments.figures.standings import places_of
from benchmarks.figures import Result
from benchmarks.growth import CLONES, multiply
from benchmarks.journey import travel
from benchmarks.measuring import counted, median
from benchmarks.world import World
from competency.programs.models import Enrolment

LEFT_OUT = ("StageCommit", "Answer", "Score", "Citation", "ReportLine", "ReportStanding")
# No figure looks at what is left out.
SEEN = [clone for clone in CLONES if clone.model.__name__ not in LEFT_OUT]
ROWS_ON_A_PAGE = 20
# Results are released; levels differ from trainee to trainee; every 20th response was flagged.
VARIED = (
    "UPDATE assessments_attempt SET released_at = handed_in_at WHERE state = 'decided'",
    "UPDATE competency_decision SET composite = 1.5 + abs(hashtext(id::text)) % 250 / 100.0",
    "UPDATE competency_evidence SET value = 1.5 + abs(hashtext(id::text)) % 250 / 100.0",
    "UPDATE assessments_rating SET level = 1 + abs(hashtext(id::text)) % 4",
    "DELETE FROM assessments_harmflag",
    """
    INSERT INTO assessments_harmflag (id, created_at, submission_id, round, criterion_id, state,
                                      settled_at)
    SELECT gen_random_uuid(), now(), submission.id, 1, (
        SELECT criterion_id FROM assessments_rating LIMIT 1
    ), 'confirmed', now()
    FROM assessments_submission AS submission
    WHERE submission.state = 'marked' AND abs(hashtext(submission.id::text)) % 20 = 0
    """,
)


def run(world: World, result: Result, *, base: int, sizes: Sequence[int], rounds: int) -> None:
    attempts = world.sat(base)
    travel(world, attempts)
    copied = 1
    first: dict[str, tuple[float, int]] = {}
    for size in sizes:
        wanted = max(size // base, 1)
        if wanted > copied:
            multiply([each.pk for each in attempts], copied + 1, wanted, clones=SEEN)
            copied = wanted
        _vary()
        found = {name: _cost(look, rounds) for name, look in looks(world).items()}
        first = first or found
        for name, (seconds, statements) in found.items():
            beside = {"beside_what": f"with {sizes[0]:,}"}
            result.add(f"{name}, {size:,} trainees", seconds * 1e3, "ms",
                       beside=first[name][0] * 1e3, **beside)  # fmt: skip
            if statements != first[name][1] or size == sizes[-1]:
                result.add(f"{name}, {size:,} trainees: statements", statements, "",
                           beside=first[name][1], target="the same", **beside)  # fmt: skip


def looks(world: World) -> dict[str, Callable[[], Any]]:
    """Each figure by itself, then the pages as a browser gets them."""
    cast = world.cast
    scope = Scope(cast.program, cast.cohort, cast.director)
    client = Client(SERVER_NAME="localhost")
    client.force_login(cast.director)
    trainee = Enrolment.objects.filter(cohort=cast.cohort).order_by("pk")[0].trainee_id
    way = f"/cohorts/{cast.cohort.pk}"
    figures = ("progress", "overall", "columns", "months", "harm", "agreement", "work", "expiring")
    return {
        **{name: partial(_figure, scope, name) for name in figures},
        "a page of the heat map": lambda: rows_of(scope.decided()[:ROWS_ON_A_PAGE], []),
        "a page of people": lambda: places_of(
            scope, [row.pk for row in people_behind(scope, Behind(["certified"]))[:ROWS_ON_A_PAGE]]
        ),
        "the dashboard": lambda: _got(client, way),
        "the list of trainees": lambda: _got(client, f"{way}/trainees"),
        "a trainee’s page": lambda: _got(client, f"/trainees/{trainee}"),
    }


def _figure(scope: Scope, name: str) -> Any:
    return getattr(Dashboard(scope), name)


def _got(client: Client, path: str) -> bytes:
    response = client.get(path)
    if response.status_code != 200:
        raise RuntimeError(f"{path} answered {response.status_code}.")
    return response.content


def _cost(look: Callable[[], Any], rounds: int) -> tuple[float, int]:
    """Median seconds and statements of a look, after one that warms."""
    look()
    taken = []
    for _ in range(rounds):
        with counted() as statements:
            began = time.perf_counter()
            look()
            taken.append(time.perf_counter() - began)
    return median(taken), len(statements)


def _vary() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in VARIED:
            cursor.execute(statement)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    if not Attempt.objects.filter(released_at__isnull=False).exists():
        raise RuntimeError("Nothing is released; the figures would be empty.")
