"""The register of complaints: numbered without gaps, answered once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from competency.audit.models import AuditEvent
from competency.cases import services
from competency.cases.models import Complaint
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.programs.roles import Role
from tests import factories
from tests.factories import count_rows
from tests.refusals import frozen

AT_ONCE = 6


@pytest.fixture
def run(db):
    """A program and its director."""
    return factories.program_with(Role.DIRECTOR)


def complain(program, by=None, **changes):
    said = {
        "complainant_name": "R. Okafor",
        "subject": "A certificate without its limits",
        "text": "A clinic quotes it in an advertisement.",
    }
    return services.take_complaint(program, **said | changes, by=by)


def answer(complaint, by, outcome="The clinic took it down."):
    services.answer_complaint(complaint, outcome=outcome, by=by)


def test_anybody_may_complain_even_without_an_account(run):
    program, _ = run
    complaint = complain(program)
    assert (complaint.number, complaint.complainant) == (1, None)
    assert complaint.complainant_name == "R. Okafor"
    event = AuditEvent.objects.get(action="complaint.received")
    assert (event.actor_id, event.program_id) == (None, program.pk)


def test_with_an_account_the_register_knows_whose_complaint_it_is(run):
    program, _ = run
    person = factories.person()
    assert complain(program, by=person).complainant == person


def test_each_program_numbers_its_own_complaints_from_one(run):
    program, _ = run
    elsewhere = factories.program()
    assert [complain(program).number for _ in range(3)] == [1, 2, 3]
    assert complain(elsewhere).number == 1
    assert complain(program).number == 4


@pytest.mark.parametrize("field", ["complainant_name", "subject", "text"])
@pytest.mark.parametrize("said", ["", " \n", "a\x00b"])
def test_a_complaint_that_cannot_be_answered_is_refused_by_field(said, field, run):
    program, _ = run
    before = count_rows(Complaint, AuditEvent)
    with pytest.raises(InvalidInput) as refused:
        complain(program, **{field: said})
    assert refused.value.field == field
    assert count_rows(Complaint, AuditEvent) == before


def test_a_director_answers_and_date_and_outcome_stay(run):
    program, director = run
    complaint = complain(program)
    answer(complaint, director)
    assert (complaint.outcome, complaint.answered_by) == ("The clinic took it down.", director)
    assert complaint.answered_at >= complaint.received_at
    with pytest.raises(DomainError, match="answered already"):
        answer(complaint, director, "Something else.")
    with frozen():
        Complaint.objects.filter(pk=complaint.pk).update(outcome="Something else.")
    assert AuditEvent.objects.filter(action="complaint.answered").count() == 1


def test_nobody_answers_their_own_complaint(run):
    program, director = run
    with pytest.raises(NotAllowed, match="Nobody answers their own"):
        answer(complain(program, by=director), director)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.DIRECTOR])
def test_only_directors_of_the_program_answer(role, run):
    program, _ = run
    complaint = complain(program)
    _, stranger = factories.program_with(Role.DIRECTOR)
    for by in (factories.member(program, role), stranger):
        with pytest.raises(NotAllowed):
            answer(complaint, by)
    complaint.refresh_from_db()
    assert complaint.answered_at is None


@pytest.mark.parametrize("outcome", ["", " \n"])
def test_an_answer_says_what_came_of_it(outcome, run):
    program, director = run
    with pytest.raises(InvalidInput) as refused:
        answer(complain(program), director, outcome)
    assert refused.value.field == "outcome"


@pytest.mark.django_db(transaction=True)
def test_complaints_that_arrive_at_once_are_numbered_without_gaps():
    program = factories.program()

    def one(_):
        try:
            return complain(program).number
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as together:
        numbers = list(together.map(one, range(AT_ONCE)))
    assert sorted(numbers) == list(range(1, AT_ONCE + 1))
    assert Complaint.objects.count() == AT_ONCE
