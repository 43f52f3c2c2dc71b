"""Indexes of status lists when several issue at once: none is given twice, none makes them wait."""

import pytest

from competency.certificates import issuing, status
from competency.certificates.models import Credential, StatusList
from tests import factories
from tests.competency.batches.crowd import crowd
from tests.concurrency.rivals import behind, errors, race

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_draws_the_same_index_draws_again_and_a_full_list_is_followed_by_one(monkeypatch):
    first, *rest = crowd(factories.campus(supervisors=2), 5)
    issuing.issue(first.pk)  # issuer, key, list and achievement are there

    monkeypatch.setattr(status, "_drawn", lambda: [5, 6, 7])
    with behind(lambda: issuing.issue(rest[0].pk)) as rivals:
        issuing.issue(rest[1].pk)  # has index 5, which nobody else can see yet
    assert errors(rivals) == []
    drawn = Credential.objects.filter(certificate__in=rest[:2]).order_by("status_index")
    assert [row.status_index for row in drawn] == [5, 6]
    assert drawn[0].certificate_id == rest[1].pk

    full = StatusList.objects.get()
    taken = Credential.objects.values_list("status_index", flat=True)
    monkeypatch.setattr(status, "_drawn", lambda taken=list(taken): taken)
    rivals = race(full.identity, *[lambda row=row: issuing.issue(row.pk) for row in rest[2:]])
    assert errors(rivals) == []
    followed = StatusList.objects.exclude(pk=full.pk).get()
    assert followed.credentials.count() == len(rest[2:])
    assert full.credentials.count() == 3
