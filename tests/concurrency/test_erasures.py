"""Erasing somebody at the moment at which something else happens to them."""

import json

import pytest

from assessments.attempts.services import release_results, start_attempt
from assessments.rights.services import InFlight, erase_person, take_out
from assessments.workflow import services as workflow
from competency.accounts.models import PersonKey, User
from competency.accounts.sealing import ERASED, Sealer, WordsErased
from competency.appeals.models import Appeal
from competency.foundation.errors import DomainError, TransitionRefused
from competency.privacy.models import Consent, Erasure
from competency.privacy.rotation import rotate_sealing_key
from competency.privacy.services import give_consent, publish_notice
from competency.reports.services import credential_report_csv
from tests import factories
from tests.concurrency.rivals import behind, errors, race, winners
from tests.factories import GOOD_WORDS, Campus, attempt_of, trainee_of

pytestmark = pytest.mark.django_db(transaction=True)


def small() -> Campus:
    return factories.campus(supervisors=0)


def fresh(row):
    return type(row)._default_manager.get(pk=row.pk)


def key_of(person: User) -> PersonKey:
    """The row on which all of these acts meet."""
    Sealer(person.pk)
    return PersonKey.objects.get(person=person)


def test_of_two_erasures_one_happens():
    person, staff = factories.person(), factories.superuser()
    rivals = race(
        key_of(person),
        lambda: erase_person(fresh(person), by=fresh(person)),
        lambda: erase_person(fresh(person), by=staff, reason="A letter."),
    )
    assert len(winners(rivals)) == 1
    assert [type(error) for error in errors(rivals)] == [WordsErased]
    assert Erasure.objects.count() == 1


def test_a_sitting_begins_or_its_trainee_is_erased_and_never_both():
    attempt = factories.assigned(small())
    trainee = trainee_of(attempt)
    rivals = race(
        attempt,
        lambda: start_attempt(fresh(attempt), by=fresh(trainee)),
        lambda: erase_person(fresh(trainee), by=fresh(trainee)),
    )
    assert len(winners(rivals)) == 1
    assert isinstance(errors(rivals)[0], InFlight | TransitionRefused)
    erased = Erasure.objects.exists()
    assert fresh(attempt).state == ("lapsed" if erased else "in_progress")


def test_an_appeal_is_lodged_or_its_trainee_is_erased_and_never_both():
    campus = factories.campus()
    decision = factories.ratified(campus, 2, 2)
    release_results(attempt_of(decision), by=campus.director)
    trainee = decision.enrolment.trainee
    rivals = race(
        key_of(trainee),
        lambda: workflow.lodge_appeal(fresh(decision), grounds="Look.", by=fresh(trainee)),
        lambda: erase_person(fresh(trainee), by=fresh(trainee)),
    )
    assert len(winners(rivals)) == 1
    assert isinstance(errors(rivals)[0], InFlight | WordsErased)
    assert Appeal.objects.exists() != Erasure.objects.exists()


def test_ones_data_is_taken_out_whole_or_not_at_all():
    campus = factories.campus()
    trainee = factories.ratified(campus, 2, 2).enrolment.trainee
    rivals = race(
        key_of(trainee),
        lambda: take_out(by=fresh(trainee)),
        lambda: erase_person(fresh(trainee), by=fresh(trainee)),
    )
    assert all(isinstance(error, InFlight | WordsErased) for error in errors(rivals))
    taken = rivals[0].result
    if taken is not None:
        answers = taken["attempts"][0]["submissions"][0]["answers"]
        assert GOOD_WORDS in [each["answered"].get("text") for each in answers]
        assert ERASED not in json.dumps(taken)
    else:
        assert Erasure.objects.exists()


def test_a_report_that_is_being_written_is_the_same_with_an_erasure_in_its_midst():
    campus = factories.campus()
    decision = factories.ratified(campus, 2, 2)
    trainee = decision.enrolment.trainee
    whole = list(credential_report_csv(campus.program, by=campus.director))
    written = credential_report_csv(campus.program, by=campus.director)
    lines = [next(written)]
    with behind(lambda: erase_person(fresh(trainee), by=fresh(trainee))) as rivals:
        PersonKey.objects.select_for_update().get(pk=key_of(trainee).pk)
    assert errors(rivals) == []
    assert [*lines, *written] == whole


def test_a_key_is_wrapped_anew_or_destroyed_and_never_comes_back(settings):
    person, staff = factories.person(), factories.superuser()
    row = key_of(person)
    settings.SEALING_KEY_FALLBACKS = [settings.SEALING_KEY]
    settings.SEALING_KEY = "c29tZS1vdGhlci1rZXktb2YtMzItYnl0ZXMtbG9uZyE="
    rivals = race(
        row,
        lambda: rotate_sealing_key(by=staff),
        lambda: erase_person(fresh(person), by=fresh(person)),
    )
    assert errors(rivals) == []
    assert fresh(row).wrapped is None
    assert Sealer(person.pk).erased


def test_of_two_notices_published_at_once_each_has_its_number():
    staff = factories.superuser()
    factories.notice()

    def publish():
        return publish_notice(title="Privacy", text="Words.", changes="All.", by=staff)

    rivals = race(staff, *[publish] * 2)
    numbers = {notice.number for notice in winners(rivals)}
    assert len(numbers) == len(winners(rivals)) >= 1
    assert all(isinstance(error, DomainError) for error in errors(rivals))


def test_however_often_one_clicks_one_agrees_once():
    person, notice = factories.person(), factories.notice()
    rivals = race(person, *[lambda: give_consent("sitting", notice=notice, by=person)] * 3)
    assert errors(rivals) == []
    assert Consent.objects.count() == 1
