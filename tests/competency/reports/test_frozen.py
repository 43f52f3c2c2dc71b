"""A report for a past moment gives the same bytes, whatever happened since."""

import hashlib
from datetime import datetime, timedelta

from django.utils import timezone

from competency.accounts.models import User
from competency.appeals import services as appeals
from competency.certificates import services as register
from competency.certificates.issuing import issue
from competency.programs.models import Cohort, Program
from competency.reports import csvs
from competency.reports.models import ReportLine, ReportStanding
from competency.reports.streams import Choice, wait_until_settled
from competency.reports.tables import credentials
from tests import factories
from tests.factories import Campus


def report(campus: Campus, as_of: datetime, **choice) -> bytes:
    wait_until_settled(as_of)
    table = credentials(Choice(campus.program.pk, as_of, **choice))
    return b"".join(csvs.chunks(table))


def digest(campus: Campus, as_of: datetime) -> str:
    return hashlib.sha256(report(campus, as_of)).hexdigest()


def test_nothing_that_happens_later_changes_a_report_of_an_earlier_moment(campus: Campus) -> None:
    revoked, renamed = factories.issued(campus), factories.issued(campus)
    appeal = factories.appealed(campus)
    as_of = timezone.now()
    then = digest(campus, as_of)

    register.revoke(revoked, by=campus.certifier, reason="Forged papers.")
    register.correct_name(renamed, by=campus.certifier, name="Ada Byron", reason="Married.")
    issue(renamed.pk)
    fresh = factories.member(campus.program, "certifier")
    appeals.take_up_appeal(appeal, by=fresh)
    appeals.decide_appeal(appeal, granted=True, reason="Misread.", by=fresh)
    factories.ratified(campus, 2, 2)
    User.objects.filter(pk=campus.certifier.pk).update(name="Somebody Else")
    User.objects.filter(pk=revoked.holder_id).update(name="Nobody")
    Program.objects.filter(pk=campus.program.pk).update(name="Another name")
    Cohort.objects.filter(pk=campus.cohort.pk).update(name="Another cohort")

    assert digest(campus, as_of) == then
    today = report(campus, timezone.now()).decode()
    assert "revoked" in today
    assert "Ada Byron" in today
    assert "superseded,granted" in today
    assert "Another" not in today
    assert len(today.splitlines()) == 5


def test_what_came_after_a_moment_is_not_in_its_report(campus: Campus) -> None:
    before = timezone.now()
    certificate = factories.issued(campus)
    issued = timezone.now()
    register.suspend(certificate, by=campus.certifier, reason="Under investigation.")
    assert len(report(campus, before).splitlines()) == 1
    assert b",issued," in report(campus, issued)
    assert b",suspended," in report(campus, timezone.now())


def test_rows_are_chosen_by_period_cohort_and_trainee(campus: Campus) -> None:
    first, second = factories.ratified(campus, 2, 2), factories.ratified(campus, 2, 2)
    now, moment = timezone.now(), second.settled_at

    def hashes(**choice) -> list[str]:
        text = report(campus, now, **choice).decode()
        return [d.dossier_hash for d in (first, second) if d.dossier_hash in text]

    both = [first.dossier_hash, second.dossier_hash]
    assert hashes() == hashes(cohort=campus.cohort.pk) == both
    assert hashes(since=moment) == [second.dossier_hash]
    assert hashes(before=moment) == [first.dossier_hash]
    assert hashes(enrolment=first.enrolment_id) == [first.dossier_hash]
    assert hashes(cohort=factories.cohort(campus.program).pk) == []


def test_a_change_that_changes_nothing_is_not_noted(campus: Campus) -> None:
    certificate = factories.issued(campus)
    noted = ReportStanding.objects.filter(decision=certificate.decision_id)
    before = noted.count()
    register.Certificate.objects.filter(pk=certificate.pk).update(state="issued")
    assert noted.count() == before


def test_a_decision_that_was_sent_back_or_waits_has_no_line(campus: Campus) -> None:
    factories.proposed(campus)
    assert not ReportLine.objects.exists()


def test_a_report_waits_for_the_moment_that_it_is_for(campus: Campus) -> None:
    soon = timezone.now() + timedelta(milliseconds=300)
    wait_until_settled(soon)
    assert timezone.now() >= soon


def test_names_arrive_as_they_were_and_never_as_formulas(campus: Campus) -> None:
    name = '=HYPERLINK("x"), Zoë; \u200b+1\\.'
    trainee = factories.person(name=name)
    factories.ratified(campus, 2, 2, trainee=trainee)
    as_of = timezone.now()
    table = credentials(Choice(campus.program.pk, as_of))
    [found] = [table.objects(lines) for lines in table.lines()]
    assert [row["trainee_name"] for row in found] == [name]
    assert report(campus, as_of).decode().splitlines()[1].startswith("\"'=HYPERLINK")
