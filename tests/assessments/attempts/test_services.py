"""Assign, start, answer, commit, hand in."""

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.attempts import services
from assessments.attempts.answers import answers_given
from assessments.attempts.models import Answer, Attempt, LateAnswer, StageCommit, Submission
from assessments.attempts.pauses import pause_attempt, resume_attempt
from assessments.attempts.saving import StaleRevision, TimeOver
from assessments.workflow import pipeline
from competency.accounts.models import PersonKey
from competency.accounts.sealing import ERASED
from competency.audit.models import AuditEvent
from competency.foundation.errors import (
    DomainError,
    InvalidInput,
    NotAllowed,
    TransitionRefused,
)
from competency.foundation.hashing import content_hash
from competency.programs import services as programs
from competency.programs.roles import Role
from tests import factories
from tests.factories import GOOD_WORDS, contents, count_rows, submission_of, trainee_of

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


def save(attempt, item, response, **options):
    return services.save_answer(
        submission_of(attempt), item, response, by=trainee_of(attempt), **options
    )


def commit(attempt, stage):
    return services.commit_stage(submission_of(attempt), stage, by=trainee_of(attempt))


def events(action, subject):
    return AuditEvent.objects.filter(action=action, subject_id=subject.pk)


# --- Assigning ---


def test_an_attempt_is_assigned_with_a_submission_for_every_vignette(campus):
    attempt = factories.assigned(campus)
    submission = attempt.submissions.get()
    assert (attempt.state, attempt.number) == ("assigned", 1)
    assert (submission.state, submission.vignette_version) == ("drafting", campus.vignette)
    assert submission.key == campus.key
    assert submission.current_stage is None
    assert attempt.allowed_seconds == 3600
    assert attempt.sitting_mode == "unsupervised"
    assert not attempt.accommodated


def test_attempts_are_numbered(campus):
    enrolment = factories.enrolment(campus.cohort)
    numbers = [factories.assigned(campus, enrolment).number for _ in range(3)]
    assert numbers == [1, 2, 3]


def test_an_accommodation_gives_more_time_and_only_says_that_it_was_given(campus):
    enrolment = factories.enrolment(campus.cohort)
    programs.accommodate(enrolment, extra_percent=50, reason="Dyslexia.", by=campus.director)
    attempt = factories.assigned(campus, enrolment)
    assert (attempt.allowed_seconds, attempt.accommodated) == (5400, True)


def assign(campus, by=None, **changes):
    now = timezone.now()
    enrolment = changes.pop("enrolment", None) or factories.enrolment(campus.cohort)
    assessment = changes.pop("assessment", campus.assessment)
    form = changes.pop("form", campus.form)
    window = {"opens_at": now, "closes_at": now + HOUR} | changes
    return services.assign_attempt(enrolment, assessment, form, by=by or campus.director, **window)


def test_nobody_sits_the_assessment_of_a_foreign_program(campus):
    foreign = factories.campus(supervisors=0)
    with pytest.raises(DomainError, match="belongs to another program") as refused:
        assign(campus, assessment=foreign.assessment, form=foreign.form)
    assert refused.value.field == "assessment"
    with pytest.raises(NotAllowed):
        assign(foreign, by=campus.director)


def test_a_form_belongs_to_its_assessment(campus):
    other = factories.drafted_assessment(
        campus.program,
        campus.author,
        campus.rubric,
        campus.profile,
        campus.standard,
        campus.vignette,
        version=2,
    )
    with pytest.raises(DomainError, match="Form 1 is not a form of") as refused:
        assign(campus, form=other.forms.get())
    assert refused.value.field == "form"
    with pytest.raises(DomainError, match="is not published") as refused:
        assign(campus, assessment=other, form=other.forms.get())
    assert refused.value.field == "assessment"


@pytest.mark.parametrize("length", [timedelta(0), -HOUR])
def test_a_window_closes_after_it_opens(length, campus):
    now = timezone.now()
    with pytest.raises(InvalidInput, match="closes before it opens") as refused:
        assign(campus, opens_at=now, closes_at=now + length)
    assert refused.value.field == "closes_at"


