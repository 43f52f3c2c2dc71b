"""Fixtures that every test may ask for.

A campus and attempts on it are built once per module, inside a transaction that ends with the
module, and handed to each test as a copy of its own; what the test then does to the rows is rolled
back as usual. Modules of transactional tests call the factories instead.
"""

import copy
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import TransactionTestCase

from assessments.attempts.models import Attempt
from competency.certificates.models import Certificate
from competency.decisions.models import Decision
from tests import factories
from tests.emptying import empty_tables
from tests.factories import Campus


@pytest.fixture(scope="session", autouse=True)
def emptied_at_once() -> Iterator[None]:
    """After a test that commits, the tables are emptied by `tests.emptying`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: empty_tables())
        yield


@pytest.fixture(scope="module")
def module_rows(django_db_setup: None, django_db_blocker) -> Iterator[None]:
    """Opens the transaction that holds what a module's tests share."""
    with django_db_blocker.unblock():
        rows = transaction.atomic()
        rows.__enter__()
    yield
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        rows.__exit__(None, None, None)


@pytest.fixture(scope="module")
def shared_campus(module_rows: None, django_db_blocker) -> Campus:
    """For module-scoped fixtures only, inside `django_db_blocker.unblock()`."""
    with django_db_blocker.unblock():
        return factories.campus()


@pytest.fixture
def campus(shared_campus: Campus, db: None) -> Campus:
    """A program with its people and a published assessment."""
    return copy.deepcopy(shared_campus)


@pytest.fixture(scope="module")
def shared_attempt(shared_campus: Campus, django_db_blocker) -> Attempt:
    with django_db_blocker.unblock():
        return factories.assigned(shared_campus)


@pytest.fixture
def assigned_attempt(shared_attempt: Attempt, db: None) -> Attempt:
    return copy.deepcopy(shared_attempt)


@pytest.fixture(scope="module")
def shared_started(shared_campus: Campus, django_db_blocker) -> Attempt:
    with django_db_blocker.unblock():
        return factories.started(shared_campus)


@pytest.fixture
def started_attempt(shared_started: Attempt, db: None) -> Attempt:
    """In progress, at the first stage, nothing answered."""
    return copy.deepcopy(shared_started)


@pytest.fixture(scope="module")
def shared_sat(shared_campus: Campus, django_db_blocker) -> Attempt:
    with django_db_blocker.unblock():
        return factories.sat(shared_campus)


@pytest.fixture
def sat_attempt(shared_sat: Attempt, db: None) -> Attempt:
    """In progress, every stage finished."""
    return copy.deepcopy(shared_sat)


@pytest.fixture(scope="module")
def shared_handed_in(shared_campus: Campus, django_db_blocker) -> Attempt:
    with django_db_blocker.unblock():
        return factories.handed_in(shared_campus)


@pytest.fixture
def handed_in_attempt(shared_handed_in: Attempt, db: None) -> Attempt:
    """Frozen; the workflow has not seen it yet."""
    return copy.deepcopy(shared_handed_in)


@pytest.fixture(scope="module")
def shared_under_review(shared_campus: Campus, django_db_blocker) -> Attempt:
    with django_db_blocker.unblock():
        return factories.under_review(shared_campus)


@pytest.fixture
def attempt_under_review(shared_under_review: Attempt, db: None) -> Attempt:
    """Scored, and both seats are taken."""
    return copy.deepcopy(shared_under_review)


@pytest.fixture(scope="module")
def shared_proposal(shared_campus: Campus, django_db_blocker) -> Decision:
    with django_db_blocker.unblock():
        return factories.proposed(shared_campus)


@pytest.fixture
def proposal(shared_proposal: Decision, db: None) -> Decision:
    """A proposed *competent*, for the campus's certifier to ratify or return."""
    return copy.deepcopy(shared_proposal)


@pytest.fixture(scope="module")
def shared_certificate(shared_campus: Campus, django_db_blocker) -> Certificate:
    with django_db_blocker.unblock():
        return factories.issued(shared_campus)


@pytest.fixture
def certificate(shared_certificate: Certificate, db: None) -> Certificate:
    """An issued certificate."""
    return copy.deepcopy(shared_certificate)


@pytest.fixture
def eager_tasks() -> Iterator[None]:
    """Tasks run where they are called, as if a worker had been at hand at once."""
    from config.celery import app

    before = app.conf.task_always_eager, app.conf.task_eager_propagates
    app.conf.task_always_eager = app.conf.task_eager_propagates = True
    yield
    app.conf.task_always_eager, app.conf.task_eager_propagates = before
