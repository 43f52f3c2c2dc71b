"""The practice case: sat like any other, scored by nobody, begun again at will."""

from uuid import uuid4

import pytest

from assessments.attempts.models import Attempt
from assessments.practice.content import practice_case
from assessments.practice.models import PracticeSitting
from assessments.practice.services import (
    Overtaken,
    answers_of,
    finish_practice_stage,
    practice,
    practice_again,
    save_practice,
)
from assessments.vignettes.items import KINDS
from assessments.vignettes.rules import story_problems
from competency.foundation.errors import DomainError, InvalidInput
from tests import factories


@pytest.fixture
def trainee(db):
    return factories.person()


def test_the_case_is_sound_and_shows_every_kind_of_task():
    case = practice_case()
    assert story_problems(case.story(), case.entry) == []
    items = [item for stage in case.stages.values() for item in stage.items]
    assert {item.kind for item in items} == set(KINDS) - {"recorded"}
    for item in items:
        assert item.rules.shape_problems(item.shape()) == []
        assert item.afterwards


def test_it_is_sat_to_the_end_and_leaves_no_attempt(trainee):
    words = {"text": "Take your time, Ines."}
    assert save_practice("first-words", words, by=trainee) == 1
    with pytest.raises(DomainError, match="Decide"):
        finish_practice_stage("door", by=trainee)
    save_practice("decide", {"choice": "stay"}, by=trainee)
    assert finish_practice_stage("door", by=trainee).stage == "car"
    with pytest.raises(DomainError, match="finished"):
        finish_practice_stage("door", by=trainee)
    with pytest.raises(DomainError, match="open stage"):
        save_practice("first-words", {"text": "Later."}, by=trainee, revision=1)
    sitting = finish_practice_stage("car", by=trainee)
    assert (sitting.stage, sitting.finished) == ("", ["door", "car"])
    assert answers_of(sitting)["first-words"]["response"] == words
    assert b"Ines" not in bytes(sitting.sealed_answers)
    assert not Attempt.objects.exists()


def test_two_devices_and_a_repeat_are_told_apart(trainee):
    key = uuid4()
    for _ in range(2):
        assert save_practice("first-words", {"text": "One."}, by=trainee, key=key) == 1
    with pytest.raises(Overtaken) as refused:
        save_practice("first-words", {"text": "Two."}, by=trainee, key=uuid4())
    assert refused.value.newer["response"] == {"text": "One."}


def test_what_is_not_asked_cannot_be_answered(trainee):
    with pytest.raises(InvalidInput, match="no item"):
        save_practice("nothing", {}, by=trainee)
    with pytest.raises(InvalidInput, match="not one of the options"):
        save_practice("decide", {"choice": "fly"}, by=trainee)


def test_it_begins_again_with_nothing_kept(trainee):
    save_practice("decide", {"choice": "work"}, by=trainee)
    finish_practice_stage("door", by=trainee)
    again = practice_again(by=trainee)
    assert (again.stage, again.finished, answers_of(again)) == ("door", [], {})
    assert practice(by=trainee) == PracticeSitting.objects.get()


def test_nothing_of_it_is_read_again_after_an_erasure(trainee):
    save_practice("first-words", {"text": "Take your time, Ines."}, by=trainee)
    seen_before = PracticeSitting.objects.get()
    factories.erased(trainee)
    assert seen_before.sealed_answers is not None
    assert answers_of(seen_before) == {}