@pytest.mark.parametrize("role", [role for role in Role if role != Role.DIRECTOR])
def test_only_directors_open_sittings(role, campus):
    before = count_rows(Attempt, Submission)
    with pytest.raises(NotAllowed):
        assign(campus, by=factories.member(campus.program, role))
    assert count_rows(Attempt, Submission) == before


# --- Starting ---


def test_starting_sets_the_clock_and_opens_the_first_stage(assigned_attempt):
    before = timezone.now()
    services.start_attempt(assigned_attempt, by=trainee_of(assigned_attempt))
    assigned_attempt.refresh_from_db()
    assert assigned_attempt.state == "in_progress"
    assert before <= assigned_attempt.started_at <= timezone.now()
    assert assigned_attempt.due_at - assigned_attempt.started_at == HOUR
    assert submission_of(assigned_attempt).current_stage.code == "arrival"


def test_an_attempt_starts_once(started_attempt):
    due = started_attempt.due_at
    with pytest.raises(TransitionRefused, match="is in_progress"):
        services.start_attempt(started_attempt, by=trainee_of(started_attempt))
    stale = Attempt.objects.get(pk=started_attempt.pk)
    stale.state = "assigned"
    with pytest.raises(TransitionRefused, match="no longer assigned"):
        services.start_attempt(stale, by=trainee_of(stale))
    started_attempt.refresh_from_db()
    assert started_attempt.due_at == due


@pytest.mark.parametrize("opens_in", [HOUR, -timedelta(days=8)])
def test_an_attempt_starts_only_in_its_window(opens_in, campus):
    opens_at = timezone.now() + opens_in
    attempt = factories.assigned(campus, opens_at=opens_at, closes_at=opens_at + timedelta(days=7))
    with pytest.raises(DomainError, match="not open at the moment") as refused:
        services.start_attempt(attempt, by=trainee_of(attempt))
    assert refused.value.code == "not_open"


def test_nobody_sits_for_another(assigned_attempt, campus):
    other = factories.enrolment(campus.cohort).trainee
    for stranger in (other, campus.director, campus.supervisors[0]):
        with pytest.raises(NotAllowed, match="somebody else's"):
            services.start_attempt(assigned_attempt, by=stranger)


def test_whoever_lost_the_trainees_role_sits_no_more(started_attempt, campus, time_machine):
    trainee = trainee_of(started_attempt)
    membership = trainee.memberships.get()
    programs.end_role(membership, by=campus.director, reason="Left.")
    time_machine.move_to(timezone.now() + timedelta(days=1))
    with pytest.raises(NotAllowed):
        save(started_attempt, "first-words", {"text": "I am here."})


# --- Answering ---


def test_an_answer_is_saved_and_the_words_are_sealed(started_attempt):
    answer = save(started_attempt, "first-words", {"text": GOOD_WORDS})
    answer.refresh_from_db()
    assert (answer.revision, answer.words, answer.choices) == (1, 15, {})
    assert GOOD_WORDS.encode() not in bytes(answer.sealed_text)
    (given,) = answers_given(submission_of(started_attempt))
    assert given.text == GOOD_WORDS


def test_choices_are_kept_plain(started_attempt):
    answer = save(started_attempt, "decide", {"choice": "stay"})
    assert answer.choices == {"choice": "stay"}
    assert answer.sealed_text is None


@pytest.mark.parametrize(
    "text",
    ["👩🏽‍⚕️", "مَرْحَبًا بِكُمْ", "一緒にいます", "a\nb", "'; DROP TABLE answer; --", "x" * 200_000],
)
def test_words_come_back_as_they_were_written(text, started_attempt):
    save(started_attempt, "first-words", {"text": text})
    (given,) = answers_given(submission_of(started_attempt))
    assert given.text == text


def test_an_answer_can_be_changed_and_emptied(started_attempt):
    save(started_attempt, "first-words", {"text": "I stay."})
    answer = save(started_attempt, "first-words", {"text": ""})
    assert (answer.revision, answer.words, answer.sealed_text) == (2, 0, None)
    assert Answer.objects.filter(submission=submission_of(started_attempt)).count() == 1


def test_answers_are_read_in_the_order_of_the_story(sat_attempt, django_assert_max_num_queries):
    submission = submission_of(sat_attempt)
    with django_assert_max_num_queries(8):
        given = answers_given(submission)
    assert [one.item.code for one in given] == [
        "first-words",
        "actions",
        "decide",
        "closing-words",
        "helpful",
    ]


