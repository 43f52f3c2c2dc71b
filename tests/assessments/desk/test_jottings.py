"""What is written to settle a dispute, judge a passage or give an opinion is kept on the way."""

from uuid import uuid4

import pytest
from django.utils import timezone

from assessments.desk.jottings import LARGEST, jotting_of, save_jotting
from assessments.desk.models import Jotting
from assessments.desk.services import StaleDraft
from assessments.referrals.models import Opinion
from assessments.reviews.models import Adjudication
from assessments.workflow import services as workflow
from competency.accounts.models import PersonKey
from competency.foundation.errors import InvalidInput, NotAllowed
from tests import factories
from tests.factories import Campus

FIELDS = {"level:C1": ["3"], "reason:C1": ["He says “I stay near you”."]}


@pytest.fixture
def adjudication(campus: Campus) -> Adjudication:
    return factories.adjudication_of(factories.reviewed(campus, 2, 4))


def save(task: Adjudication, fields: dict[str, list[str]] = FIELDS, *, revision: int = 0) -> None:
    save_jotting(task, fields, revision=revision, idem=uuid4(), by=task.adjudicator)


def test_it_comes_back_as_it_was_written(adjudication: Adjudication) -> None:
    assert jotting_of(adjudication, by=adjudication.adjudicator).content == {}
    save(adjudication)
    save(adjudication, {"reason:C1": ["Better."]}, revision=1)
    kept = jotting_of(adjudication, by=adjudication.adjudicator)
    assert (kept.revision, kept.content) == (2, {"reason:C1": ["Better."]})


def test_a_save_that_comes_twice_is_one_save(adjudication: Adjudication) -> None:
    once = {"revision": 0, "idem": uuid4(), "by": adjudication.adjudicator}
    assert save_jotting(adjudication, FIELDS, **once).revision == 1
    assert save_jotting(adjudication, FIELDS, **once).revision == 1


def test_another_tab_is_refused_with_what_is_newer(adjudication: Adjudication) -> None:
    save(adjudication)
    with pytest.raises(StaleDraft) as refused:
        save(adjudication, {}, revision=0)
    assert refused.value.newer.content == FIELDS


def test_the_trainees_key_seals_it(adjudication: Adjudication) -> None:
    save(adjudication)
    assert b"near you" not in bytes(Jotting.objects.get().sealed)
    trainee = adjudication.submission.attempt.enrolment.trainee
    PersonKey.objects.filter(person=trainee).update(wrapped=None, destroyed_at=timezone.now())
    assert jotting_of(adjudication, by=adjudication.adjudicator).content == {}


def test_it_is_for_nobody_else(adjudication: Adjudication, campus: Campus) -> None:
    save(adjudication)
    assert jotting_of(adjudication, by=campus.director).content == {}
    with pytest.raises(NotAllowed):
        save_jotting(adjudication, FIELDS, revision=0, idem=uuid4(), by=campus.director)


def test_it_is_gone_once_the_dispute_is_settled(adjudication: Adjudication) -> None:
    save(adjudication)
    factories.settle(adjudication)
    assert not Jotting.objects.exists()
    with pytest.raises(NotAllowed):
        save(adjudication, revision=1)


def test_it_is_gone_once_the_opinion_is_given(campus: Campus) -> None:
    attempt = factories.reviewed(campus, 3, 3)
    seen = {review.reviewer_id for review in factories.reviews_of(attempt)}
    fresh = next(person for person in campus.supervisors if person.pk not in seen)
    opinion = Opinion.objects.create(attempt=attempt, round=1, judge=fresh, pseudonym="BCD-FGH")
    save_jotting(opinion, FIELDS, revision=0, idem=uuid4(), by=fresh)
    workflow.give_opinion(opinion, outcome="competent", reason="It holds.", by=fresh)
    assert not Jotting.objects.exists()


@pytest.mark.parametrize("words", ["\x00", "long" * LARGEST])
def test_what_cannot_be_kept_is_refused(adjudication: Adjudication, words: str) -> None:
    with pytest.raises(InvalidInput):
        save(adjudication, {"reason:C1": [words]})
