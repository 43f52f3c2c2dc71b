"""An answer that came too late counts only if a director rules so, before anybody judges."""

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.attempts import services
from assessments.attempts.answers import answers_given
from assessments.attempts.models import LateAnswer, LateRuling
from assessments.attempts.saving import TimeOver
from assessments.grading.models import Score
from assessments.grading.services import keyed_section_of, score_late_answer, score_submission
from assessments.harm.models import HarmFlag
from assessments.reviews.judgements import CitedRange, RatingGiven
from assessments.reviews.models import Citation
from assessments.workflow import services as workflow
from assessments.workflow.late import rule_on_late_answer
from competency.audit.models import AuditEvent
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.programs import services as programs
from competency.programs.roles import Role
from tests import factories
from tests.factories import contents, count_rows, submission_of, trainee_of
from tests.refusals import frozen

LATER = "I stay until you sleep."
RATINGS = {"greet": 4, "wait": 3, "hurry": 1}


def arrive(attempt, item, response):
    """Send an answer when time is over; it is kept apart."""
    with pytest.raises(TimeOver, match="does not count unless"):
        services.save_answer(submission_of(attempt), item, response, by=trainee_of(attempt))
    return LateAnswer.objects.latest("arrived_at")


@pytest.fixture
def late(campus, time_machine):
    """A trainee stuck in the first room: three answers came late, then the time was up."""
    attempt = factories.started(campus)
    save = {"first-words": {"text": "I am"}, "decide": {"choice": "stay"}}
    for item, response in save.items():
        services.save_answer(submission_of(attempt), item, response, by=trainee_of(attempt))
    services.commit_stage(submission_of(attempt), "arrival", by=trainee_of(attempt))
    time_machine.move_to(attempt.due_at + timedelta(seconds=61))
    answers = {
        "words": arrive(attempt, "closing-words", {"text": LATER}),
        "keyed": arrive(attempt, "helpful", {"most": "voice", "least": "lecture"}),
        "old": arrive(attempt, "actions", {"ratings": RATINGS}),
    }
    time_machine.move_to(timezone.now() + timedelta(minutes=1))
    factories.run_workflow(attempt)
    return attempt, answers


def rule(campus, answer, **options):
    options = {"counts": True, "reason": "The server was down.", "by": campus.director} | options
    return rule_on_late_answer(answer, **options)


def given_texts(attempt):
    return {given.item.code: given.text for given in answers_given(submission_of(attempt))}


def scores(attempt):
    rows = submission_of(attempt).scores.order_by("late")
    return [(row.item.code, float(row.value), row.late) for row in rows]


# --- Without a ruling ---


def test_what_came_late_is_kept_and_counts_for_nothing(late):
    attempt, _ = late
    submission = submission_of(attempt)
    assert submission.late_answers.count() == 3
    assert set(given_texts(attempt)) == {"first-words", "decide"}
    assert not submission.scores.filter(late=True).exists()
    earned = dict((item, value) for item, value, _ in scores(attempt))
    assert earned == {"actions": 0.0, "decide": 1.0, "helpful": 0.0}


def test_late_words_are_sealed_like_any_others(late):
    _, answers = late
    assert LATER.encode() not in bytes(answers["words"].sealed_text)


# --- Counting ---


def test_late_words_that_count_are_judged_with_the_rest(late, campus):
    attempt, answers = late
    rule(campus, answers["words"])
    assert given_texts(attempt)["closing-words"] == LATER
    given = {one.item.code: one for one in answers_given(submission_of(attempt))}
    assert given["closing-words"].answer_id is None
    assert given["closing-words"].late_id == answers["words"].pk


def test_a_late_answer_that_counts_takes_the_place_of_the_one_in_time(late, campus, time_machine):
    """The first words came in time as a fragment; the whole came late."""
    attempt, _ = late
    whole = arrive(attempt, "first-words", {"text": "I am here."})
    assert given_texts(attempt)["first-words"] == "I am"
    rule(campus, whole)
    assert given_texts(attempt)["first-words"] == "I am here."