def test_a_revision_that_another_tab_has_passed_is_refused_and_nothing_is_lost(started_attempt):
    seen = save(started_attempt, "first-words", {"text": "one"}).revision
    save(started_attempt, "first-words", {"text": "two"}, revision=seen)
    with pytest.raises(StaleRevision, match="another tab") as refused:
        save(started_attempt, "first-words", {"text": "three"}, revision=seen)
    assert (refused.value.field, refused.value.code) == ("first-words", "stale_revision")
    (given,) = answers_given(submission_of(started_attempt))
    assert given.text == "two"


def test_without_a_revision_the_last_one_to_write_wins(started_attempt):
    save(started_attempt, "first-words", {"text": "one"})
    assert save(started_attempt, "first-words", {"text": "two"}).revision == 2


@pytest.mark.parametrize(
    ("item", "response", "words"),
    [
        ("first-words", {"text": "a\x00b"}, r"U\+0000"),
        ("first-words", {"text": "\x1b[31m"}, r"U\+001B"),
        ("first-words", {"text": "\ud800"}, r"U\+D800"),
        ("first-words", {"text": "x" * 200_001}, "longer than"),
        ("first-words", "words", "named parts"),
        ("first-words", {"score": 1}, "no part called"),
        ("actions", {"ratings": {"greet": 5}}, "must be 1, 2, 3 or 4"),
        ("actions", {"ratings": {"shout": 1}}, "not one of the options"),
        ("decide", {"choice": "fly"}, "not one of the options"),
    ],
)
def test_an_answer_that_cannot_be_taken_names_its_item_and_leaves_the_old_one(
    item, response, words, started_attempt
):
    save(started_attempt, "first-words", {"text": "kept"})
    with pytest.raises(InvalidInput, match=words) as refused:
        save(started_attempt, item, response)
    assert refused.value.field == item
    assert [g.text for g in answers_given(submission_of(started_attempt))] == ["kept"]


def test_an_unknown_item_is_refused(started_attempt):
    with pytest.raises(InvalidInput, match="no item “poem”") as refused:
        save(started_attempt, "poem", {"text": "x"})
    assert refused.value.field == "item"


@pytest.mark.parametrize("item", ["closing-words", "come-back"])
def test_only_the_current_stage_can_be_answered(item, started_attempt):
    with pytest.raises(DomainError, match="Only the current stage") as refused:
        save(started_attempt, item, {"text": "too soon"})
    assert refused.value.code == "stage_closed"
    assert not LateAnswer.objects.exists()


def test_a_finished_stage_is_closed(started_attempt):
    save(started_attempt, "decide", {"choice": "stay"})
    commit(started_attempt, "arrival")
    with pytest.raises(DomainError, match="Only the current stage"):
        save(started_attempt, "first-words", {"text": "too late"})


def test_before_the_start_nothing_is_answered(assigned_attempt):
    with pytest.raises(DomainError, match="Start the attempt first") as refused:
        save(assigned_attempt, "first-words", {"text": "x"})
    assert refused.value.code == "not_started"


def test_what_was_handed_in_cannot_change(handed_in_attempt):
    before = submission_of(handed_in_attempt).content_hash
    with pytest.raises(DomainError, match="cannot change any more") as refused:
        save(handed_in_attempt, "first-words", {"text": "better"})
    assert refused.value.code == "handed_in"
    assert submission_of(handed_in_attempt).content_hash == before


def test_a_void_attempt_takes_no_more_answers(started_attempt, campus):
    save(started_attempt, "decide", {"choice": "stay"})
    services.void_attempt(
        Attempt.objects.get(pk=started_attempt.pk), by=campus.director, reason="Wrong form."
    )
    with pytest.raises(DomainError):
        save(started_attempt, "first-words", {"text": "still writing"})
    with pytest.raises(DomainError):
        commit(started_attempt, "arrival")
    submission = submission_of(started_attempt)
    assert [one.item.code for one in answers_given(submission)] == ["decide"]
    assert not StageCommit.objects.filter(submission=submission).exists()


# --- The clock ---


