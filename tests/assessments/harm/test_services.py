"""Harm flags are raised by rule and settled by people, and only by people."""

import pytest

from assessments.harm import services
from assessments.harm.models import HarmFlag, HarmJudgement
from assessments.workflow import services as workflow
from competency.audit.models import AuditEvent
from competency.audit.transitions import move
from competency.decisions.models import Decision
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed, TransitionRefused
from tests import factories
from tests.factories import (
    contents,
    give,
    harm,
    ratings,
    reviews_of,
    run_workflow,
    submission_of,
)

UNSAFE = {"C3": 1}


def flags_of(attempt):
    return HarmFlag.objects.filter(submission__attempt=attempt)


def judged(flag):
    return {(row.judge_id, row.harmful) for row in flag.judgements.all()}


def reading_of(attempt):
    return HarmJudgement.objects.get(flag__submission__attempt=attempt, judged_at=None)


def read(reading, harmful):
    workflow.read_passage(reading, harmful=harmful, reason="I read it so.", by=reading.judge)


@pytest.fixture
def harmful_attempt(campus):
    """The client was left alone: a critical option, two reviewers seated."""
    return factories.under_review(campus, answers=contents.harmful_answers())


@pytest.fixture
def one_sided(campus):
    """One of two reviewers saw harm: a fresh reader was asked."""
    attempt = factories.under_review(campus)
    first, second = reviews_of(attempt)
    give(first, harms=[harm(first.submission)])
    give(second)
    run_workflow(attempt)
    return attempt


# --- Raising ---


def test_a_critical_choice_raises_a_flag_and_judges_nothing(harmful_attempt):
    flag = flags_of(harmful_attempt).get()
    assert (flag.state, flag.option.code, flag.criterion) == ("raised", "leave", None)
    assert not flag.judgements.exists()
    event = AuditEvent.objects.get(action="harmflag.raised", subject_id=flag.pk)
    assert (event.actor_id, event.detail) == (None, {"option": "leave"})


def test_raising_again_raises_nothing(harmful_attempt):
    submission = submission_of(harmful_attempt)
    (again,) = services.raise_option_flags(submission)
    assert again == flags_of(harmful_attempt).get()


def test_a_harmless_attempt_raises_no_flag(campus):
    assert not flags_of(factories.reviewed(campus)).exists()


def test_level_one_on_a_safety_critical_criterion_raises_a_flag(campus):
    attempt = factories.reviewed(campus, UNSAFE, UNSAFE)
    assert flags_of(attempt).get().criterion.code == "C3"


def test_level_one_on_another_criterion_raises_none(campus):
    attempt = factories.reviewed(campus, {"C1": 1}, {"C1": 1})
    assert not flags_of(attempt).exists()


def test_a_harm_indicator_raises_a_flag_on_its_criterion(campus):
    attempt = factories.under_review(campus)
    for review in reviews_of(attempt):
        give(review, harms=[harm(review.submission, "D1.H1")])
    run_workflow(attempt)
    assert flags_of(attempt).get().criterion.code == "D1"


# --- Two people agree ---


def test_two_reviewers_who_saw_harm_confirm_it(campus):
    attempt = factories.reviewed(campus, UNSAFE, UNSAFE)
    flag = flags_of(attempt).get()
    reviewers = {review.reviewer_id for review in reviews_of(attempt)}
    assert flag.state == "confirmed"
    assert flag.settled_at is not None
    assert judged(flag) == {(reviewer, True) for reviewer in reviewers}
    event = AuditEvent.objects.get(action="harmflag.confirmed", subject_id=flag.pk)
    assert event.actor_id in reviewers


def test_a_review_flag_keeps_the_reviewers_own_words(campus):
    attempt = factories.under_review(campus)
    first, second = reviews_of(attempt)
    give(first, harms=[harm(first.submission, note="This would harm.")])
    give(second, {"C3": 2})
    run_workflow(attempt)
    reasons = dict(flags_of(attempt).get().judgements.exclude(judged_at=None).values_list(
        "judge", "reason"
    ))  # fmt: skip
    assert reasons == {
        first.reviewer_id: "This would harm.",
        second.reviewer_id: "Level 2, no harm seen: It shows.",
    }


