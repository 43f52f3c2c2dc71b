"""A story of forty stages: published, sat to its end and told again from its rows."""

from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.attempts import services as attempts
from assessments.grading.services import score_submission
from assessments.instruments import services as instruments
from assessments.vignettes import services
from assessments.vignettes.contents import stages_of, story_of, vignette_content
from assessments.vignettes.items import score_path
from assessments.vignettes.rules import (
    StageShape,
    Story,
    find_loop,
    next_stage,
    path_bounds,
    reachable,
    replay,
    story_problems,
)
from assessments.vignettes.services import keyed_options
from competency.foundation.errors import DomainError
from tests import factories
from tests.factories import contents, submission_of, trainee_of

LENGTH = 40
LAST = LENGTH - 1
OPTIONS = ("calm", "wait", "flee")
WEIGHTS = {"calm": 3, "wait": 1, "flee": -2}
Stage = dict[str, Any]


def code(place: int) -> str:
    return f"s{place:02d}"


def stage(place: int) -> Stage:
    """Stage `place` of forty: every third one asks for a decision, which may skip a stage."""
    told: Stage = {"code": code(place), "title": f"Scene {place}", "narrative": [], "items": []}
    if place % 3 == 0 and place < LAST:
        ways = zip(OPTIONS, (1, 1, 2), strict=True)
        told["items"] = [
            {
                "code": f"decide-{place:02d}",
                "kind": "branch",
                "prompt": "What do you do?",
                "options": [
                    {"code": option, "text": option, "leads_to": code(min(place + step, LAST))}
                    for option, step in ways
                ],
            }
        ]
    elif place < LAST:
        told["next"] = code(place + 1)
    else:
        told["items"] = [contents.words_item("last-words", criteria=["C1", "C3", "D1"])]
    return told


def told(**changes: Stage) -> dict[str, Any]:
    stages = [stage(place) | changes.get(code(place), {}) for place in range(LENGTH)]
    return {"code": "LONG", "title": "Forty scenes", "version": 1, "stages": stages}


DECISIONS = [f"decide-{place:02d}" for place in range(0, LAST, 3)]


@pytest.fixture(scope="module")
def shared_vignette(shared_campus, django_db_blocker):
    with django_db_blocker.unblock():
        campus = shared_campus
        return factories.published_vignette(
            campus.program, campus.author, told(), rubric=campus.rubric
        )


@pytest.fixture
def vignette(shared_vignette, db):
    return shared_vignette


def story(version) -> Story:
    return story_of(stages_of(version))


def draft(campus, **changes: Stage):
    content = told(**changes) | {"code": "BROKEN"}
    return factories.drafted_vignette(campus.program, campus.author, content, rubric=campus.rubric)


# --- Publishing ---


def test_a_story_of_forty_stages_is_published(vignette):
    assert vignette.state == "published"
    assert len(vignette_content(vignette)["stages"]) == LENGTH
    assert reachable(story(vignette), code(0)) == {code(place) for place in range(LENGTH)}
    assert find_loop(story(vignette), code(0)) == []


def test_forty_stages_are_read_in_as_few_queries_as_three(vignette, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        assert len(story(vignette)) == LENGTH


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"s20": {"next": None}}, "Stage s22 cannot be reached"),
        ({"s38": {"next": "s37"}}, "The story loops: s37 → s38 → s37"),
        ({"s38": {"next": "s01"}}, "The story loops: s01 → "),
        ({"s03": {"next": "s05"}}, "Stage s03 has a branch and also a next stage"),
        (
            {"s33": {"items": [stage(33)["items"][0] | {
                "options": [{"code": "calm", "text": "Calm.", "leads_to": "s34"},
                            {"code": "flee", "text": "Flee."}]}]}},
            "Option decide-33/flee leads nowhere",
        ),
    ],
)  # fmt: skip
def test_one_flaw_among_forty_stages_is_found_and_named(changes, words, campus):
    version = draft(campus, **changes)
    with pytest.raises(DomainError, match=words):
        services.publish_vignette(version, by=campus.author)
    version.refresh_from_db()
    assert version.state == "draft"


def test_a_story_cut_in_two_names_every_stage_that_is_lost(campus):
    version = draft(campus, s10={"next": None}, s09={"items": [], "next": "s10"})
    with pytest.raises(DomainError) as refused:
        services.publish_vignette(version, by=campus.author)
    lost = [f"Stage {code(place)} cannot be reached." for place in range(11, LENGTH)]
    assert all(words in refused.value.message for words in lost)


# --- The best and the worst way ---


def test_the_bounds_of_a_story_with_millions_of_paths_are_known_at_once(vignette):
    told_story = story(vignette)
    assert paths_through(told_story, code(0)) > 1_000_000
    values = {item: WEIGHTS for item in DECISIONS}
    bounds = path_bounds(told_story, code(0), values)
    assert bounds == (3 * len(DECISIONS), -2 * len(DECISIONS))


def paths_through(told_story: Story, entry: str) -> int:
    """How many ways lead from a stage to the end; stages are in the order of the story."""
    ways: dict[str | None, int] = {None: 1}
    for name in sorted(told_story, reverse=True):
        ways[name] = sum(ways[target] for target in told_story[name].exits())
    return ways[entry]


