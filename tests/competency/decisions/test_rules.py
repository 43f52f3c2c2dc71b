"""Does the evidence meet the Standard, given its error?"""

from dataclasses import replace
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competency.decisions.rules import (
    COMPETENT,
    NOT_YET,
    REFER,
    Findings,
    Measured,
    Thresholds,
    probability_at_least,
    propose,
)

STANDARD = Thresholds(cut=2.8, keyed_cut=0.5, minima={"C3": 2.0})
SHOWN = Findings(
    composite=Measured(3.5, 0.2),
    competencies={"C1": Measured(3.5, 0.3), "C3": Measured(3.5, 0.3)},
    keyed=0.8,
    vignettes_complete=True,
    reviews_sufficient=True,
    harm_confirmed=False,
)


def composite_with(probability: float, error: float = 0.25) -> Measured:
    """A composite whose probability of reaching the cut is this."""
    return Measured(STANDARD.cut + error * NormalDist().inv_cdf(probability), error)


def competency_with(probability: float, error: float = 0.25) -> dict[str, Measured]:
    """C3, measured so that its probability of reaching its minimum is this."""
    level = STANDARD.minima["C3"] + error * NormalDist().inv_cdf(probability)
    return {"C3": Measured(level, error)}


def outcome(findings: Findings, standard: Thresholds = STANDARD) -> tuple[str, tuple[str, ...]]:
    proposal = propose(findings, standard)
    return proposal.outcome, proposal.reasons


def test_a_trainee_who_meets_every_rule_is_competent():
    assert outcome(SHOWN) == (COMPETENT, ("all_rules_met",))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"harm_confirmed": True}, (NOT_YET, ("harm_confirmed",))),
        (
            {"vignettes_complete": False},
            (REFER, ("insufficient_evidence", "vignettes_incomplete")),
        ),
        ({"reviews_sufficient": False}, (REFER, ("insufficient_evidence", "reviews_missing"))),
        (
            {"competencies": {}},
            (REFER, ("insufficient_evidence", "minimum_not_measured:C3")),
        ),
        ({"keyed": 0.49}, (REFER, ("keyed_below_cut",))),
        ({"composite": composite_with(0.90)}, (REFER, ("composite_near_cut",))),
        ({"composite": composite_with(0.04)}, (NOT_YET, ("composite_below_cut",))),
        ({"competencies": competency_with(0.04)}, (NOT_YET, ("minimum_failed:C3",))),
        ({"competencies": competency_with(0.40)}, (REFER, ("minimum_doubtful:C3",))),
    ],
)
def test_each_rule_that_is_not_met_gives_its_reason(change, expected):
    assert outcome(replace(SHOWN, **change)) == expected


def test_without_a_generalizability_study_nothing_but_harm_is_decided():
    blind = replace(STANDARD, has_components=False)
    refer = (REFER, ("insufficient_evidence", "no_generalizability_study"))
    assert outcome(SHOWN, blind) == refer
    assert outcome(replace(SHOWN, composite=Measured(1.0, 0.1)), blind) == refer
    harmful = replace(SHOWN, harm_confirmed=True)
    assert outcome(harmful, blind) == (NOT_YET, ("harm_confirmed",))


def test_confirmed_harm_wins_over_everything_else():
    findings = replace(
        SHOWN,
        harm_confirmed=True,
        vignettes_complete=False,
        reviews_sufficient=False,
        keyed=0.0,
        competencies={},
    )
    assert outcome(findings) == (NOT_YET, ("harm_confirmed",))


def test_every_doubt_is_named():
    findings = replace(
        SHOWN,
        composite=composite_with(0.5),
        competencies=competency_with(0.3),
        keyed=0.1,
    )
    assert outcome(findings) == (
        REFER,
        ("minimum_doubtful:C3", "composite_near_cut", "keyed_below_cut"),
    )


def test_everything_that_is_missing_is_named():
    findings = replace(SHOWN, vignettes_complete=False, reviews_sufficient=False, competencies={})
    assert outcome(findings, replace(STANDARD, has_components=False)) == (
        REFER,
        (
            "insufficient_evidence",
            "vignettes_incomplete",
            "reviews_missing",
            "no_generalizability_study",
            "minimum_not_measured:C3",
        ),
    )


def test_a_failed_minimum_is_named_before_a_low_composite():
    standard = replace(STANDARD, minima={"C3": 2.0, "D1": 2.0})
    findings = replace(
        SHOWN,
        composite=Measured(1.0, 0.1),
        competencies={"C3": Measured(1.0, 0.1), "D1": Measured(1.0, 0.1)},
    )
    assert outcome(findings, standard) == (NOT_YET, ("minimum_failed:C3", "minimum_failed:D1"))