@pytest.mark.parametrize("late", [-SECOND, timedelta(0), 59 * SECOND])
def test_an_answer_within_the_grace_counts(late, started_attempt, time_machine):
    time_machine.move_to(started_attempt.due_at + late, tick=False)
    assert save(started_attempt, "first-words", {"text": "in time"}).words == 2
    assert not LateAnswer.objects.exists()


def test_an_answer_after_the_grace_is_kept_apart_and_the_person_is_told(
    started_attempt, time_machine
):
    save(started_attempt, "first-words", {"text": "in time"})
    time_machine.move_to(started_attempt.due_at + 61 * SECOND, tick=False)
    with pytest.raises(TimeOver, match="was kept as it is, but it does not count") as refused:
        save(started_attempt, "first-words", {"text": "too late"})
    assert refused.value.code == "time_over"
    late = LateAnswer.objects.get()
    assert late.arrived_at == started_attempt.due_at + 61 * SECOND
    assert b"too late" not in bytes(late.sealed_text)
    submission = submission_of(started_attempt)
    assert [one.text for one in answers_given(submission)] == ["in time"]
    assert events("answer.late", submission).get().detail["item"] == "first-words"


def test_every_late_answer_is_kept_even_after_hand_in(handed_in_attempt, time_machine):
    time_machine.move_to(handed_in_attempt.due_at + 61 * SECOND, tick=False)
    for text in ("one", "two"):
        with pytest.raises(TimeOver):
            save(handed_in_attempt, "first-words", {"text": text})
    assert LateAnswer.objects.count() == 2


def test_a_late_answer_that_cannot_be_taken_is_refused_like_any_other(
    started_attempt, time_machine
):
    time_machine.move_to(started_attempt.due_at + 61 * SECOND)
    with pytest.raises(InvalidInput, match="not one of the options"):
        save(started_attempt, "decide", {"choice": "fly"})
    assert not LateAnswer.objects.exists()


def test_when_time_is_over_the_workflow_hands_in_what_there_is(started_attempt, time_machine):
    save(started_attempt, "first-words", {"text": "half"})
    time_machine.move_to(started_attempt.due_at + 60 * SECOND, tick=False)
    pipeline.advance_attempt(started_attempt.pk)
    assert submission_of(started_attempt).state == "drafting"  # the grace is the trainee's
    time_machine.move_to(started_attempt.due_at + 61 * SECOND, tick=False)
    pipeline.advance_attempt(started_attempt.pk)
    submission = submission_of(started_attempt)
    assert submission.state == "received"
    assert submission.current_stage.code == "arrival"
    assert [one.text for one in answers_given(submission)] == ["half"]
    assert events("attempt.handed_in", started_attempt).get().actor_id is None


def test_an_attempt_that_nobody_started_lapses_when_its_window_closes(
    assigned_attempt, time_machine
):
    time_machine.move_to(assigned_attempt.closes_at, tick=False)
    assert not pipeline.advance_attempt(assigned_attempt.pk)
    time_machine.move_to(assigned_attempt.closes_at + SECOND, tick=False)
    assert pipeline.advance_attempt(assigned_attempt.pk)
    assigned_attempt.refresh_from_db()
    assert assigned_attempt.state == "lapsed"


# --- Pauses ---


@pytest.fixture
def paused(campus):
    """An attempt with ten minutes of pauses, paused at once."""
    enrolment = factories.enrolment(campus.cohort)
    programs.accommodate(enrolment, extra_pause_minutes=10, reason="Ill.", by=campus.director)
    attempt = factories.started(campus, enrolment)
    pause_attempt(attempt, by=trainee_of(attempt))
    return attempt


def test_while_the_clock_stands_still_nothing_is_written(paused):
    with pytest.raises(DomainError, match="The clock stands still") as refused:
        save(paused, "first-words", {"text": "x"})
    assert refused.value.code == "paused"
    with pytest.raises(DomainError, match="stands still already"):
        pause_attempt(paused, by=trainee_of(paused))


