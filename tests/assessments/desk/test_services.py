"""Drafts that survive tabs, lost replies and devices; comments; the choice of keys."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from assessments.desk import services
from assessments.desk.models import Comment, DeskChoice, ReviewDraft
from assessments.desk.services import (
    StaleDraft,
    choose_keys,
    draft_of,
    forget_comment,
    keep_comment,
    save_draft,
)
from assessments.reviews.models import Review
from assessments.reviews.services import lapse
from assessments.workflow import services as workflow
from competency.accounts.models import PersonKey
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from tests import factories
from tests.factories import reviews_of

WORDS = "He says “I stay near you”, and he does."


@pytest.fixture
def review(attempt_under_review):
    return reviews_of(attempt_under_review)[0]


def content(**rating):
    row = {"criterion": "C1", "level": None, "rationale": WORDS, "citations": []} | rating
    return {"ratings": [row], "harms": [], "flags": [], "summary": ""}


def save(review, given=None, *, revision=0, idem=None, by=None):
    given = content() if given is None else given
    return save_draft(
        review, given, revision=revision, idem=idem or uuid4(), by=by or review.reviewer
    )


def test_the_first_save_takes_the_review_up(review):
    assert save(review).revision == 1
    review.refresh_from_db()
    assert review.state == "in_progress"
    assert draft_of(review).content["ratings"][0]["rationale"] == WORDS


def test_a_draft_is_sealed_with_the_trainees_key(review):
    draft = save(review)
    assert b"near you" not in bytes(draft.sealed)
    person = review.submission.attempt.enrolment.trainee
    PersonKey.objects.filter(person=person).update(wrapped=None, destroyed_at=timezone.now())
    assert draft_of(review).content["ratings"] == []
    with pytest.raises(DomainError, match="were erased"):
        save(review, revision=1)


def test_an_older_revision_is_refused_with_the_newer_content(review):
    save(review)
    save(review, content(level=3), revision=1)
    with pytest.raises(StaleDraft) as refused:
        save(review, content(level=1), revision=1)
    assert refused.value.newer.revision == 2
    assert refused.value.newer.content["ratings"][0]["level"] == 3
    assert draft_of(review).content["ratings"][0]["level"] == 3


def test_a_save_that_comes_twice_is_one(review):
    idem = uuid4()
    save(review, idem=idem)
    assert save(review, idem=idem).revision == 1


def test_the_time_between_saves_counts_and_pauses_do_not(review):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for revision, gap in enumerate((0, 60, 90, 3600, 30)):
            clock.shift(timedelta(seconds=gap))
            draft = save(review, revision=revision)
    assert draft.active_seconds == 60 + 90 + 30


def test_only_the_reviewer_of_the_seat_writes(review, attempt_under_review):
    other = reviews_of(attempt_under_review)[1]
    with pytest.raises(NotAllowed):
        save(review, by=other.reviewer)


def test_a_seat_that_lapsed_takes_no_more_and_says_so(review):
    save(review)
    review.refresh_from_db()
    lapse(review)
    with pytest.raises(DomainError, match="no longer yours"):
        save(review, revision=1)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (content(criterion="Z9"), "ratings.Z9"),
        (content(level=5), "ratings.C1.level"),
        (content(rationale="a\x00"), "ratings.C1.rationale"),
        (content(rationale="a" * 20_001), "ratings.C1.rationale"),
        (content(citations=[{"item": "decide", "start": 0, "end": 1}]), "ratings.C1.citations"),
        (
            content(citations=[{"item": "first-words", "start": 0, "end": 999}]),
            "ratings.C1.citations",
        ),
        (content() | {"ratings": content()["ratings"] * 2}, "ratings.C1"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_name(review, given, field):
    with pytest.raises(InvalidInput) as refused:
        save(review, given)
    assert field in refused.value.problems
    assert not ReviewDraft.objects.exists()


def test_completing_drops_the_draft_and_keeps_the_time(review):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        save(review)
        clock.shift(timedelta(seconds=80))
        save(review, revision=1)
    factories.give(review)
    assert not ReviewDraft.objects.exists()
    assert Review.objects.get(pk=review.pk).active_seconds == 80


def test_stepping_back_drops_the_draft(review):
    save(review)
    review.refresh_from_db()
    workflow.recuse(review, reason="I know the hand.", by=review.reviewer)
    assert not ReviewDraft.objects.exists()


def test_comments_are_ones_own_and_kept_once(review, campus):
    person, other = campus.supervisors[:2]
    kept = keep_comment(" Stays near. ", criterion="C1", by=person)
    assert keep_comment("Stays near.", criterion="C1", by=person) == kept
    assert not Comment.objects.kept_by(other).exists()
    forget_comment(kept, by=other)
    assert Comment.objects.kept_by(person).get() == kept
    forget_comment(kept, by=person)
    assert not Comment.objects.exists()


def test_a_comment_needs_words_and_a_reviewer(campus):
    with pytest.raises(InvalidInput):
        keep_comment("  ", by=campus.supervisors[0])
    with pytest.raises(InvalidInput, match="2,000"):
        keep_comment("a" * 2001, by=campus.supervisors[0])
    with pytest.raises(NotAllowed):
        keep_comment("Words.", by=campus.director)


def test_a_shelf_of_comments_is_full_one_day(campus, monkeypatch):
    monkeypatch.setattr(services, "MOST_COMMENTS", 1)
    keep_comment("One.", by=campus.supervisors[0])
    with pytest.raises(DomainError, match="remove one first"):
        keep_comment("Two.", by=campus.supervisors[0])


def test_single_keys_are_on_until_they_are_switched_off(campus):
    person = campus.supervisors[0]
    assert DeskChoice.objects.single_keys_of(person)
    choose_keys(single_keys=False, by=person)
    assert not DeskChoice.objects.single_keys_of(person)
    choose_keys(single_keys=True, by=person)
    assert DeskChoice.objects.single_keys_of(person)
