"""The table: nothing is missing in it, and nothing that a record rests on may go."""

import pytest
from django.apps import apps

from assessments.retention.due import FOUND
from assessments.retention.rules import FOR_GOOD, RULES, SWEPT, TOLD_AT_LEAST, Ends, days_of
from competency.certificates.reminding import STEPS

TABLES = [table for rule in RULES for table in rule.tables]
DELETED = {table for rule in SWEPT for table in rule.tables}
# Whose rows are rights and settings of the site, none of them somebody's data.
OF_THE_FRAMEWORK = {
    *("auth.Permission", "auth.Group", "contenttypes.ContentType", "socialaccount.SocialApp"),
    "authtoken.TokenProxy",
}


def test_every_table_stands_in_one_rule_and_no_other_does() -> None:
    known = {model._meta.label for model in apps.get_models()}
    assert len(TABLES) == len(set(TABLES))
    assert set(TABLES) == known - OF_THE_FRAMEWORK


def test_codes_are_not_used_twice_and_each_period_has_its_rows() -> None:
    codes = [rule.code for rule in RULES]
    assert len(codes) == len(set(codes))
    assert {rule.code for rule in SWEPT} == set(FOUND)
    assert all(rule.period is None for rule in set(RULES) - set(SWEPT))


def test_a_period_that_is_set_lies_within_its_bounds() -> None:
    periods = [rule.period for rule in SWEPT]
    for period in periods:
        assert period is not None
        assert 0 <= period.least <= period.days <= period.most


def test_nothing_that_stays_points_to_what_is_deleted() -> None:
    """A deletion can then take nothing along, and nothing can hold it up."""
    for label in DELETED:
        for relation in apps.get_model(label)._meta.related_objects:
            assert relation.related_model._meta.label in DELETED, (label, relation)


def test_what_a_record_rests_on_is_kept_for_good() -> None:
    kept = {table for rule in FOR_GOOD for table in rule.tables}
    for label in (
        *("assessments.Submission", "assessments.Answer", "assessments.Review"),
        *("assessments.Rating", "assessments.Adjudication", "assessments.HarmJudgement"),
        *("competency.Evidence", "competency.Decision", "competency.Certificate"),
        *("competency.Credential", "competency.AuditEvent", "competency.AuditSeal"),
        *("competency.ReportLine", "competency.Report", "competency.HoursEntry"),
    ):
        assert label in kept
    assert all(rule.ends in {Ends.KEPT, Ends.PSEUDONYMIZED} for rule in FOR_GOOD)


def test_what_keeps_a_reminder_from_repeating_outlives_it() -> None:
    assert max(STEPS) < TOLD_AT_LEAST
    for rule in SWEPT:
        if rule.code in {"deliveries", "notifications"}:
            assert rule.period
            assert rule.period.least >= TOLD_AT_LEAST


def test_what_is_kept_for_good_has_no_number_of_days() -> None:
    for rule in FOR_GOOD:
        with pytest.raises(KeyError, match=rule.code):
            days_of(rule, {})
