"""What it costs to leave a trail: each act beside a bare INSERT of the same row."""

from uuid import uuid4

from django.db import connection, transaction

from benchmarks.figures import Result
from benchmarks.measuring import Cost, Meter, median
from benchmarks.world import World
from competency.audit.models import AuditEvent
from competency.audit.services import record

COLUMNS = "at, action, actor_id, subject_type, subject_id, program_id, reason, request_id, detail"


def run(world: World, result: Result, *, count: int, rounds: int) -> None:
    meter = Meter()
    _make_table()
    for _ in range(rounds):
        with transaction.atomic(), meter.step("record"):
            for _ in range(count):
                record("bench.act", world.cast.program, by=world.cast.director, level=3)
        with transaction.atomic(), meter.step("bare"):
            _insert(world, count)
    ours, bare = (_each(meter.costs[name], count) for name in ("record", "bare"))
    for part, what in (("wall", "time"), ("client", "processor time here"),
                       ("server", "processor time in PostgreSQL")):  # fmt: skip
        result.add(
            f"an act on the record: {what}", getattr(ours, part) * 1e6, "µs",
            beside=getattr(bare, part) * 1e6, beside_what="µs, bare INSERT",
        )  # fmt: skip
    result.add("an act on the record: statements", ours.statements, "", beside=1, beside_what="")


def _each(costs: list[Cost], count: int) -> Cost:
    return Cost(
        median([cost.wall for cost in costs]) / count,
        median([cost.client for cost in costs]) / count,
        median([cost.server for cost in costs]) / count,
        round(median([cost.statements for cost in costs]) / count),
    )


def _make_table() -> None:
    table = AuditEvent._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare_act")
        cursor.execute(f"CREATE TABLE bare_act (LIKE {table} INCLUDING ALL)")


def _insert(world: World, count: int) -> None:
    program, actor = world.cast.program.pk, world.cast.director.pk
    with connection.cursor() as cursor:
        for _ in range(count):
            cursor.execute(
                f"INSERT INTO bare_act ({COLUMNS}) VALUES "  # noqa: S608
                "(now(), 'bench.act', %s, 'program', %s, %s, '', %s, '{\"level\": 3}')",
                [actor, program, program, uuid4().hex],
            )