def test_a_pause_gives_its_time_back_up_to_the_allowance(paused, time_machine):
    due = paused.due_at
    time_machine.move_to(timezone.now() + timedelta(minutes=4))
    resume_attempt(paused, by=trainee_of(paused))
    assert timedelta(minutes=4) <= paused.due_at - due < timedelta(minutes=4, seconds=5)
    pause_attempt(paused, by=trainee_of(paused))
    time_machine.move_to(timezone.now() + timedelta(minutes=30))
    resume_attempt(paused, by=trainee_of(paused))
    assert paused.due_at - due <= timedelta(minutes=10)
    with pytest.raises(DomainError, match="used up"):
        pause_attempt(paused, by=trainee_of(paused))
    with pytest.raises(DomainError, match="The clock is running"):
        resume_attempt(paused, by=trainee_of(paused))


def test_a_pause_that_outlasts_everything_ends_the_sitting_and_loses_nothing(paused, time_machine):
    time_machine.move_to(paused.due_at + timedelta(minutes=10) + 61 * SECOND, tick=False)
    with pytest.raises(TimeOver):
        save(paused, "first-words", {"text": "kept"})
    assert LateAnswer.objects.count() == 1
    pipeline.advance_attempt(paused.pk)
    assert submission_of(paused).state == "received"


def test_nobody_pauses_for_another(started_attempt, campus):
    with pytest.raises(NotAllowed):
        pause_attempt(started_attempt, by=campus.director)
    with pytest.raises(DomainError, match="used up"):
        pause_attempt(started_attempt, by=trainee_of(started_attempt))


# --- Committing ---


def test_finishing_a_stage_locks_it_and_reveals_the_next(started_attempt):
    save(started_attempt, "decide", {"choice": "leave"})
    following = commit(started_attempt, "arrival")
    assert following.code == "corridor"
    submission = submission_of(started_attempt)
    assert submission.current_stage == following
    assert all(submission.answers.values_list("locked", flat=True))
    assert [c.stage.code for c in submission.commits.all()] == ["arrival"]
    assert events("stage.committed", submission).get().detail == {"stage": "arrival"}


def test_the_last_stage_ends_the_story(sat_attempt):
    submission = submission_of(sat_attempt)
    assert submission.current_stage is None
    assert [(c.position, c.stage.code) for c in submission.commits.all()] == [
        (1, "arrival"),
        (2, "room"),
    ]


def test_the_story_waits_for_the_decision(started_attempt):
    with pytest.raises(DomainError, match="Decide what you do") as refused:
        commit(started_attempt, "arrival")
    assert refused.value.code == "undecided"
    assert not submission_of(started_attempt).commits.exists()


@pytest.mark.parametrize("stage", ["room", "corridor"])
def test_a_stage_that_was_not_reached_cannot_be_finished(stage, started_attempt):
    with pytest.raises(DomainError, match="This stage is not open") as refused:
        commit(started_attempt, stage)
    assert refused.value.code == "stage_closed"


def test_a_stage_is_finished_once(started_attempt):
    save(started_attempt, "decide", {"choice": "stay"})
    commit(started_attempt, "arrival")
    with pytest.raises(DomainError, match="a finished stage stays as it is"):
        commit(started_attempt, "arrival")
    assert submission_of(started_attempt).commits.count() == 1


def test_an_unknown_stage_is_refused(started_attempt):
    with pytest.raises(InvalidInput, match="no stage “attic”") as refused:
        commit(started_attempt, "attic")
    assert refused.value.field == "stage"


def test_nobody_answers_or_finishes_for_another(started_attempt, campus):
    submission = submission_of(started_attempt)
    with pytest.raises(NotAllowed):
        services.save_answer(submission, "decide", {"choice": "stay"}, by=campus.director)
    with pytest.raises(NotAllowed):
        services.commit_stage(submission, "arrival", by=campus.director)


# --- Handing in ---


def test_handing_in_freezes_every_submission_with_its_hash(sat_attempt):
    services.freeze(sat_attempt, by=trainee_of(sat_attempt))
    submission = submission_of(sat_attempt)
    assert (sat_attempt.state, submission.state) == ("handed_in", "received")
    assert submission.received_at is not None
    written = {
        "vignette": {
            "version": "V1/1",
            "content_hash": submission.vignette_version.content_hash,
        },
        "path": ["arrival", "room"],
        "answers": contents.good_answers(),
    }
    assert submission.content_hash == content_hash(written)
    event = events("submission.received", submission).get()
    assert event.detail["content_hash"] == submission.content_hash


