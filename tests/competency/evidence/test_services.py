"""The one door through which evidence comes in."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from competency.audit.models import AuditEvent
from competency.evidence.models import Evidence
from competency.evidence.services import Estimate, record_evidence, rounded
from competency.frameworks.models import Competency
from tests import factories
from tests.factories import count_rows


@pytest.fixture
def enrolment(campus):
    return factories.enrolment(campus.cohort)


@pytest.fixture
def competencies(campus):
    rows = Competency.objects.filter(domain__version=campus.framework)
    return {row.code: row.pk for row in rows}


def test_evidence_is_a_level_with_its_error_and_the_ratings_behind_it(enrolment, competencies):
    source = uuid4()
    estimates = [
        (competencies["C1"], Estimate(3.33333, 0.25, 4)),
        (competencies["D1"], Estimate(2.0, 0.0, 1)),
    ]
    rows = record_evidence(enrolment, estimates, source_id=source, by=None)
    found = {row.competency_id: row for row in Evidence.objects.filter(source_id=source)}
    assert {row.pk for row in rows} == {row.pk for row in found.values()}
    first = found[competencies["C1"]]
    assert (first.value, first.standard_error, first.ratings) == (
        Decimal("3.3333"),
        Decimal("0.2500"),
        4,
    )
    assert (first.source_type, first.round, first.program_id) == (
        "attempt",
        1,
        enrolment.program_id,
    )
    event = AuditEvent.objects.get(action="evidence.recorded", subject_id=enrolment.pk)
    assert event.detail == {"source": str(source), "round": 1}


def test_the_same_source_and_round_is_recorded_once(enrolment, competencies):
    source = uuid4()
    first = record_evidence(
        enrolment, [(competencies["C1"], Estimate(3, 0.2, 2))], source_id=source, by=None
    )
    before = count_rows(Evidence, AuditEvent)
    again = record_evidence(
        enrolment, [(competencies["C1"], Estimate(1, 0.9, 9))], source_id=source, by=None
    )
    assert [row.pk for row in again] == [row.pk for row in first]
    assert count_rows(Evidence, AuditEvent) == before
    assert Evidence.objects.get(source_id=source).value == 3


def test_another_round_or_another_source_is_evidence_of_its_own(enrolment, competencies):
    source = uuid4()
    for options in (
        {"source_id": source},
        {"source_id": source, "round_number": 2},
        {"source_id": source, "source_type": "observation"},
        {"source_id": uuid4()},
    ):
        record_evidence(enrolment, [(competencies["C1"], Estimate(3, 0.2, 2))], by=None, **options)
    assert Evidence.objects.filter(enrolment=enrolment).count() == 4


@pytest.mark.parametrize(
    "estimate",
    [Estimate(0.9, 0.1, 1), Estimate(4.1, 0.1, 1), Estimate(3, -0.1, 1), Estimate(3, 0.1, 0)],
)
def test_evidence_off_the_scale_is_refused_and_nothing_is_kept(estimate, enrolment, competencies):
    before = count_rows(Evidence, AuditEvent)
    estimates = [(competencies["D1"], Estimate(3, 0.2, 2)), (competencies["C1"], estimate)]
    with pytest.raises(IntegrityError, match="evidence_"), transaction.atomic():
        record_evidence(enrolment, estimates, source_id=uuid4(), by=None)
    assert count_rows(Evidence, AuditEvent) == before


@pytest.mark.parametrize(
    ("value", "kept"), [(2.8, "2.8000"), (1 / 3, "0.3333"), (2 / 3, "0.6667"), (3, "3.0000")]
)
def test_numbers_are_kept_with_four_places(value, kept):
    assert str(rounded(value)) == kept
