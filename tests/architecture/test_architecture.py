"""The shape of the code: what the tools cannot say, and that what they say is kept."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.core import management
from django.db import models
from importlinter.cli import lint_imports

from competency.foundation.models import BaseModel, Stateful
from competency.foundation.triggers import FollowsTable

ROOT = Path(__file__).resolve().parents[2]
OURS = ("competency", "assessments")
MODELS = [model for app in OURS for model in apps.get_app_config(app).get_models()]
STATEFUL = [model for model in MODELS if issubclass(model, Stateful)]


def name_of(model: type[models.Model]) -> str:
    return model.__name__


def sources(*folders: str) -> Iterator[Path]:
    """Python files below the apps' packages of these names, or of all packages."""
    for app in OURS:
        for path in sorted((ROOT / app).rglob("*.py")):
            package = path.relative_to(ROOT / app).parts[0]
            if package != "migrations" and (not folders or package in folders):
                yield path


# --- Reads are scoped ---

SCOPED = {
    "assigned_to",
    "given_by",  # what one judged oneself
    "given_to",  # one's own seats, given up ones included
    "kept_by",
    "single_keys_of",
    "current",  # dated rows of today; `of(person)` follows
    "none",
    "of_holder",
    "of_trainee",
    "on_register",
    "open_for",
    "overseen_by",
    "run_by",
    "visible_to",
    "waiting_for",
}
SCOPING_MODULE = "visible.py"  # an interface's own scoped querysets, all in one place
LOOKED_AT = {
    # Indicators of a framework version that was found through `visible_to`.
    ("competency/web/content.py", "Indicator", "filter"),
    # The program of a row that a page has shown already, to note it there.
    ("assessments/web/watching.py", "seen[1]", "filter"),
    # One's own token.
    ("competency/rest/tokens.py", "Token", "filter"),
    ("competency/rest/tokens.py", "Token", "create"),
    # One's own passkeys, one's own token.
    ("competency/web/doors.py", "Authenticator", "filter"),
    ("competency/web/adapters.py", "Authenticator", "filter"),
    ("competency/web/adapters.py", "Token", "filter"),
    # Whoever shows the signed link of an invitation; whether its address has an account.
    ("competency/web/invitations.py", "Invitation", "standing"),
    ("competency/web/invitations.py", "User", "filter"),
    # A link opens to whoever has it; a holder closes their own.
    ("competency/web/certificates.py", "ShareLink", "filter"),
    ("competency/web/certificates.py", "ShareLink", "open"),
    ("competency/web/held.py", "ShareLink", "open"),
    # Of a certificate that was found through `visible_to`.
    ("competency/web/held.py", "Rendering", "held"),
    # The certificate of a credential that somebody handed in; only what is public is shown.
    ("competency/web/checking.py", "Certificate", "with_changed_at"),
    # Names for a trail that was found through `visible_to`.
    ("assessments/web/trail.py", "User", "in_bulk"),
    # Cohorts of programs that were found by permission.
    ("assessments/web/funnel.py", "Cohort", "filter"),
    # Whether the attempt of a visible decision was released.
    ("assessments/rest/decisions.py", "Attempt", "filter"),
}


def reads(path: Path) -> Iterator[tuple[str, str, int]]:
    """Every `Model.objects.method` of a file, as (model, method, line)."""
    for node in ast.walk(ast.parse(path.read_text())):
        manager = getattr(node, "value", None)
        if (
            isinstance(node, ast.Attribute)
            and isinstance(manager, ast.Attribute)
            and manager.attr in ("objects", "_default_manager", "_base_manager")
        ):
            yield ast.unparse(manager.value), node.attr, node.lineno


def test_pages_and_routes_read_only_through_scoped_querysets():
    unscoped = [
        f"{path.relative_to(ROOT)}:{line} {model}.objects.{method}"
        for path in sources("web", "rest")
        if path.name != SCOPING_MODULE
        for model, method, line in reads(path)
        if method not in SCOPED and (str(path.relative_to(ROOT)), model, method) not in LOOKED_AT
    ]
    assert unscoped == []


def test_every_exception_to_scoped_reads_is_still_needed():
    found = {
        (str(path.relative_to(ROOT)), model, method)
        for path in sources("web", "rest")
        for model, method, _ in reads(path)
    }
    assert LOOKED_AT <= found


