"""One certificate with its credential, for a module's tests."""

import json

import pytest

from competency.certificates.models import Certificate
from tests import factories


@pytest.fixture(scope="module")
def shared_issued(shared_campus, django_db_blocker):
    with django_db_blocker.unblock():
        return factories.issued(shared_campus)


@pytest.fixture
def certificate(shared_issued, db):
    return Certificate.objects.get(pk=shared_issued.pk)


@pytest.fixture
def credential(certificate):
    return certificate.credentials.get()


@pytest.fixture
def document(credential):
    return json.loads(bytes(credential.document))
