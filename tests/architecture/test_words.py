"""Words that somebody types are cleaned by the service that takes them. None is forgotten."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
INTERFACES = ("web", "rest", "demo", "management", "migrations", "content")  # call services
WRITERS = ("audit",)  # called by services, with what they cleaned
CLEANERS = {"take_words", "require_words", "take_line", "require_line", "take_content"}

# Not typed words: refused unless they are one of a list, or made by the code itself.
CHOSEN = {
    "attempts.commit_stage.stage_code",
    "attempts.save_answer.item_code",
    "cases.close_case.finding",
    "cases.open_case.kind",
    "decisions.ratify.referral",
    "evidence.record_evidence.source_type",
    "instruments.draft_assessment.vignettes",
    "preferences.choose_timezone.name",
    "invitations.invite.areas",
    "hours.adopt_profile.code",
    "hours.submit_hours.kind",
    "invitations.invite.email",
    "invitations.let_in.areas",
    "invitations.let_in.email",
    "invitations.let_in.scope",
    "notifications.choose_channels.off",
    "practice.finish_practice_stage.code",
    "practice.save_practice.code",
    "privacy.give_consent.purpose",
    "privacy.withdraw_consent.purpose",
    "programs.check_runs.role",
    "programs.found_program.code",
    "programs.found_program.timezone_name",
    "programs.grant_role.areas",
    "programs.grant_role.role",
    "referrals.give_opinion.outcome",
    "reports.schedule_report.format",
    "reports.take_report.part",
    "rosters.import_roster.seen",
    "rosters.settle.summary",
    "rosters.settle.to",
    "sharing.agree.agreement",
    "sittings.nudge.standing",
    "sittings.open_sitting.sitting_mode",
    "sharing.withdraw_consent.agreement",
    "workflow.ratify.referral",
}
# Called only by services, with what they cleaned.
CLEANED_BEFORE = {
    "attempts.withdraw_unbegun.reason",
    "privacy.erase_account.reason",
    "reviews.take_seats.reason",
}
# Cleaned deep in what they hold; tests/assessments/test_words.py shows it.
CLEANED_INSIDE = {
    "attempts.save_answer.response",
    "desk.save_draft.content",
    "harm.judge_options.verdicts",
    "hours.revise_profile.content",
    "practice.save_practice.response",
    "reviews.record_ratings.harms",
    "reviews.record_ratings.ratings",
    "reviews.settle.settlements",
}
LISTED = CHOSEN | CLEANED_BEFORE | CLEANED_INSIDE


@cache
def verbs() -> dict[str, list[tuple[str, ast.FunctionDef]]]:
    """Name → (package, function), of all functions of the modules that hold verbs."""
    found: dict[str, list[tuple[str, ast.FunctionDef]]] = {}
    for app in ("competency", "assessments"):
        for path in sorted((ROOT / app).glob("*/*.py")):
            tree = ast.parse(path.read_text())
            functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
            if path.parent.name not in INTERFACES + WRITERS and any(is_verb(f) for f in functions):
                for function in functions:
                    found.setdefault(function.name, []).append((path.parent.name, function))
    return found


def parameters(function: ast.FunctionDef) -> list[ast.arg]:
    return [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]


def is_verb(function: ast.FunctionDef) -> bool:
    """Public, and says `by` whom."""
    named = {parameter.arg for parameter in parameters(function)}
    return "by" in named and not function.name.startswith("_")


def may_hold_words(parameter: ast.arg) -> bool:
    said = ast.unparse(parameter.annotation) if parameter.annotation else "Any"
    return "Callable" not in said and any(word in said for word in ("str", "Any", "Given"))


def calls(function: ast.FunctionDef) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", None) or getattr(node.func, "id", None)
            if name:
                yield name, node


def is_cleaned(function: ast.FunctionDef, word: str) -> bool:
    """Cleaned here, or handed to a function of ours that cleans it."""
    for name, call in calls(function):
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        if name in CLEANERS and any(holds(value, word) for value in given):
            return True
        for package, callee in verbs().get(name, []):
            to = f"{package}.{name}.{receives(callee, call, word)}"
            if to in CHOSEN | CLEANED_INSIDE:
                return True
            if callee is not function and is_cleaned_by(callee, call, word):
                return True
    return False


def holds(value: ast.expr, word: str) -> bool:
    return any(isinstance(node, ast.Name) and node.id == word for node in ast.walk(value))


def receives(callee: ast.FunctionDef, call: ast.Call, word: str) -> str:
    """The parameter of `callee` that gets `word` in this call."""
    for keyword in call.keywords:
        if keyword.arg and holds(keyword.value, word):
            return keyword.arg
    for parameter, value in zip(parameters(callee), call.args, strict=False):
        if holds(value, word):
            return parameter.arg
    return ""


def is_cleaned_by(callee: ast.FunctionDef, call: ast.Call, word: str) -> bool:
    received = receives(callee, call, word)
    return bool(received) and is_cleaned(callee, received)


TAKEN = {
    f"{package}.{function.name}.{parameter.arg}": (function, parameter.arg)
    for functions in verbs().values()
    for package, function in functions
    if is_verb(function)
    for parameter in parameters(function)
    if may_hold_words(parameter)
}


@pytest.mark.parametrize("taken", sorted(set(TAKEN) - LISTED))
def test_a_service_cleans_every_text_it_takes(taken):
    assert is_cleaned(*TAKEN[taken]), (
        f"{taken} takes text as it comes. Clean it with require_words, require_line or their like "
        "in competency/foundation/text.py. If it is no typed text, say so in CHOSEN."
    )


def test_what_is_listed_still_exists():
    assert set(TAKEN) >= LISTED
