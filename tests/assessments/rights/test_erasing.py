"""Erasing a person: their words and their account go, the record stays and can be read."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from rest_framework.authtoken.models import Token

from assessments.attempts.answers import answers_given
from assessments.attempts.models import Attempt
from assessments.attempts.services import release_results, void_attempt
from assessments.rights.flight import bars_to_erasure
from assessments.rights.services import InFlight, erase_person
from assessments.workflow import services as workflow
from competency.accounts.models import User
from competency.accounts.sealing import ERASED, Sealer, WordsErased
from competency.appeals.services import take_up_appeal, withdraw_appeal
from competency.audit.models import AuditEvent
from competency.audit.sealing import seal_events
from competency.audit.verification import verify_audit
from competency.cases.services import open_case, take_complaint
from competency.certificates.models import Certificate
from competency.decisions.models import Decision
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.foundation.hashing import content_hash
from competency.privacy.models import Erasure
from competency.privacy.policies import shows_levels
from competency.privacy.services import give_consent
from competency.programs.models import Membership
from competency.programs.roles import Role
from competency.programs.services import accommodate
from competency.reports.services import credential_report_csv
from tests import factories
from tests.factories import PASSWORD, Campus, attempt_of, reviews_of, submission_of, trainee_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def decided(certificate: Certificate) -> Decision:
    return certificate.decision


@pytest.fixture
def holder(certificate: Certificate) -> User:
    return User.objects.get(pk=certificate.holder_id)


def erase(person: User, **options: Any) -> Erasure:
    erasure = erase_person(person, **{"by": person} | options)
    person.refresh_from_db()
    return erasure


# --- What goes ---


def test_the_words_are_gone_and_their_place_says_so(decided: Decision, holder: User) -> None:
    submission = submission_of(attempt_of(decided))
    before = answers_given(submission)
    assert any(given.text for given in before)
    erase(holder)
    after = answers_given(submission)
    assert [bool(given.text) for given in after] == [bool(given.text) for given in before]
    assert {given.text for given in after if given.text} == {ERASED}
    assert all(given.text[3:9] in ("", ERASED) for given in after)


def test_of_the_account_nothing_is_left_but_a_key_to_point_to(holder: User) -> None:
    Token.objects.create(user=holder)
    client = Client()
    client.force_login(holder)
    assert client.get("/").status_code == 200
    erase(holder)
    assert holder.name == f"Erased person {holder.pk.hex[:4].upper()}"
    assert holder.email == f"{holder.pk}@erased.invalid"
    assert (holder.is_active, holder.timezone, holder.has_usable_password()) == (
        False,
        "UTC",
        False,
    )
    assert not Token.objects.filter(user=holder).exists()
    assert client.get("/").status_code == 302
    assert not client.login(username=holder.email, password=PASSWORD)


def test_roles_consents_and_accommodations_end(campus: Campus, holder: User) -> None:
    enrolment = holder.enrolments.get()
    granted = accommodate(enrolment, extra_percent=25, reason="Dyslexia.", by=campus.director)
    assert granted.words == "Dyslexia."
    give_consent("public_levels", notice=None, by=holder)
    erase(holder)
    today = timezone.now().date()
    membership = Membership.objects.get(person=holder)
    assert membership.ends_on == today
    assert not shows_levels(holder.pk)
    granted.refresh_from_db()
    assert (granted.ends_on, granted.words) == (today, ERASED)
    assert AuditEvent.objects.filter(action="membership.ended", subject_id=membership.pk).exists()


def test_a_role_that_begins_later_ends_before_it_can_be_used(campus: Campus) -> None:
    starts = timezone.now().date() + timedelta(days=30)
    person = factories.person()
    factories.membership(campus.program, Role.TRAINEE, person, starts_on=starts)
    erase(person)
    assert Membership.objects.get(person=person).ends_on == starts


def test_what_was_assigned_and_not_begun_is_taken_back(campus: Campus) -> None:
    attempt = factories.assigned(campus)
    erase(trainee_of(attempt))
    attempt.refresh_from_db()
    assert attempt.state == "lapsed"


def test_a_complaint_stays_on_the_register_without_its_words(campus: Campus) -> None:
    person = factories.member(campus.program, Role.TRAINEE)
    complaint = take_complaint(campus.program, subject="Noise", text="Loud.", by=person)
    assert (complaint.from_whom, complaint.words) == (person.name, "Loud.")
    erase(person)
    complaint.refresh_from_db()
    complaint.complainant.refresh_from_db()
    assert (complaint.from_whom, complaint.words) == (person.name, ERASED)
    assert person.name.startswith("Erased person")


# --- What stays ---


def test_ratings_decisions_register_and_trail_are_whole(
    campus: Campus, decided: Decision, holder: User
) -> None:
    report = list(credential_report_csv(campus.program, by=campus.director))
    ratings = [
        row.level for review in reviews_of(attempt_of(decided)) for row in review.ratings.all()
    ]
    seal_events()
    erase(holder)
    seal_events()
    assert list(credential_report_csv(campus.program, by=campus.director)) == report
    decision = Decision.objects.get(pk=decided.pk)
    assert content_hash(decision.dossier) == decision.dossier_hash
    again = [
        row.level for review in reviews_of(attempt_of(decided)) for row in review.ratings.all()
    ]
    assert again == ratings
    certificate = Certificate.objects.get(decision=decision)
    assert content_hash(certificate.particulars) == certificate.particulars_hash
    assert verify_audit().findings == []


def test_the_erasure_says_who_asked_when_and_what_stays(holder: User) -> None:
    erasure = erase(holder)
    assert (erasure.person, erasure.asked_by, erasure.reason) == (holder, holder, "")
    assert not erasure.name_kept
    assert erasure.kept["competency.certificate.holder"] == 1
    assert erasure.kept["competency.enrolment.trainee"] == 1
    event = AuditEvent.objects.get(action="person.erased")
    assert (event.actor_id, event.detail) == (holder.pk, {"person": str(holder.pk)})


def test_who_acted_in_office_keeps_the_name_under_those_acts(campus: Campus) -> None:
    supervisor = factories.member(campus.program, Role.SUPERVISOR)
    name = supervisor.name
    erasure = erase(supervisor)
    assert (supervisor.name, erasure.name_kept) == (name, True)
    assert (supervisor.is_active, supervisor.email) == (False, f"{supervisor.pk}@erased.invalid")


# --- Who asks ---


def test_staff_erase_on_behalf_and_say_on_what_it_rests(holder: User) -> None:
    staff = factories.superuser()
    with pytest.raises(InvalidInput) as refused:
        erase(holder, by=staff)
    assert refused.value.field == "reason"
    erasure = erase(holder, by=staff, reason="Letter of 3 March.")
    assert (erasure.asked_by, erasure.reason) == (staff, "Letter of 3 March.")


def test_nobody_else_erases_anybody(campus: Campus, holder: User) -> None:
    for by in (campus.director, factories.person()):
        with pytest.raises(NotAllowed):
            erase(holder, by=by, reason="Because.")


def test_an_account_of_staff_loses_those_rights_first() -> None:
    staff = factories.superuser()
    with pytest.raises(DomainError, match="an account of staff"):
        erase(staff)


def test_an_erasure_happens_once(holder: User) -> None:
    erase(holder)
    with pytest.raises(WordsErased, match="erased already"):
        erase_person(holder, by=factories.superuser(), reason="Again.")
    assert Erasure.objects.count() == 1
    assert Sealer(holder.pk).erased


# --- What has to end first ---


def sitting(campus: Campus) -> User:
    return trainee_of(factories.started(campus))


def being_marked(campus: Campus) -> User:
    return trainee_of(factories.under_review(campus))


def proposed(campus: Campus) -> User:
    return factories.proposed(campus).enrolment.trainee


def referred(campus: Campus) -> User:
    return factories.ratified(campus, 3, 3).enrolment.trainee


def being_issued(campus: Campus) -> User:
    return factories.awarded(campus).holder


def with_a_case(campus: Campus) -> User:
    decision = factories.ratified(campus, 2, 2)
    attempt_id, by = decision.attempt_id, campus.director
    open_case(decision.enrolment, attempt_id, kind="copying", grounds="Alike.", by=by)
    return decision.enrolment.trainee


def reviewing(campus: Campus) -> User:
    return reviews_of(factories.under_review(campus))[0].reviewer


def directing(campus: Campus) -> User:
    return campus.director


@pytest.mark.parametrize(
    ("who", "words"),
    [
        (sitting, "The sitting of Core assessment is under way. Hand it in"),
        (being_marked, "Core assessment is being marked"),
        (proposed, "The decision on Core assessment is not final|is being marked"),
        (referred, "not final yet|is being marked"),
        (being_issued, "A certificate is being issued"),
        (with_a_case, "A case about an attempt is open"),
        (reviewing, "1 judgment is assigned to this person|judgments are assigned"),
        (directing, "has no other director"),
    ],
)
def test_while_something_is_under_way_it_is_refused_and_says_what_to_do(
    campus: Campus, who: Callable[[Campus], User], words: str
) -> None:
    person = who(campus)
    with pytest.raises(InFlight, match=words) as refused:
        erase(person)
    assert refused.value.bars == bars_to_erasure(person)
    person.refresh_from_db()
    assert person.is_active
    assert not Erasure.objects.exists()


def test_an_appeal_ends_first_or_is_withdrawn(campus: Campus) -> None:
    decision = factories.ratified(campus, 2, 2)
    release_results(attempt_of(decision), by=campus.director)
    trainee = decision.enrolment.trainee
    appeal = workflow.lodge_appeal(decision, grounds="Look again.", by=trainee)
    with pytest.raises(InFlight, match="Withdraw it, or wait"):
        erase(trainee)
    withdraw_appeal(appeal, by=trainee)
    erase(trainee)
    appeal.refresh_from_db()
    assert appeal.grounds == ERASED


def test_whoever_hears_an_appeal_finishes_it_first(campus: Campus) -> None:
    decision = factories.ratified(campus, 2, 2)
    release_results(attempt_of(decision), by=campus.director)
    appeal = workflow.lodge_appeal(decision, grounds="Look.", by=decision.enrolment.trainee)
    hearer = factories.member(campus.program, Role.CERTIFIER)
    take_up_appeal(appeal, by=hearer)
    with pytest.raises(InFlight, match="being heard"):
        erase(decision.enrolment.trainee)
    with pytest.raises(InFlight, match="1 judgment is assigned"):
        erase(hearer)


def test_a_void_sitting_stands_in_nobodys_way(campus: Campus) -> None:
    attempt = factories.started(campus)
    void_attempt(attempt, by=campus.director, reason="Fire alarm.")
    erase(trainee_of(attempt))
    assert Attempt.objects.get(pk=attempt.pk).state == "void"


# --- From the command line ---


def test_staff_see_first_what_stands_in_the_way(campus: Campus, holder: User) -> None:
    staff, said = factories.superuser(), StringIO()
    options = {"by": staff.email, "reason": "Letter of 3 March.", "stdout": said}
    call_command("erase_person", sitting(campus).email, **options)
    assert "under way" in said.getvalue()
    call_command("erase_person", str(holder.pk), **options)
    assert "can be erased: add --yes" in said.getvalue()
    assert not Erasure.objects.exists()
    call_command("erase_person", str(holder.pk), yes=True, **options)
    assert "competency.certificate.holder: 1" in said.getvalue()
    with pytest.raises(CommandError, match="erased already"):
        call_command("erase_person", str(holder.pk), yes=True, **options)
    with pytest.raises(CommandError, match="Nobody has an account"):
        call_command("erase_person", "nobody@example.org", **options)
