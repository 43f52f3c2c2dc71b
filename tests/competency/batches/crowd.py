"""Many awarded certificates, copied row by row: each with a holder of its own."""

from typing import Any
from uuid import uuid4

from competency.accounts.models import User
from competency.certificates.models import Certificate
from competency.decisions.models import Decision
from tests import factories
from tests.factories import Campus

CHUNK = 500


NOWHERE = {"version": "X/1", "content_hash": "0" * 64}


def crowd(campus: Campus, number: int, *, spoiled: bool = False) -> list[Certificate]:
    """So many certificates that were awarded and not issued. With `spoiled`, the last one's
    dossier names a rubric that is nowhere, so that no credential can say what was achieved."""
    first = factories.awarded(campus)
    holders = User.objects.bulk_create(
        (
            User(email=f"holder-{uuid4()}@example.org", name=f"Holder {n}")
            for n in range(number - 1)
        ),
        batch_size=CHUNK,
    )
    decisions = [copied(first.decision, attempt_id=uuid4()) for _ in holders]
    if spoiled:
        decisions[-1].dossier = decisions[-1].dossier | {"rubric": NOWHERE}
    Decision.objects.bulk_create(decisions, batch_size=CHUNK)
    certificates = [
        copied(first, decision=decision, holder=holder, number=f"CROWD-{n}", code=f"{n:012}")
        for n, (decision, holder) in enumerate(zip(decisions, holders, strict=True))
    ]
    Certificate.objects.bulk_create(certificates, batch_size=CHUNK)
    return [first, *certificates]


def copied(row: Any, **changes: Any) -> Any:
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    return type(row)(**{field.name: getattr(row, field.name) for field in fields} | changes)
