"""What it takes to show that the database refuses a row."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone

Violation = Callable[[Any], object]


@contextmanager
def violates(constraint: str) -> Iterator[None]:
    """The block must break exactly this constraint."""
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        yield
    broken = refused.value.__cause__.diag.constraint_name  # type: ignore[union-attr]
    assert broken == constraint, f"{broken} was broken: {refused.value}"


@contextmanager
def frozen(words: str = "this row is frozen") -> Iterator[None]:
    """A trigger must refuse the block, in these words."""
    with pytest.raises(IntegrityError, match=words), transaction.atomic():
        yield


def again(row: models.Model, **changes: Any) -> models.Model:
    """Insert a copy of a row under a new key, with changes."""
    copied = {
        field.name: getattr(row, field.name)
        for field in row._meta.concrete_fields
        if not field.primary_key
    }
    return type(row)._default_manager.create(**copied | changes)


def change(row: models.Model, **changes: Any) -> int:
    """Update a row in the database, past every service."""
    return type(row)._default_manager.filter(pk=row.pk).update(**changes)


def models_of(app: str) -> list[type[models.Model]]:
    return list(apps.get_app_config(app).get_models())


def constraints_of(app: str) -> set[str]:
    return {str(c.name) for model in models_of(app) for c in model._meta.constraints}


def unique_fields_of(app: str) -> set[str]:
    """Fields that are unique by themselves, as "model.field"."""
    return {
        f"{model._meta.model_name}.{field.name}"
        for model in models_of(app)
        for field in model._meta.local_fields
        if field.unique and not field.primary_key
    }


class Violations:
    """Violations by the name of the constraint they break; several may break one.

    >>> broken = Violations()
    >>> broken("a_is_positive", lambda rows: None)
    >>> broken.names
    {'a_is_positive'}
    """

    def __init__(self) -> None:
        self.table: list[tuple[str, Violation]] = []

    def __call__(self, constraint: str, *violations: Violation) -> None:
        self.table += [(constraint, violation) for violation in violations]

    @property
    def names(self) -> set[str]:
        return {name for name, _ in self.table}

    @property
    def params(self) -> Iterable[Any]:
        return [
            pytest.param(name, violation, id=f"{name}-{place}")
            for place, (name, violation) in enumerate(self.table)
        ]


def breaks_of_version(breaks, prefix, version, *, by):
    """What no version of anything may be: numbered twice, unnumbered, half signed, in limbo.

    `version` and `by` find a version and a person among the rows.
    """

    def written(**fields):
        given = {"state": "published", "content_hash": "x", "published_at": timezone.now()}
        return lambda rows: again(
            version(rows), **{"number": 9, "published_by": by(rows)} | given | fields
        )

    drafted = {"state": "draft", "content_hash": "", "published_at": None, "published_by": None}
    breaks(f"{prefix}_number_unique", lambda rows: again(version(rows)))
    breaks(f"{prefix}_number_from_one", written(**drafted | {"number": 0}))
    breaks(f"{prefix}_known_state", written(state="final"))
    breaks(
        f"{prefix}_signed",
        written(**drafted | {"content_hash": "x"}),
        written(**drafted | {"published_at": timezone.now()}),
        written(content_hash=""),
        written(published_at=None),
        written(published_by=None),
        written(state="retired", content_hash=""),
    )