def test_a_late_keyed_answer_that_counts_is_scored_beside_the_first_score(late, campus):
    attempt, answers = late
    before = keyed_section_of(attempt)
    rule(campus, answers["keyed"])
    assert ("helpful", 0.0, False) in scores(attempt)
    assert ("helpful", 1.0, True) in scores(attempt)
    assert before == pytest.approx(1 / 3)
    assert keyed_section_of(attempt) == pytest.approx(2 / 3)
    late_score = Score.objects.get(late=True)
    assert late_score.key == submission_of(attempt).key


def test_scoring_again_writes_nothing_twice(late, campus):
    attempt, answers = late
    rule(campus, answers["keyed"])
    before = count_rows(Score)
    score_late_answer(answers["keyed"])
    score_submission(submission_of(attempt))
    assert count_rows(Score) == before


def test_late_words_get_no_score(late, campus):
    _, answers = late
    rule(campus, answers["words"])
    assert not Score.objects.filter(late=True).exists()


def test_a_late_decision_cannot_count_for_the_story_went_on_without_it(late, campus):
    attempt, _ = late
    decision = arrive(attempt, "decide", {"choice": "leave"})
    with pytest.raises(DomainError, match="the story went on without it"):
        rule(campus, decision)
    assert score_late_answer(decision) is None
    (taken,) = (g for g in answers_given(submission_of(attempt)) if g.item.code == "decide")
    assert taken.response == {"choice": "stay"}


@pytest.mark.django_db
def test_a_critical_choice_that_came_late_and_counts_raises_a_flag(time_machine):
    """Or harm would go unseen because it came late."""
    helpful = contents.key_content()["items"]["helpful"]
    helpful["lecture"] |= {"critical": True, "why": "It shames the client."}
    items = contents.key_content()["items"] | {"helpful": helpful}
    campus = factories.campus(key={"items": items})
    attempt = factories.started(campus)
    time_machine.move_to(attempt.due_at + timedelta(seconds=61))
    answer = arrive(attempt, "helpful", {"most": "lecture", "least": "voice"})
    factories.run_workflow(attempt)
    assert not HarmFlag.objects.exists()
    rule(campus, answer)
    flag = HarmFlag.objects.get()
    assert (flag.option.code, flag.state) == ("lecture", "raised")


def test_a_late_blank_that_counts_earns_nothing(late, campus):
    attempt, _ = late
    blank = arrive(attempt, "helpful", {})
    rule(campus, blank)
    assert ("helpful", 0.0, True) in scores(attempt)


def test_one_late_answer_to_an_item_counts(late, campus):
    """Each draft that arrives late is kept, so there may be many of one item."""
    attempt, answers = late
    second = arrive(attempt, "helpful", {"most": "light", "least": "lecture"})
    rule(campus, answers["keyed"])
    with pytest.raises(DomainError, match="Another late answer to this item counts already"):
        rule(campus, second)
    assert ("helpful", 1.0, True) in scores(attempt)
    rule(campus, second, counts=False, reason="The other one stands.")


def test_a_review_may_cite_a_late_answer_that_counts(late, campus):
    attempt, answers = late
    rule(campus, answers["words"])
    review, _ = factories.reviews_of(attempt)
    cited = [CitedRange("closing-words", 0, 6)]
    ratings = [RatingGiven(code, 4, "It shows.", cited) for code in ("C1", "C3", "D1")]
    workflow.complete_review(review, ratings=ratings, by=review.reviewer)
    citation = Citation.objects.filter(rating__review=review).first()
    assert (citation.answer, citation.late_answer) == (None, answers["words"])


def test_a_review_cannot_cite_a_late_answer_that_does_not_count(late, campus):
    attempt, answers = late
    rule(campus, answers["words"], counts=False, reason="An hour late.")
    review, _ = factories.reviews_of(attempt)
    cited = [CitedRange("closing-words", 0, 6)]
    ratings = [RatingGiven(code, 4, "It shows.", cited) for code in ("C1", "C3", "D1")]
    with pytest.raises(InvalidInput, match="not a written answer of this submission"):
        workflow.complete_review(review, ratings=ratings, by=review.reviewer)


