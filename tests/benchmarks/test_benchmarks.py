"""The measuring itself: what is counted, what is told. No figure is asserted."""

import json
from pathlib import Path

import pytest
from django.db import connection

from benchmarks import bare, journey
from benchmarks.__main__ import benchmarks
from benchmarks.figures import Figure, Result, Watch, as_markdown, save
from benchmarks.growth import CLONES, multiply
from benchmarks.measuring import Cost, Meter, counted, medians, percentile
from benchmarks.world import World, found
from competency.audit.models import AuditEvent
from competency.certificates.models import Certificate


def test_statements_are_counted(db: None) -> None:
    with counted() as sent, connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.execute("SELECT 2")

    assert sent == ["SELECT 1", "SELECT 2"]


def test_a_step_taken_twice_has_two_costs(db: None) -> None:
    meter = Meter()
    for _ in range(2):
        with meter.step("look"), connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.01)")

    assert [cost.statements for cost in meter.costs["look"]] == [1, 1]
    assert medians(meter.costs)["look"].wall > 0.01


def test_medians_and_percentiles() -> None:
    costs = [Cost(wall, wall / 2, 0.0, 3) for wall in (1.0, 9.0, 2.0)]

    assert medians({"look": costs})["look"] == Cost(2.0, 1.0, 0.0, 3)
    assert costs[0] + costs[1] == Cost(10.0, 5.0, 0.0, 6)
    assert percentile([3.0, 1.0, 2.0], 0.95) == 3.0
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0


def test_a_figure_is_a_ratio_to_what_was_measured_beside_it() -> None:
    assert Figure("a", 30.0, "ms", beside=10.0).ratio == 3.0
    assert Figure("a", 30.0, "ms").ratio is None


def test_results_are_told_to_people_and_to_machines(db: None, tmp_path: Path) -> None:
    with Watch(Result("look", "Looking")) as result:
        result.add("a look", 1234.5, "µs", beside=2.0, beside_what="µs, bare", target="small")

    told = as_markdown([result])
    assert "| a look | 1,234 µs | 2 µs, bare | 617 | small |" in told
    assert "load" in told

    kept = json.loads(save([result], tmp_path, quick=True).read_text())
    assert kept["quick"]
    assert kept["results"][0]["figures"][0]["ratio"] == 617.25
    assert set(kept["machine"]) >= {"cores", "python", "postgresql"}


def test_every_benchmark_has_a_name_of_its_own_and_both_sizes() -> None:
    names = [one.name for one in benchmarks()]

    assert len(set(names)) == len(names)
    assert all(set(one.quick) == set(one.full) for one in benchmarks())


@pytest.mark.django_db(transaction=True)
def test_a_journey_ends_with_a_certificate_and_can_be_multiplied() -> None:
    world: World = found()
    (attempt,) = world.sat(1)
    meter = journey.travel(world, [attempt])

    assert set(journey.LARGER_JOB) < set(meter.costs)
    assert Certificate.objects.get().state == "issued"

    rows = bare.rows_written(attempt.submissions.get(), 0)
    assert len(rows["assessments_rating"]) == 14
    (cost, _) = bare.insert_rows(rows, 2)
    assert cost.statements == sum(map(len, rows.values()))

    before = AuditEvent.objects.filter(subject_id=attempt.submissions.get().pk).count()
    acts = AuditEvent.objects.count()
    multiply([attempt.pk], 2, 3)
    assert Certificate.objects.count() == 3
    assert AuditEvent.objects.count() >= acts + 2 * before
    for clone in CLONES:
        assert clone.model._default_manager.count() >= 3
