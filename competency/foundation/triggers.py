"""Database triggers that keep frozen rows frozen, whoever asks.

Each raises a check violation, which Django reports as IntegrityError.
"""

from typing import Any

import pgtrigger
from django.db import models

from competency.foundation.states import Transitions, pairs

CHANGES = pgtrigger.Update | pgtrigger.Delete


def _refuse(message: str) -> str:
    return f"RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation';"


class FollowsTable(pgtrigger.Trigger):
    """A state changes only as the transition table allows."""

    name = "state_follows_table"
    when = pgtrigger.Before
    operation = pgtrigger.Update

    def __init__(self, transitions: Transitions) -> None:
        self.allowed = sorted(f"{origin}>{target}" for origin, target in pairs(transitions))
        super().__init__()

    def get_func(self, model: Any) -> str:
        allowed = ", ".join(f"'{pair}'" for pair in self.allowed)
        refuse = _refuse(f"{model._meta.model_name}: the state cannot change like this")
        return f"""
            IF NEW.state IS DISTINCT FROM OLD.state
               AND (OLD.state || '>' || NEW.state) NOT IN ({allowed}) THEN
                {refuse}
            END IF;
            RETURN NEW;
        """


class Frozen(pgtrigger.Trigger):
    """A row never changes again once `when_sql` holds, apart from `except_fields`.

    Without `when_sql` the row is frozen from birth: append-only.
    """

    when = pgtrigger.Before
    operation = CHANGES

    def __init__(
        self,
        *,
        name: str = "frozen",
        when_sql: str = "TRUE",
        except_fields: tuple[str, ...] = (),
    ) -> None:
        self.when_sql = when_sql
        self.except_fields = except_fields
        super().__init__(name=name)

    def get_func(self, model: Any) -> str:
        columns = [model._meta.get_field(name).column for name in self.except_fields]
        ignored = "ARRAY[{}]::text[]".format(", ".join(f"'{column}'" for column in columns))
        refuse = _refuse(f"{model._meta.model_name}: this row is frozen")
        return f"""
            IF ({self.when_sql}) THEN
                IF TG_OP = 'DELETE' THEN
                    {refuse}
                ELSIF (to_jsonb(NEW) - {ignored}) IS DISTINCT FROM (to_jsonb(OLD) - {ignored})
                THEN
                    {refuse}
                END IF;
            END IF;
            IF TG_OP = 'DELETE' THEN
                RETURN OLD;
            END IF;
            RETURN NEW;
        """


class FrozenWith(pgtrigger.Trigger):
    """Rows come, change and go only while the row they belong to is in one of `open_states`.

    `path` follows foreign keys to that row ("criterion__version"). The row is share-locked,
    so that publishing and editing cannot overlap. `may_go`: a row can still be deleted later.
    """

    when = pgtrigger.Before
    operation = pgtrigger.Insert | CHANGES

    def __init__(
        self,
        *,
        path: str,
        open_states: tuple[str, ...],
        name: str = "frozen_with",
        may_go: bool = False,
    ) -> None:
        self.path = path.split("__")
        self.open_states = open_states
        self.may_go = may_go
        kept = pgtrigger.Insert | pgtrigger.Update
        super().__init__(name=name, operation=kept if may_go else None)

    def get_declare(self, model: Any) -> list[tuple[str, str]]:
        return [("owner_state", "text")]

    def get_func(self, model: Any) -> str:
        states = ", ".join(f"'{state}'" for state in self.open_states)
        refuse = _refuse(f"{model._meta.model_name}: what it belongs to is frozen")

        def check(row: str) -> str:
            # Read into a variable first: a condition beside FOR SHARE would be pushed below the
            # lock, and a draft would then not be locked at all.
            return f"""
                owner_state := ({self._owner_state(model, row)});
                IF owner_state NOT IN ({states}) THEN
                    {refuse}
                END IF;
            """

        return f"""
            IF TG_OP <> 'INSERT' THEN {check("OLD")} END IF;
            IF TG_OP <> 'DELETE' THEN {check("NEW")} END IF;
            IF TG_OP = 'DELETE' THEN
                RETURN OLD;
            END IF;
            RETURN NEW;
        """

    def _owner_state(self, model: type[models.Model], row: str) -> str:
        """SQL that selects the owner's state, share-locked, from a trigger row."""
        first, *rest = self.path
        field: Any = model._meta.get_field(first)
        start, related = f"{row}.{field.column}", field.related_model
        table, alias = related._meta.db_table, "t0"
        joins: list[str] = []
        for depth, step in enumerate(rest, start=1):
            field = related._meta.get_field(step)
            related = field.related_model
            joins.append(
                f'JOIN "{related._meta.db_table}" t{depth} ON t{depth}.id = {alias}.{field.column}'
            )
            alias = f"t{depth}"
        return (
            f'SELECT {alias}.state FROM "{table}" t0 {" ".join(joins)} '  # noqa: S608  (names only)
            f"WHERE t0.id = {start} FOR SHARE OF {alias}"
        )