def test_what_was_handed_in_keeps_its_hash_whatever_is_ruled(late, campus):
    attempt, answers = late
    before = submission_of(attempt).content_hash
    rule(campus, answers["words"])
    assert submission_of(attempt).content_hash == before


# --- Not counting ---


def test_an_answer_ruled_out_stays_on_record_and_changes_nothing(late, campus):
    attempt, answers = late
    before = scores(attempt)
    ruling = rule(campus, answers["keyed"], counts=False, reason="An hour late.")
    assert (ruling.counts, ruling.reason, ruling.ruled_by) == (
        False,
        "An hour late.",
        campus.director,
    )
    assert scores(attempt) == before
    assert LateAnswer.objects.filter(pk=answers["keyed"].pk).exists()


# --- Who, when, how often ---


def test_the_trail_says_who_ruled_and_why(late, campus):
    attempt, answers = late
    rule(campus, answers["words"])
    event = AuditEvent.objects.get(action="answer.ruled")
    assert event.subject_id == submission_of(attempt).pk
    assert (event.actor_id, event.reason) == (campus.director.pk, "The server was down.")
    assert event.detail["counts"] is True


@pytest.mark.parametrize("role", [role for role in Role if role != Role.DIRECTOR])
def test_only_directors_rule(role, late, campus):
    attempt, answers = late
    for by in (factories.member(campus.program, role), trainee_of(attempt)):
        with pytest.raises(NotAllowed):
            rule(campus, answers["words"], by=by)
    assert not LateRuling.objects.exists()


def test_a_director_with_a_tie_to_the_trainee_leaves_it_to_another(late, campus):
    attempt, answers = late
    programs.declare_conflict(
        campus.program, campus.director, trainee_of(attempt), reason="Cousins.", by=campus.director
    )
    with pytest.raises(NotAllowed, match="another director rules"):
        rule(campus, answers["words"])
    assert rule(campus, answers["words"], by=factories.member(campus.program, Role.DIRECTOR))


def test_a_ruling_is_made_once_and_stands(late, campus):
    _, answers = late
    ruling = rule(campus, answers["words"], counts=False)
    with pytest.raises(DomainError, match="ruled on already"):
        rule(campus, answers["words"], reason="On second thought.")
    with frozen():
        LateRuling.objects.filter(pk=ruling.pk).update(counts=True)
    assert LateRuling.objects.get() == ruling


@pytest.mark.parametrize("reason", ["", " \n"])
def test_a_ruling_says_on_what_it_rests(reason, late, campus):
    _, answers = late
    with pytest.raises(InvalidInput) as refused:
        rule(campus, answers["words"], reason=reason)
    assert refused.value.field == "reason"
    assert not LateRuling.objects.exists()


def test_what_one_reviewer_has_judged_no_late_answer_can_change(late, campus):
    attempt, answers = late
    factories.give(factories.reviews_of(attempt)[0], 3)
    with pytest.raises(DomainError, match="This was judged already"):
        rule(campus, answers["words"])
    assert "closing-words" not in given_texts(attempt)
    assert not rule(campus, answers["words"], counts=False).counts


def test_what_is_marked_stays_as_it_was_marked(late, campus):
    attempt, answers = late
    factories.review_again(attempt, 3, 3)
    assert submission_of(attempt).state == "marked"
    with pytest.raises(DomainError, match="This was judged already"):
        rule(campus, answers["keyed"])


def test_a_ruling_before_the_hand_in_counts_as_well(campus, time_machine):
    """A director may be quicker than the clock that hands in."""
    attempt = factories.started(campus)
    time_machine.move_to(attempt.due_at + timedelta(seconds=61))
    answer = arrive(attempt, "actions", {"ratings": RATINGS})
    rule(campus, answer)
    factories.run_workflow(attempt)
    assert ("actions", 1.0, True) in scores(attempt)
    assert given_texts(attempt) == {"actions": ""}
