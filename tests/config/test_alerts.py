"""Alert rules and the operations page speak of metrics that exist."""

import re
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import generate_latest
from prometheus_client.registry import CollectorRegistry
from ruamel.yaml import YAML

from competency.foundation import timings
from config.metrics.view import Site

DOCS = Path(__file__).resolve().parents[2] / "docs"
RULES: list[dict[str, Any]] = [
    rule
    for group in YAML(typ="safe").load(DOCS / "reference" / "alerts.yml")["groups"]
    for rule in group["rules"]
]
NAME = re.compile(r"credence_[a-z_]+")


@pytest.fixture
def known(db: None, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names of everything that /metrics says."""
    monkeypatch.setattr(timings, "read", lambda: {"score": timings.Timing()})
    registry = CollectorRegistry()
    registry.register(Site())
    said = generate_latest(registry).decode()
    return set(NAME.findall(said)) | {"credence_step_seconds"}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_a_rule_asks_for_metrics_that_exist(rule: dict[str, Any], known: set[str]) -> None:
    asked = set(NAME.findall(rule["expr"]))

    assert asked
    assert asked <= known


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_a_rule_says_where_to_look(rule: dict[str, Any]) -> None:
    page, _, anchor = rule["annotations"]["look"].removeprefix("docs/").partition("#")
    headings = re.findall(r"^#+ (.+)$", (DOCS / page).read_text(), re.MULTILINE)

    plain = (re.sub(r"[^\w\- ]", "", words).lower() for words in headings)
    assert anchor in {words.replace(" ", "-") for words in plain}
    assert set(rule) <= {"alert", "expr", "for", "annotations"}


def test_the_operations_page_names_every_metric_and_no_other(known: set[str]) -> None:
    named = set(re.findall(r"^\| `(credence_[a-z_]+)`", (DOCS / "operations.md").read_text(), re.M))
    parts = ("_bucket", "_count", "_sum", "_created")

    assert named == {name for name in known if not name.endswith(parts)}
