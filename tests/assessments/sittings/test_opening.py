"""A sitting is opened for a cohort: once, for whom it can, and who is left out is told why."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from assessments.attempts.models import Attempt
from assessments.attempts.services import start_attempt, void_attempt
from assessments.sittings import runs, services, tasks
from assessments.sittings.models import Place, Sitting
from assessments.sittings.services import give_more_time, open_sitting, preview
from assessments.sittings.states import LeftOut
from competency.audit.models import AuditEvent
from competency.decisions.models import SittingMode
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.notifications.models import Notification
from competency.programs.models import Enrolment
from competency.programs.services import accommodate
from tests import factories
from tests.factories.forms import with_second_form

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def shared_class(shared_campus, django_db_blocker):
    """A campus with two forms, and three people in its cohort."""
    with django_db_blocker.unblock():
        campus = with_second_form(shared_campus)
        return campus, [factories.enrolment(campus.cohort) for _ in range(3)]


@pytest.fixture
def campus(shared_class, db):
    return shared_class[0]


@pytest.fixture
def people(shared_class, db):
    """By number, each read anew: a test may change them."""
    rows = Enrolment.objects.select_related("trainee", "cohort__program")
    keys = [row.pk for row in shared_class[1]]
    return list(rows.filter(pk__in=keys).order_by("trainee__name", "pk"))


def window(**changes):
    now = timezone.now()
    return {"opens_at": now, "closes_at": now + 7 * DAY} | changes


def opened(campus, **changes):
    given = window() | {"by": campus.director} | changes
    return open_sitting(campus.cohort, campus.assessment, **given)


def asked(campus, **changes):
    given = window() | {"by": campus.director} | changes
    return preview(campus.cohort, campus.assessment, **given)


def of(sitting, enrolment):
    return sitting.places.get(enrolment=enrolment)


def test_everybody_in_the_cohort_gets_an_attempt(campus, people):
    sitting = opened(campus)

    attempts = Attempt.objects.filter(place__sitting=sitting)
    assert {attempt.enrolment_id for attempt in attempts} == {row.pk for row in people}
    assert {attempt.closes_at for attempt in attempts} == {sitting.closes_at}
    assert sitting.state == "open"
    acts = AuditEvent.objects.filter(subject_id=sitting.pk).order_by("id")
    assert list(acts.values_list("action", flat=True)) == [
        "sitting.opened",
        "sitting.open",
        "sitting.filled",
    ]


def test_forms_are_taken_in_turn_unless_one_is_named(campus, people):
    numbers = [row.form.number for row in asked(campus)]
    assert numbers == [1, 2, 1]

    second = campus.assessment.forms.get(number=2)
    sitting = opened(campus, first_form=second)
    forms = Attempt.objects.filter(place__sitting=sitting).values_list("form__number", flat=True)
    assert list(forms) == [2, 2, 2]


def test_what_the_preview_says_is_what_happens(campus, people):
    planned = asked(campus)
    sitting = opened(campus)
    for row in planned:
        assert of(sitting, row.enrolment).attempt.form == row.form


def test_pressed_twice_it_opens_once(campus, people):
    key = uuid4()
    first = opened(campus, idempotency_key=key)
    assert opened(campus, idempotency_key=key) == first
    assert Attempt.objects.filter(enrolment__in=people).count() == 3


def test_a_second_sitting_leaves_out_whoever_has_one_open(campus, people):
    opened(campus, enrolment=people[0])
    sitting = opened(campus)
    assert of(sitting, people[0]).left_out == LeftOut.OPEN_ALREADY
    assert of(sitting, people[1]).attempt is not None

    with pytest.raises(DomainError, match="Nobody here would get an attempt") as refused:
        opened(campus)
    assert refused.value.code == "nobody"
    assert Sitting.objects.filter(cohort=campus.cohort).count() == 2


def test_for_one_person_nobody_else_is_concerned(campus, people):
    sitting = opened(campus, enrolment=people[1])
    assert list(sitting.places.values_list("enrolment", flat=True)) == [people[1].pk]
    with pytest.raises(InvalidInput, match="not in the cohort"):
        opened(campus, enrolment=factories.enrolment(factories.cohort(campus.program)))


def test_who_may_not_sit_is_left_out_with_the_reason(campus, people):
    closed = people[0]
    closed.trainee.is_active = False
    closed.trainee.save()
    stranger = Enrolment.objects.create(
        cohort=campus.cohort, trainee=factories.person(), trainee_number="X"
    )
    planned = {row.enrolment: row for row in asked(campus)}
    assert planned[closed].left_out == LeftOut.ACCOUNT_CLOSED
    assert planned[stranger].left_out == LeftOut.NO_TRAINEE


def test_nobody_opens_or_lengthens_their_own_sitting(campus, people):
    own = factories.enrolment(campus.cohort, campus.director)
    planned = {row.enrolment: row for row in asked(campus)}
    assert planned[own].left_out == LeftOut.ONESELF
    attempt = factories.assigned(campus, own)
    with pytest.raises(NotAllowed, match="your own attempt"):
        give_more_time(attempt, minutes=5, reason="Busy.", by=campus.director)


def test_the_preview_tells_of_accommodations_and_of_consent(campus, people):
    accommodate(people[0], extra_percent=25, reason="A reader.", by=campus.director)
    factories.notice()
    planned = {row.enrolment: row for row in asked(campus)}
    assert [planned[row].accommodated for row in people] == [True, False, False]
    assert all(planned[row].asked_first for row in people)
    attempt = of(opened(campus), people[0]).attempt
    assert attempt.accommodated


@pytest.mark.parametrize(
    ("levels", "after", "reason"),
    [((2, 2), 0, LeftOut.TOO_EARLY), ((4, 4), 40, LeftOut.COMPETENT)],
)
@pytest.mark.django_db
def test_a_decided_attempt_bars_or_waits(levels, after, reason):
    campus = with_second_form(factories.campus(standard={"resit_days": 30}))
    decision = factories.ratified(campus, *levels)
    opens_at = timezone.now() + after * DAY
    (row,) = asked(campus, opens_at=opens_at, closes_at=opens_at + DAY)
    assert row.left_out == reason
    if reason == LeftOut.TOO_EARLY:
        assert row.waits_until == decision.settled_at + 30 * DAY
        opens_at = row.waits_until
        (row,) = asked(campus, opens_at=opens_at, closes_at=opens_at + DAY)
        assert (row.resit, row.form.number) == (True, 2)
        factories.enrolment(campus.cohort)
        sitting = opened(campus, opens_at=opens_at, closes_at=opens_at + DAY)
        assert sitting.state == "planned"
        attempt = of(sitting, decision.enrolment).attempt
        assert (attempt.number, attempt.form.number) == (2, 2)


def test_who_was_stopped_in_the_middle_gets_a_form_they_have_not_seen(campus, people):
    one = people[0]
    attempt = factories.assigned(campus, one)
    start_attempt(attempt, by=one.trainee)
    void_attempt(attempt, by=campus.director, reason="Fire alarm.")
    sitting = opened(campus, first_form=campus.assessment.forms.get(number=1))
    assert of(sitting, one).attempt.form.number == 2


def test_a_sitting_may_be_watched_where_the_standard_does_not_ask_for_it(campus, people):
    with pytest.raises(InvalidInput) as refused:
        opened(campus, sitting_mode="at home")
    assert set(refused.value.problems) == {"sitting_mode"}
    sitting = opened(campus, sitting_mode=SittingMode.INVIGILATED)
    modes = Attempt.objects.filter(place__sitting=sitting).values_list("sitting_mode", flat=True)
    assert set(modes) == {"invigilated"}


@pytest.mark.django_db
def test_a_standard_that_says_watched_is_kept_to():
    campus = factories.campus(standard={"sitting_mode": SittingMode.INVIGILATED})
    factories.enrolment(campus.cohort)
    with pytest.raises(InvalidInput, match="asks for an invigilated sitting"):
        opened(campus, sitting_mode=SittingMode.UNSUPERVISED)
    assert not Attempt.objects.exists()
    opened(campus)
    assert Attempt.objects.get().sitting_mode == SittingMode.INVIGILATED


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"closes_at": timezone.now() - 9 * DAY}, "closes before it opens"),
        (
            {"opens_at": timezone.now() - 9 * DAY, "closes_at": timezone.now() - DAY},
            "over already",
        ),
    ],
)
def test_a_window_that_cannot_be_is_refused(campus, people, changes, message):
    with pytest.raises(InvalidInput, match=message):
        opened(campus, **changes)


def test_only_whoever_runs_the_program_opens(campus, people):
    for by in (campus.certifier, campus.supervisors[0], people[0].trainee):
        with pytest.raises(NotAllowed):
            opened(campus, by=by)


@pytest.fixture
def large(campus, people, monkeypatch):
    """A sitting that is too large to be opened at once."""
    monkeypatch.setattr(services, "AT_ONCE", 1)
    return opened(campus)


def test_a_large_cohort_is_opened_in_batches(large):
    assert not Attempt.objects.filter(place__sitting=large).exists()
    assert runs.open_places(large.pk, 2)
    assert Place.objects.filter(sitting=large, settled_at=None).count() == 1
    assert runs.open_places(large.pk, 2)
    assert not runs.open_places(large.pk, 2)
    assert Attempt.objects.filter(place__sitting=large).count() == 3
    told = AuditEvent.objects.get(action="sitting.filled", subject_id=large.pk)
    assert told.detail == {"opened": 3, "left_out": 0}


def test_a_batch_looks_again_at_who_got_an_attempt_meanwhile(campus, large, people):
    factories.assigned(campus, people[2])
    runs.open_places(large.pk)
    assert of(large, people[2]).left_out == LeftOut.OPEN_ALREADY


def test_a_run_of_which_nothing_was_heard_is_taken_up(
    large, eager_tasks, settings, django_capture_on_commit_callbacks
):
    settings.SWEEP_PATIENCE = 0
    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep()
    assert not Place.objects.filter(sitting=large, settled_at=None).exists()


def test_everybody_is_told_once(campus, people):
    opened(campus)
    told = Notification.objects.filter(person__in=[row.trainee for row in people])
    assert told.filter(kind="attempt.assigned").count() == 3


def test_a_preview_takes_as_many_queries_for_many_as_for_one(
    campus, people, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        asked(campus, enrolment=people[0])
    for _ in range(4):
        factories.enrolment(campus.cohort)
    with django_assert_num_queries(len(captured)):
        asked(campus)