def test_an_attempt_is_handed_in_once(handed_in_attempt):
    with pytest.raises(DomainError, match="handed in already") as refused:
        services.freeze(handed_in_attempt, by=trainee_of(handed_in_attempt))
    assert refused.value.code == "handed_in"
    assert events("attempt.handed_in", handed_in_attempt).count() == 1


def test_what_was_never_started_cannot_be_handed_in(assigned_attempt):
    with pytest.raises(DomainError) as refused:
        services.freeze(assigned_attempt, by=trainee_of(assigned_attempt))
    assert refused.value.code == "not_started"
    assert "already" not in refused.value.message


def test_an_unfinished_vignette_is_named_and_nothing_is_frozen(started_attempt):
    with pytest.raises(DomainError, match="Finish every stage first: The long night") as refused:
        services.freeze(started_attempt, by=trainee_of(started_attempt))
    assert refused.value.code == "unfinished"
    assert submission_of(started_attempt).state == "drafting"


def test_nobody_hands_in_for_another(sat_attempt, campus):
    with pytest.raises(NotAllowed):
        services.freeze(sat_attempt, by=campus.director)
    assert submission_of(sat_attempt).state == "drafting"


def test_two_trainees_who_write_the_same_have_the_same_hash(campus):
    one, other = factories.handed_in(campus), factories.handed_in(campus)
    assert submission_of(one).content_hash == submission_of(other).content_hash
    blank = factories.handed_in(campus, answers={"decide": {"choice": "stay"}})
    assert submission_of(blank).content_hash != submission_of(one).content_hash


def test_erased_words_leave_the_submission_and_its_hash(handed_in_attempt):
    submission = submission_of(handed_in_attempt)
    PersonKey.objects.filter(person=trainee_of(handed_in_attempt)).update(
        wrapped=None, destroyed_at=timezone.now()
    )
    texts = {g.item.code: g.text for g in answers_given(submission) if not g.item.rules.keyed}
    assert texts == {"first-words": ERASED, "closing-words": ERASED}
    assert submission_of(handed_in_attempt).content_hash == submission.content_hash


# --- Void and release ---


@pytest.mark.parametrize("build", [factories.assigned, factories.started])
def test_a_director_voids_what_was_not_handed_in_and_says_why(build, campus):
    attempt = build(campus)
    services.void_attempt(attempt, by=campus.director, reason="Power cut.")
    attempt.refresh_from_db()
    assert (attempt.state, attempt.void_reason) == ("void", "Power cut.")
    assert events("attempt.void", attempt).get().reason == "Power cut."


def test_what_was_handed_in_cannot_be_voided(handed_in_attempt, campus):
    with pytest.raises(TransitionRefused):
        services.void_attempt(handed_in_attempt, by=campus.director, reason="Regret.")


@pytest.mark.parametrize("reason", ["", " \n"])
def test_voiding_needs_a_reason(reason, assigned_attempt, campus):
    with pytest.raises(InvalidInput, match="Say why") as refused:
        services.void_attempt(assigned_attempt, by=campus.director, reason=reason)
    assert refused.value.field == "reason"


def test_a_trainee_voids_nothing(assigned_attempt):
    with pytest.raises(NotAllowed):
        services.void_attempt(assigned_attempt, by=trainee_of(assigned_attempt), reason="Tired.")


def test_results_are_released_once_after_the_decision(campus):
    attempt = factories.attempt_of(factories.ratified(campus))
    services.release_results(attempt, by=campus.director)
    assert attempt.released_at is not None
    with pytest.raises(DomainError, match="released already"):
        services.release_results(attempt, by=campus.director)
    assert events("attempt.released", attempt).count() == 1


def test_results_without_a_ratified_decision_are_not_released(proposal, campus):
    attempt = factories.attempt_of(proposal)
    with pytest.raises(DomainError, match="once the decision is ratified"):
        services.release_results(attempt, by=campus.director)
    assert Attempt.objects.get(pk=attempt.pk).released_at is None


def test_only_directors_release_results(campus):
    attempt = factories.attempt_of(factories.ratified(campus))
    for other in (campus.certifier, campus.supervisors[0], trainee_of(attempt)):
        with pytest.raises(NotAllowed):
            services.release_results(attempt, by=other)
