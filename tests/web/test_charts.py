"""What the drawings rest on: places on a scale from 1 to 4."""

import inspect
import re

import pytest

from assessments.web import charts
from assessments.web.words import reasons_in_words
from competency.decisions import rules
from competency.decisions.states import Outcome, Referral


def test_an_interval_stays_on_the_scale() -> None:
    found = charts.interval(3.9, 0.3, cut=2.8)
    assert (found.high, found.end) == (4.0, "230.0")
    assert not found.below


@pytest.mark.parametrize(("level", "below"), [(2.0, True), (2.5, False), (3.0, False)])
def test_a_level_is_below_only_with_its_whole_interval(level: float, below: bool) -> None:
    assert charts.interval(level, 0.2, cut=2.8).below is below


def test_a_curve_is_cut_in_two_at_the_standard() -> None:
    curve = charts.curve(3.0, 0.2, cut=2.8, width=640)
    assert curve.cut == charts.cut_at(2.8, 640)
    assert curve.unmet.split("L")[-2].startswith(curve.cut)
    assert curve.met.split("L")[-1].startswith(curve.cut)


def test_without_error_there_is_a_spike() -> None:
    curve = charts.curve(3.0, 0.0, cut=2.8, width=640)
    assert curve.line.count(f" {charts.BASE - charts.TALL:.1f}") == 1


def test_every_reason_is_a_sentence() -> None:
    said = reasons_in_words(["all_rules_met", "minimum_failed:C3", "something_new"])
    assert said == [
        "Every rule of the Standard is met.",
        "C3 lies surely below its minimum.",
        "something_new",
    ]


def test_no_reason_of_the_rules_is_without_words() -> None:
    source = inspect.getsource(rules)
    codes = set(re.findall(r'"((?:[a-z]+_)+[a-z]+)"', source)) - {*Outcome.values, *Referral.values}
    assert {"harm_confirmed", "panel_divided", "all_rules_met"} <= codes
    assert [code for code in codes if reasons_in_words([code]) == [code]] == []