@pytest.mark.parametrize(("harmful", "state"), [(True, "confirmed"), (False, "dismissed")])
def test_both_reviewers_judge_a_critical_choice(harmful, state, harmful_attempt):
    for review in reviews_of(harmful_attempt):
        give(review, flags=harmful)
    run_workflow(harmful_attempt)
    flag = flags_of(harmful_attempt).get()
    assert flag.state == state
    assert {verdict for _, verdict in judged(flag)} == {harmful}


def test_a_critical_choice_cannot_be_left_unjudged_and_nothing_of_the_review_is_kept(
    harmful_attempt,
):
    review = reviews_of(harmful_attempt)[0]
    with pytest.raises(InvalidInput, match="would have harmed the client") as refused:
        give(review)
    assert refused.value.field == "flags.decide"
    review = reviews_of(harmful_attempt)[0]
    assert review.state == "assigned"
    assert not review.ratings.exists()


@pytest.mark.parametrize("reason", ["", "  ", "a\x00"])
def test_a_judgement_of_harm_has_a_reason(reason, harmful_attempt):
    review = reviews_of(harmful_attempt)[0]
    with pytest.raises(InvalidInput) as refused:
        give(review, flags={"decide": (True, reason)})
    assert refused.value.field == "flags.decide"
    assert not flags_of(harmful_attempt).get().judgements.exists()


# --- One against one ---


def test_a_one_sided_flag_waits_for_a_fresh_reader_who_is_none_of_them(one_sided):
    flag = flags_of(one_sided).get()
    reading = reading_of(one_sided)
    assert flag.state == "raised"
    assert reading.fresh_reader
    assert reading.judge_id not in {review.reviewer_id for review in reviews_of(one_sided)}
    assert one_sided.state == "handed_in"
    assert not Decision.objects.filter(attempt_id=one_sided.pk).exists()


@pytest.mark.parametrize(("harmful", "state"), [(True, "confirmed"), (False, "dismissed")])
def test_the_fresh_readers_judgement_decides(harmful, state, one_sided):
    reading = reading_of(one_sided)
    read(reading, harmful)
    run_workflow(one_sided)
    flag = flags_of(one_sided).get()
    assert flag.state == state
    event = AuditEvent.objects.get(action=f"harmflag.{state}", subject_id=flag.pk)
    assert event.actor_id == reading.judge_id
    assert Decision.objects.filter(attempt_id=one_sided.pk).exists()


def test_a_reading_is_given_once_by_the_one_who_was_asked(one_sided, campus):
    reading = reading_of(one_sided)
    reviewer = reviews_of(one_sided)[0].reviewer
    for stranger in (reviewer, campus.director, campus.certifier):
        with pytest.raises(NotAllowed, match="somebody else's"):
            workflow.read_passage(reading, harmful=True, reason="Mine.", by=stranger)
    with pytest.raises(InvalidInput, match="Say why") as refused:
        workflow.read_passage(reading, harmful=True, reason=" ", by=reading.judge)
    assert refused.value.field == "reason"
    read(reading, True)
    with pytest.raises(DomainError, match="given already") as refused:
        read(HarmJudgement.objects.get(pk=reading.pk), False)
    assert refused.value.code == "completed"
    reading.refresh_from_db()
    assert reading.harmful is True


def test_only_one_reader_is_asked_however_often_the_workflow_looks(one_sided):
    for _ in range(3):
        run_workflow(one_sided)
    assert flags_of(one_sided).get().judgements.filter(fresh_reader=True).count() == 1


def test_a_judgement_is_taken_from_a_review_once_however_often_the_workflow_looks(one_sided):
    (flag,) = flags_of(one_sided)
    before = judged(flag), AuditEvent.objects.count()
    services.raise_review_flags(submission_of(one_sided), reviews_of(one_sided))
    assert flags_of(one_sided).get() == flag
    assert (judged(flag), AuditEvent.objects.count()) == before