def test_a_form_without_keyed_items_has_no_keyed_gate():
    proposal = propose(replace(SHOWN, keyed=None), STANDARD)
    assert proposal.outcome == COMPETENT
    assert "keyed" not in {gate.code for gate in proposal.gates}


AT_CUT = Measured(2.8, 0.2)  # the probability is exactly one half


@pytest.mark.parametrize(
    ("competent_at", "not_yet_at", "expected"),
    [
        (0.5, 0.05, COMPETENT),  # reaching the threshold is enough
        (0.500001, 0.05, REFER),
        (0.95, 0.5, NOT_YET),  # and so is falling to it
        (0.95, 0.499999, REFER),
    ],
)
def test_a_probability_exactly_at_a_threshold_counts(competent_at, not_yet_at, expected):
    standard = replace(STANDARD, competent_at=competent_at, not_yet_at=not_yet_at)
    assert outcome(replace(SHOWN, composite=AT_CUT), standard)[0] == expected


def test_a_keyed_section_exactly_at_its_cut_passes():
    assert outcome(replace(SHOWN, keyed=0.5))[0] == COMPETENT


def test_a_competency_exactly_at_its_minimum_is_doubtful():
    at_minimum = replace(SHOWN, competencies={"C3": Measured(2.0, 0.3)})
    assert outcome(at_minimum) == (REFER, ("minimum_doubtful:C3",))


def test_without_error_a_competency_at_its_minimum_has_certainly_reached_it():
    certain = replace(SHOWN, competencies={"C3": Measured(2.0, 0.0)})
    assert outcome(certain)[0] == COMPETENT


def test_the_gates_tell_each_rule_and_how_it_was_met():
    findings = replace(SHOWN, keyed=0.4, reviews_sufficient=False, competencies={})
    gates = {gate.code: gate for gate in propose(findings, STANDARD).gates}
    assert {code: gate.passed for code, gate in gates.items()} == {
        "vignettes": True,
        "reviews": False,
        "harm": True,
        "generalizability": True,
        "keyed": False,
        "minimum:C3": False,
        "composite": True,
    }
    assert gates["keyed"].words == "Keyed section 0.40; the cut is 0.50."
    assert "it was not measured" in gates["minimum:C3"].words
    assert gates["composite"].words.startswith("Composite 3.50 ± 0.20;")


def test_the_gate_of_a_measured_minimum_tells_the_probability():
    gates = {gate.code: gate for gate in propose(SHOWN, STANDARD).gates}
    assert gates["minimum:C3"].words == (
        "C3 has a minimum of 2.00; the probability of reaching it is above 0.999."
    )


def test_a_proposal_is_competent_exactly_when_no_gate_is_shut():
    for change in ({}, {"keyed": 0.1}, {"composite": composite_with(0.5)}):
        proposal = propose(replace(SHOWN, **change), STANDARD)
        assert (proposal.outcome == COMPETENT) == all(gate.passed for gate in proposal.gates)


def test_the_probability_follows_the_normal_curve():
    assert probability_at_least(2.8, Measured(3.0, 0.2)) == pytest.approx(0.841345, abs=1e-6)
    assert probability_at_least(2.8, Measured(2.4, 0.2)) == pytest.approx(0.022750, abs=1e-6)


@pytest.mark.parametrize(("value", "probability"), [(2.79, 0.0), (2.8, 1.0), (2.81, 1.0)])
def test_without_error_reaching_the_cut_is_certain_or_impossible(value, probability):
    assert probability_at_least(2.8, Measured(value, 0.0)) == probability


def test_a_negative_error_is_refused():
    with pytest.raises(ValueError, match="never negative"):
        probability_at_least(2.8, Measured(3.0, -0.1))


levels = st.floats(1, 4)
errors = st.floats(0.01, 2)


@given(levels, levels, errors)
def test_a_better_composite_is_never_less_probable(one, other, error):
    low, high = sorted((one, other))
    assert probability_at_least(2.8, Measured(low, error)) <= probability_at_least(
        2.8, Measured(high, error)
    )


@given(levels, errors, st.floats(0, 1), st.booleans(), st.booleans(), st.booleans())
def test_every_proposal_has_a_known_outcome_and_a_reason(
    level, error, keyed, complete, reviewed, harmed
):
    findings = Findings(
        composite=Measured(level, error),
        competencies={"C3": Measured(level, error)},
        keyed=keyed,
        vignettes_complete=complete,
        reviews_sufficient=reviewed,
        harm_confirmed=harmed,
    )
    proposal = propose(findings, STANDARD)
    assert proposal.outcome in (COMPETENT, NOT_YET, REFER)
    assert proposal.reasons
    if harmed:
        assert proposal.outcome == NOT_YET
    if proposal.outcome == COMPETENT:
        assert all(gate.passed for gate in proposal.gates)