def test_the_search_for_reads_finds_them(tmp_path):
    page = tmp_path / "page.py"
    page.write_text("def f():\n    return Review.objects.all(), rows.filter(), Key.objects\n")
    assert list(reads(page)) == [("Review", "all", 2)]


# --- Models ---


@pytest.mark.parametrize("model", MODELS, ids=name_of)
def test_every_model_says_in_words_what_a_row_is(model):
    assert model.__str__ is not models.Model.__str__


KEYLESS = {"AuditEvent", "AuditSeal", "PersonKey", "ReportLine", "ReportStanding", "SealEntry"}


@pytest.mark.parametrize("model", MODELS, ids=name_of)
def test_every_row_has_a_random_key(model):
    assert issubclass(model, BaseModel) or model.__name__ in KEYLESS


@pytest.mark.parametrize("model", MODELS, ids=name_of)
def test_no_model_saves_in_a_way_of_its_own(model):
    overridden = {"save", "delete", "clean", "full_clean"} & set(vars(model))
    assert overridden == set()


@pytest.mark.parametrize("model", STATEFUL, ids=name_of)
def test_every_lifecycle_is_kept_by_the_database(model):
    follows = [trigger for trigger in model._meta.triggers if isinstance(trigger, FollowsTable)]
    assert [trigger.allowed for trigger in follows] == [FollowsTable(model.transitions).allowed]
    known = [
        constraint
        for constraint in model._meta.constraints
        if isinstance(constraint, models.CheckConstraint)
        and constraint.name == f"{model._meta.model_name}_known_state"
    ]
    states = {str(value) for value, _ in model._meta.get_field("state").choices}
    assert [set(dict(constraint.condition.children)["state__in"]) for constraint in known] == [
        states
    ]


def test_a_state_is_written_by_move_alone():
    writers = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("update", "bulk_update", "update_or_create")
        and any(word.arg == "state" for word in node.keywords)
    ]
    assert len(writers) == 1
    assert writers[0].startswith("competency/audit/transitions.py:")


def test_models_and_migrations_agree(db):
    management.call_command("makemigrations", check=True, dry_run=True, verbosity=0)


# --- No signals ---


def test_nothing_listens_to_signals():
    listeners = [
        f"{path.relative_to(ROOT)}: {found}"
        for path in sources()
        for found in re.findall(
            r"django\.db\.models\.signals|django\.dispatch|@receiver|\b\w+\.connect\(",
            path.read_text(),
        )
    ]
    assert listeners == []


def test_no_model_of_ours_has_a_listener():
    from django.db.models import signals  # noqa: TID251

    heard = [
        receiver
        for signal in (
            signals.pre_save,
            signals.post_save,
            signals.pre_delete,
            signals.post_delete,
            signals.m2m_changed,
        )
        for model in MODELS
        for listeners in [signal._live_receivers(model)]
        for group in listeners
        for receiver in group
        if getattr(receiver, "__module__", "").startswith(OURS)
    ]
    assert heard == []


# --- Services ---


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef))


def test_who_acts_is_never_a_positional_argument():
    """`by` is passed by name: who did it must be readable where it is called."""
    positional = [
        f"{path.relative_to(ROOT)}:{function.lineno} {function.name}"
        for path in sources()
        if path.name == "services.py"
        for function in functions(path)
        if not function.name.startswith("_")
        and "by" in [argument.arg for argument in function.args.args]
    ]
    assert positional == []


def test_tasks_take_ids_and_nothing_else():
    for path in sources():
        if path.name == "tasks.py":
            for function in functions(path):
                if any("shared_task" in ast.unparse(one) for one in function.decorator_list):
                    taken = [
                        ast.unparse(one.annotation)
                        for one in function.args.args
                        if one.annotation and one.arg != "self"
                    ]
                    assert taken in ([], ["str"]), f"{path.relative_to(ROOT)} {function.name}"


# --- Layers ---


def test_the_contracts_between_packages_are_kept(monkeypatch, capfd):
    monkeypatch.chdir(ROOT)
    kept = lint_imports(cache_dir=None)
    assert kept == 0, capfd.readouterr().out