def test_where_nobody_is_left_to_read_the_flag_waits_until_somebody_comes(db):
    small = factories.campus(supervisors=2)
    attempt = factories.under_review(small)
    first, second = reviews_of(attempt)
    give(first, harms=[harm(first.submission)])
    give(second)
    run_workflow(attempt)
    assert not flags_of(attempt).get().judgements.filter(fresh_reader=True).exists()
    reader = factories.supervisor(small)
    run_workflow(attempt)
    assert reading_of(attempt).judge == reader


def test_a_standard_with_one_review_asks_fresh_readers_until_two_agree(db):
    alone = factories.campus(standard={"required_reviews": 1})
    attempt = factories.reviewed(alone, UNSAFE)
    seen = {reviews_of(attempt)[0].reviewer_id}
    for verdict, state in [(False, "raised"), (False, "dismissed")]:
        reading = reading_of(attempt)
        assert reading.judge_id not in seen
        seen.add(reading.judge_id)
        read(reading, verdict)
        run_workflow(attempt)
        assert flags_of(attempt).get().state == state


def test_an_adjudicator_does_not_decide_about_harm(db):
    large = factories.campus(supervisors=5)
    attempt = factories.under_review(large)
    first, second = reviews_of(attempt)
    give(first, {"C3": 1})
    give(second, {"C3": 3})
    run_workflow(attempt)
    adjudicator = factories.adjudication_of(attempt).adjudicator_id
    people = {first.reviewer_id, second.reviewer_id, adjudicator, reading_of(attempt).judge_id}
    assert len(people) == 4


def test_a_reviewer_whose_account_was_closed_since_still_counts(campus):
    attempt = factories.under_review(campus)
    first, second = reviews_of(attempt)
    for review in (first, second):
        give(review, UNSAFE)
        review.reviewer.is_active = False
        review.reviewer.save()
    run_workflow(attempt)
    assert flags_of(attempt).get().state == "confirmed"


# --- Nobody but people ---


@pytest.mark.parametrize("state", ["confirmed", "dismissed"])
def test_a_machine_never_settles_harm(state, harmful_attempt):
    flag = flags_of(harmful_attempt).get()
    with pytest.raises(TransitionRefused, match="is not for the workflow"):
        move(flag, state, by=None)


def test_no_decision_is_proposed_while_a_flag_is_open(one_sided):
    assert submission_of(one_sided).state == "marked"
    run_workflow(one_sided)
    assert one_sided.state == "handed_in"


def test_confirmed_harm_decides_alone(campus):
    attempt = factories.under_review(campus, answers=contents.harmful_answers())
    for review in reviews_of(attempt):
        give(review, 4, flags=True)
    run_workflow(attempt)
    decision = factories.decision_of(attempt)
    assert (decision.outcome, decision.reasons) == ("not_yet", ["harm_confirmed"])
    assert decision.dossier["harm_flags"][0]["state"] == "confirmed"


def test_dismissed_harm_leaves_the_decision_to_the_levels(campus):
    attempt = factories.under_review(campus, answers=contents.harmful_answers())
    for review in reviews_of(attempt):
        give(review, 4, flags=False)
    run_workflow(attempt)
    decision = factories.decision_of(attempt)
    assert decision.outcome == "competent"
    assert decision.dossier["harm_flags"][0]["state"] == "dismissed"


def test_reviewers_judge_harm_blind_to_each_other(harmful_attempt):
    """What the first reviewer said changes nothing about what the second is asked."""
    first, second = reviews_of(harmful_attempt)
    asked = services.open_option_flags(second.submission)
    give(first, flags=True)
    assert services.open_option_flags(second.submission) == asked
    workflow.complete_review(
        second,
        ratings=ratings(second.submission),
        flags={"decide": (False, "I would not say so.")},
        by=second.reviewer,
    )
    assert {verdict for _, verdict in judged(flags_of(harmful_attempt).get())} == {True, False}
