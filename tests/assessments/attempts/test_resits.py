"""Sit again: another form, after the Standard's days, as often as it allows."""

from datetime import timedelta

import pytest
from django.utils import timezone

from assessments.attempts import services
from assessments.attempts.models import Attempt
from assessments.attempts.resits import assign_resit
from assessments.workflow import services as workflow
from competency.foundation.errors import DomainError, NotAllowed
from competency.programs.services import accommodate
from tests import factories
from tests.factories import attempt_of, count_rows, trainee_of
from tests.factories.forms import with_second_form

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def shared_not_yet(shared_campus, django_db_blocker):
    """A campus with two forms, and a ratified *not yet competent* on the first."""
    with django_db_blocker.unblock():
        campus = with_second_form(shared_campus)
        return campus, factories.ratified(campus, 2, 2)


@pytest.fixture
def campus(shared_not_yet, db):
    return shared_not_yet[0]


@pytest.fixture
def not_yet(shared_not_yet, db):
    return shared_not_yet[1]


def resit(campus, decision, opens_at=None, **options):
    opens_at = opens_at or decision.settled_at + 30 * DAY
    return assign_resit(
        decision.enrolment,
        campus.assessment,
        opens_at=opens_at,
        **{"closes_at": opens_at + 7 * DAY, "by": campus.director} | options,
    )


def fail_again(campus, attempt, time_machine):
    """Sit an assigned re-sit, and not meet the standard again."""
    time_machine.move_to(attempt.opens_at + DAY)
    services.start_attempt(attempt, by=trainee_of(attempt))
    factories.answer(attempt)
    workflow.hand_in(attempt, by=trainee_of(attempt))
    factories.run_workflow(attempt)
    factories.review_again(attempt, 2, 2)
    decision = factories.decision_of(attempt)
    workflow.ratify(decision, by=campus.certifier)
    factories.run_workflow(attempt)
    return decision


def test_a_resit_takes_the_other_form(campus, not_yet):
    attempt = resit(campus, not_yet)
    first = attempt_of(not_yet)
    assert (first.form.number, attempt.form.number) == (1, 2)
    assert (attempt.number, attempt.state) == (2, "assigned")
    assert str(attempt.submissions.get().vignette_version) == "V2/1"


def test_a_resit_opens_to_the_second_after_the_days_of_the_standard(campus, not_yet):
    earliest = not_yet.settled_at + 30 * DAY
    with pytest.raises(DomainError, match=r"A re-sit can open from .*, 30 days after") as refused:
        resit(campus, not_yet, opens_at=earliest - timedelta(seconds=1))
    assert (refused.value.code, refused.value.field) == ("too_early", "opens_at")
    assert resit(campus, not_yet, opens_at=earliest).opens_at == earliest


@pytest.mark.django_db
def test_the_days_are_those_of_the_standard():
    campus = with_second_form(factories.campus(standard={"resit_days": 3}))
    decision = factories.ratified(campus, 2, 2)
    with pytest.raises(DomainError, match="3 days after"):
        resit(campus, decision, opens_at=decision.settled_at + 2 * DAY)
    assert resit(campus, decision, opens_at=decision.settled_at + 3 * DAY)


def test_one_resit_is_open_at_a_time(campus, not_yet):
    resit(campus, not_yet)
    with pytest.raises(DomainError, match="A re-sit follows a ratified") as refused:
        resit(campus, not_yet)
    assert refused.value.code == "no_resit"


@pytest.mark.parametrize("lost", ["void", "lapsed"])
def test_a_resit_that_was_never_sat_uses_nothing_up(lost, campus, not_yet, time_machine):
    attempt = resit(campus, not_yet)
    if lost == "void":
        services.void_attempt(attempt, by=campus.director, reason="Power cut.")
    else:
        time_machine.move_to(attempt.closes_at + DAY)
        factories.run_workflow(attempt)
    attempt.refresh_from_db()
    assert attempt.state == lost
    again = resit(campus, not_yet)
    assert (again.number, again.form.number) == (3, 2)


@pytest.mark.django_db
def test_resits_go_from_form_to_form_until_they_are_used_up(time_machine):
    campus = with_second_form(factories.campus(standard={"resit_limit": 2}, supervisors=2))
    decision, forms = factories.ratified(campus, 2, 2), [1]
    for _ in range(2):
        attempt = resit(campus, decision)
        forms.append(attempt.form.number)
        decision = fail_again(campus, attempt, time_machine)
        assert decision.outcome == "not_yet"
    assert forms == [1, 2, 1]
    with pytest.raises(DomainError, match="The Standard allows 2 re-sits") as refused:
        resit(campus, decision)
    assert refused.value.code == "no_resit_left"
    assert Attempt.objects.filter(enrolment=decision.enrolment).count() == 3


def test_a_resit_is_judged_on_its_own_evidence(campus, not_yet, time_machine):
    attempt = resit(campus, not_yet)
    decision = fail_again(campus, attempt, time_machine)
    rows = decision.enrolment.evidence.filter(source_id=attempt.pk)
    assert {row.ratings for row in rows} == {2}
    assert [row["vignette"] for row in decision.dossier["submissions"]] == ["V2/1"]
    not_yet.refresh_from_db()
    assert not_yet.state == "ratified"


def test_an_assessment_with_one_form_gives_no_resit(shared_campus, campus, not_yet):
    decision = factories.ratified(shared_campus, 2, 2)
    with pytest.raises(DomainError, match="no other form") as refused:
        resit(shared_campus, decision)
    assert refused.value.code == "no_other_form"


@pytest.mark.parametrize(
    "build",
    [
        lambda campus: factories.enrolment(campus.cohort),
        lambda campus: factories.assigned(campus).enrolment,
        lambda campus: factories.handed_in(campus).enrolment,
        lambda campus: factories.proposed(campus, 2, 2).enrolment,
        lambda campus: factories.ratified(campus, 4, 4).enrolment,
        lambda campus: factories.ratified(campus, 3, 3).enrolment,
    ],
    ids=["never sat", "assigned", "handed in", "proposed", "competent", "referred"],
)
def test_a_resit_follows_a_ratified_not_yet_and_nothing_else(build, campus):
    enrolment = build(campus)
    before = count_rows(Attempt)
    opens_at = timezone.now() + 60 * DAY
    with pytest.raises(DomainError, match="A re-sit follows a ratified") as refused:
        assign_resit(
            enrolment,
            campus.assessment,
            opens_at=opens_at,
            closes_at=opens_at + DAY,
            by=campus.director,
        )
    assert refused.value.code == "no_resit"
    assert count_rows(Attempt) == before


def test_only_a_director_opens_a_resit(campus, not_yet):
    for stranger in (
        campus.certifier,
        campus.author,
        campus.supervisors[0],
        not_yet.enrolment.trainee,
    ):
        with pytest.raises(NotAllowed):
            resit(campus, not_yet, by=stranger)


def test_an_accommodation_holds_for_the_resit(campus, not_yet):
    accommodate(not_yet.enrolment, extra_percent=100, reason="Ill.", by=campus.director)
    assert resit(campus, not_yet).allowed_seconds == 2 * attempt_of(not_yet).allowed_seconds
