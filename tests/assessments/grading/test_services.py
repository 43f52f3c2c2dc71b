"""Score one submission's keyed items against its pinned key."""

from datetime import timedelta
from decimal import Decimal

import pytest

from assessments.attempts.services import commit_stage, save_answer
from assessments.grading.models import Score
from assessments.grading.services import (
    critical_options_chosen,
    keyed_section_of,
    score_submission,
)
from assessments.workflow import pipeline
from tests import factories
from tests.factories import contents, submission_of

ONE, NIL = Decimal("1.000000"), Decimal("0.000000")


def scored(attempt):
    score_submission(submission_of(attempt))
    rows = Score.objects.filter(submission__attempt=attempt)
    return {row.item.code: row.value for row in rows.select_related("item")}


def test_the_best_answers_score_one_everywhere(handed_in_attempt):
    assert scored(handed_in_attempt) == {"actions": ONE, "decide": ONE, "helpful": ONE}
    assert keyed_section_of(handed_in_attempt) == 1.0


def test_words_are_never_scored(handed_in_attempt):
    assert not {"first-words", "closing-words"} & set(scored(handed_in_attempt))


def test_scoring_again_writes_nothing(handed_in_attempt):
    first = score_submission(submission_of(handed_in_attempt))
    again = score_submission(submission_of(handed_in_attempt))
    assert {row.pk for row in first} == {row.pk for row in again}
    assert Score.objects.filter(submission__attempt=handed_in_attempt).count() == 3


def test_a_score_names_the_key_that_made_it(handed_in_attempt, campus):
    rows = score_submission(submission_of(handed_in_attempt))
    assert {row.key for row in rows} == {campus.key}


@pytest.mark.parametrize(
    ("answers", "scores"),
    [
        (
            contents.harmful_answers(),
            {"actions": ONE, "decide": NIL, "helpful": ONE},
        ),
        (
            {"decide": {"choice": "stay"}},
            {"actions": NIL, "decide": ONE, "helpful": NIL},
        ),
        (
            contents.good_answers() | {"actions": {"ratings": {"greet": 3, "wait": 4}}},
            {"actions": Decimal("0.333333"), "decide": ONE, "helpful": ONE},
        ),
    ],
)
def test_answers_are_scored_against_the_key(answers, scores, campus):
    assert scored(factories.handed_in(campus, answers=answers)) == scores


def test_out_of_time_what_had_to_follow_counts_as_blank(started_attempt, time_machine):
    by = factories.trainee_of(started_attempt)
    submission = submission_of(started_attempt)
    save_answer(submission, "decide", {"choice": "stay"}, by=by)
    commit_stage(submission, "arrival", by=by)
    time_machine.move_to(started_attempt.due_at + timedelta(minutes=2))
    pipeline.advance_attempt(started_attempt.pk)
    assert scored(started_attempt) == {"actions": NIL, "decide": ONE, "helpful": NIL}


def test_out_of_time_before_a_decision_nobody_knows_what_would_have_followed(
    started_attempt, time_machine
):
    time_machine.move_to(started_attempt.due_at + timedelta(minutes=2))
    pipeline.advance_attempt(started_attempt.pk)
    assert scored(started_attempt) == {"actions": NIL, "decide": NIL}


def test_the_keyed_section_weighs_items(db):
    weighed = contents.vignette_content()["stages"]
    weighed[0]["items"][1]["weight"] = "3"
    heavy = factories.campus(supervisors=0, vignette={"stages": weighed})
    answers = contents.good_answers() | {"decide": {"choice": "leave"}}
    attempt = factories.handed_in(heavy, answers=answers)
    score_submission(submission_of(attempt))
    assert keyed_section_of(attempt) == pytest.approx(4 / 5)


def test_without_scores_there_is_no_keyed_section(handed_in_attempt):
    assert keyed_section_of(handed_in_attempt) is None


def test_a_critical_option_that_was_chosen_is_found(campus):
    harmful = factories.handed_in(campus, answers=contents.harmful_answers())
    (option,) = critical_options_chosen(submission_of(harmful))
    assert (option.item.code, option.code) == ("decide", "leave")


def test_where_no_critical_option_was_chosen_none_is_found(handed_in_attempt):
    assert critical_options_chosen(submission_of(handed_in_attempt)) == []