@st.composite
def long_stories(draw: Any) -> tuple[Story, dict[str, dict[str, float]]]:
    """Up to forty stages that only lead forward, with the weights of their decisions."""
    length = draw(st.integers(20, LENGTH))
    dice = draw(st.randoms(use_true_random=False))
    shapes, values = {}, {}
    for place in range(length):
        later = [code(other) for other in range(place + 1, length)]
        if later and dice.random() < 0.5:
            targets = {option: dice.choice(later[:4]) for option in OPTIONS}
            targets["calm"] = later[0]  # so that every stage is reached
            shapes[code(place)] = StageShape(code(place), branches={f"d{place}": targets})
            values[f"d{place}"] = {option: float(dice.randint(-3, 3)) for option in OPTIONS}
        else:
            shapes[code(place)] = StageShape(code(place), next=later[0] if later else None)
    return shapes, values


def walk(told_story: Story, choose: Callable[[str], str]) -> dict[str, str]:
    """The decisions taken on the way from the first stage to the end."""
    taken: dict[str, str] = {}
    place: str | None = code(0)
    while place is not None:
        for item in told_story[place].branches:
            taken[item] = choose(item)
        place = next_stage(told_story, place, taken)
    return taken


@settings(max_examples=25)
@given(long_stories(), st.randoms(use_true_random=False))
def test_no_way_through_a_long_story_is_better_than_the_best_or_worse_than_the_worst(drawn, dice):
    told_story, values = drawn
    assert story_problems(told_story, code(0)) == []
    best, worst = path_bounds(told_story, code(0), values)
    for _ in range(20):
        taken = walk(told_story, lambda item: dice.choice(OPTIONS))
        total = sum(values[item][option] for item, option in taken.items())
        assert worst <= total <= best
        assert 0 <= score_path([total], best=best, worst=worst) <= 1


@pytest.mark.parametrize(("side", "pick"), [(0, max), (1, min)], ids=["best", "worst"])
@settings(max_examples=25)
@given(drawn=long_stories())
def test_the_best_and_the_worst_way_can_be_walked(side, pick, drawn):
    """Whoever looks ahead from stage to stage reaches exactly the bounds."""
    told_story, values = drawn
    targets = {item: ways for shape in told_story.values() for item, ways in shape.branches.items()}

    def worth(item: str, option: str) -> float:
        rest = path_bounds(told_story, targets[item][option], values)[side]
        return values[item][option] + rest

    taken = walk(told_story, lambda item: pick(OPTIONS, key=lambda option: worth(item, option)))
    total = sum(values[item][option] for item, option in taken.items())
    assert total == path_bounds(told_story, code(0), values)[side]


# --- Sitting it ---


@pytest.fixture(scope="module")
def shared_sitting(shared_campus, shared_vignette, django_db_blocker):
    """An attempt at the long story and the decisions that its trainee will take, by lot."""
    with django_db_blocker.unblock():
        campus = shared_campus
        key = factories.published_key(
            shared_vignette,
            campus.author,
            {"items": {item: {o: {"value": w} for o, w in WEIGHTS.items()} for item in DECISIONS}},
            profile=campus.profile,
        )
        assessment = factories.drafted_assessment(
            campus.program,
            campus.author,
            campus.rubric,
            campus.profile,
            campus.standard,
            shared_vignette,
            code="LONG",
        )
        instruments.publish_assessment(assessment, by=campus.author)
        dice = Random(40)
        taken = {item: dice.choice(OPTIONS) for item in DECISIONS}
        answers = {item: {"choice": option} for item, option in taken.items()}
        sitting = replace(campus, assessment=assessment)
        attempt = factories.sat(sitting, answers=answers | {"last-words": {"text": "I stay."}})
        return attempt, taken, key


@pytest.fixture
def sitting(shared_sitting, db):
    return shared_sitting


def choices_of(submission) -> dict[str, str]:
    """The decisions as their rows keep them."""
    rows = submission.answers.filter(item__kind="branch").select_related("item")
    return {row.item.code: row.choices["choice"] for row in rows}


def test_the_way_a_trainee_took_can_be_told_again_from_its_rows(sitting, vignette):
    attempt, taken, _ = sitting
    submission = submission_of(attempt)
    path = [commit.stage.code for commit in submission.commits.order_by("position")]
    assert replay(story(vignette), code(0), choices_of(submission)) == path
    assert path[0] == code(0)
    assert path[-1] == code(LAST)
    assert len(path) < LENGTH  # somebody fled, and so a scene was skipped
    asked = [item for item in DECISIONS if code(int(item[-2:])) in path]
    assert choices_of(submission) == {item: taken[item] for item in asked}


def test_commits_are_numbered_in_the_order_of_the_way(sitting):
    attempt, _, _ = sitting
    rows = list(submission_of(attempt).commits.order_by("position"))
    assert [row.position for row in rows] == list(range(1, len(rows) + 1))
    assert [row.committed_at for row in rows] == sorted(row.committed_at for row in rows)


def test_the_whole_way_is_scored_between_the_worst_and_the_best(sitting, vignette):
    attempt, _, key = sitting
    submission = submission_of(attempt)
    attempts.freeze(attempt, by=trainee_of(attempt))
    submission.refresh_from_db()
    scored = {score.item.code: float(score.value) for score in score_submission(submission)}
    met = choices_of(submission)
    assert set(scored) == set(met)
    values = {
        item: {option: keyed.value for option, keyed in options.items()}
        for item, options in keyed_options(key).items()
    }
    best, worst = path_bounds(story(vignette), code(0), values)
    total = sum(values[item][option] for item, option in met.items())
    assert worst < total < best
    (value,) = set(scored.values())
    assert value == pytest.approx((total - worst) / (best - worst), abs=1e-4)
