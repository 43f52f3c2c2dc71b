"""The register: awarded once, issued once, and never forgotten."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from competency.audit.models import AuditEvent
from competency.certificates import issuing, services, tasks
from competency.certificates.models import Certificate, RegisterNumber
from competency.certificates.rules import months_after, tidy_code
from competency.decisions import services as decisions
from competency.decisions.contents import standard_content
from competency.foundation.errors import (
    DomainError,
    InvalidInput,
    NotAllowed,
    TransitionRefused,
)
from competency.foundation.hashing import content_hash
from competency.programs.roles import Role
from tests import factories
from tests.competency.batches.crowd import crowd
from tests.factories import count_rows
from tests.refusals import change

COUNTED = (Certificate, RegisterNumber, AuditEvent)


@pytest.fixture
def ratified(proposal, campus):
    """A ratified *competent* that the workflow has not seen yet."""
    decisions.ratify(proposal, by=campus.certifier)
    return proposal


@pytest.fixture
def awarded(ratified):
    return services.award(ratified)


def events(action, certificate):
    return AuditEvent.objects.filter(action=action, subject_id=certificate.pk)


# --- Awarding ---


def test_a_ratified_competence_is_put_on_the_register(ratified, campus):
    certificate = services.award(ratified)
    year = timezone.now().year
    assert certificate.state == "awarded"
    assert (certificate.holder, certificate.program) == (
        ratified.enrolment.trainee,
        campus.program,
    )
    assert certificate.number == f"{campus.program.code.upper()}-{year}-00001"
    assert tidy_code(certificate.code.lower()) == certificate.code
    assert certificate.pilot is True
    assert certificate.particulars is None
    assert events("certificate.awarded", certificate).get().actor_id == campus.certifier.pk


def test_awarding_again_gives_the_same_row(ratified):
    first = services.award(ratified)
    before = count_rows(*COUNTED)
    assert services.award(ratified) == first
    assert count_rows(*COUNTED) == before


def test_only_a_ratified_decision_awards(proposal):
    with pytest.raises(DomainError, match="Only a ratified decision"):
        services.award(proposal)
    assert not Certificate.objects.exists()


@pytest.mark.parametrize("levels", [(3, 3), (2, 2)])
def test_refer_and_not_yet_award_nothing(levels, campus):
    decision = factories.proposed(campus, *levels)
    decisions.ratify(decision, by=campus.certifier)
    assert services.award(decision) is None
    assert not Certificate.objects.filter(decision=decision).exists()


def test_the_certifier_may_have_left_by_the_time_the_award_is_made(ratified, campus):
    campus.certifier.is_active = False
    campus.certifier.save()
    certificate = services.award(ratified)
    assert events("certificate.awarded", certificate).get().actor_id == campus.certifier.pk


def test_numbers_run_without_gaps_per_program_and_year(campus):
    numbers = [factories.awarded(campus).number for _ in range(2)]
    other = factories.campus()
    first_of_other = factories.awarded(other).number
    serials = [int(number.rsplit("-", 1)[1]) for number in numbers]
    assert serials == [serials[0], serials[0] + 1]
    assert first_of_other.endswith("-00001")


def test_codes_are_drawn_and_not_counted(campus):
    codes = {factories.awarded(campus).code for _ in range(2)}
    assert len(codes) == 2


def test_issuing_is_asked_for_when_the_award_is_committed(
    ratified, django_capture_on_commit_callbacks, eager_tasks
):
    with django_capture_on_commit_callbacks(execute=True):
        certificate = services.award(ratified)
        assert Certificate.objects.get(pk=certificate.pk).state == "awarded"
    assert Certificate.objects.get(pk=certificate.pk).state == "issued"


# --- Issuing ---


def test_an_issued_certificate_says_what_the_dossier_says_and_is_frozen(awarded, ratified):
    assert issuing.issue(awarded.pk)
    awarded.refresh_from_db()
    assert awarded.state == "issued"
    assert awarded.valid_until == months_after(awarded.issued_at, 24)
    said = awarded.particulars
    assert awarded.particulars_hash == content_hash(said)
    assert (said["number"], said["code"]) == (awarded.number, awarded.code)
    assert said["holder"] == ratified.enrolment.trainee.name
    assert said["dossier_hash"] == ratified.dossier_hash
    assert said["pilot"] is True
    assert said["competencies"] == ratified.dossier["competencies"]
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        change(awarded, particulars={})


def test_issuing_again_changes_nothing(awarded):
    assert issuing.issue(awarded.pk) is True
    issued = Certificate.objects.get(pk=awarded.pk)
    before = count_rows(*COUNTED)
    assert issuing.issue(awarded.pk) is False
    tasks.issue_certificate(str(awarded.pk))
    assert count_rows(*COUNTED) == before
    assert Certificate.objects.get(pk=awarded.pk).issued_at == issued.issued_at


def test_a_name_changed_since_leaves_the_certificate_as_it_was(awarded, ratified):
    issuing.issue(awarded.pk)
    holder = ratified.enrolment.trainee
    before = holder.name
    holder.name = "Somebody Else"
    holder.save()
    assert Certificate.objects.get(pk=awarded.pk).particulars["holder"] == before


def test_a_certificate_whose_message_was_lost_is_swept_up(awarded, eager_tasks, time_machine):
    tasks.sweep()
    assert Certificate.objects.get(pk=awarded.pk).state == "awarded"  # it may yet come
    time_machine.move_to(timezone.now() + timedelta(minutes=5))
    tasks.sweep()
    assert Certificate.objects.get(pk=awarded.pk).state == "issued"


def test_a_certificate_expires_when_its_time_is_over(certificate, time_machine):
    time_machine.move_to(certificate.valid_until - timedelta(seconds=1), tick=False)
    assert not issuing.expire(certificate.pk)
    time_machine.move_to(certificate.valid_until, tick=False)
    tasks.sweep()
    certificate.refresh_from_db()
    assert certificate.state == "expired"
    assert not issuing.expire(certificate.pk)


def test_a_new_certificate_replaces_the_earlier_one_of_the_same_holder(campus):
    first = factories.issued(campus)
    second = factories.issued(campus, trainee=first.decision.enrolment)
    first.refresh_from_db()
    assert (first.state, second.state) == ("replaced", "issued")
    other = factories.issued(campus)
    second.refresh_from_db()
    assert (second.state, other.state) == ("issued", "issued")


# --- Suspending, reinstating, revoking ---


def test_a_certifier_suspends_and_reinstates_and_the_register_knows_why(certificate, campus):
    services.suspend(certificate, by=campus.certifier, reason="A complaint.")
    assert certificate.state == "suspended"
    services.reinstate(certificate, by=campus.certifier, reason="Unfounded.")
    certificate.refresh_from_db()
    assert certificate.state == "issued"
    reasons = AuditEvent.objects.filter(subject_id=certificate.pk).exclude(reason="")
    assert list(reasons.order_by("id").values_list("reason", flat=True)) == [
        "A complaint.",
        "Unfounded.",
    ]


def test_what_was_revoked_stays_on_the_register_and_never_comes_back(certificate, campus):
    services.revoke(certificate, by=campus.certifier, reason="Somebody else sat.")
    with pytest.raises(TransitionRefused):
        services.reinstate(certificate, by=campus.certifier, reason="Regret.")
    assert certificate in Certificate.objects.on_register()
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk)._raw_delete("default")


def test_what_is_not_in_force_is_neither_renewed_nor_corrected(awarded, certificate, campus):
    services.revoke(certificate, by=campus.certifier, reason="Somebody else sat.")
    said = {"by": campus.certifier, "reason": "She asked."}
    for row in (awarded, certificate):
        before = Certificate.objects.filter(pk=row.pk).values().get()
        with pytest.raises(DomainError, match="in force is renewed"):
            services.renew(row, **said)
        with pytest.raises(DomainError, match="in force is corrected"):
            services.correct_name(row, name="Ana Nueva", **said)
        assert Certificate.objects.filter(pk=row.pk).values().get() == before


@pytest.mark.parametrize("act", [services.suspend, services.reinstate, services.revoke])
@pytest.mark.parametrize("role", [role for role in Role if role != Role.CERTIFIER])
def test_only_certifiers_change_the_register(role, act, certificate, campus):
    other = factories.member(campus.program, role)
    with pytest.raises(NotAllowed):
        act(certificate, by=other, reason="Because.")


@pytest.mark.parametrize("act", [services.suspend, services.reinstate, services.revoke])
def test_a_change_of_the_register_has_a_reason(act, certificate, campus):
    for reason in ("", "  ", "a\x00"):
        with pytest.raises(InvalidInput) as refused:
            act(certificate, by=campus.certifier, reason=reason)
        assert refused.value.field == "reason"
    assert Certificate.objects.get(pk=certificate.pk).state == "issued"


def test_nobody_changes_their_own_certificate(certificate, campus):
    holder = certificate.holder
    factories.membership(campus.program, Role.CERTIFIER, holder)
    with pytest.raises(DomainError, match="their own certificate"):
        services.revoke(certificate, by=holder, reason="Modesty.")


# --- Who sees what ---


def test_a_certificate_is_seen_by_its_holder_and_by_those_who_may(certificate, campus):
    auditor = factories.member(campus.program, Role.AUDITOR)
    for person in (certificate.holder, campus.director, campus.certifier, auditor):
        assert certificate in Certificate.objects.visible_to(person)
    _, stranger = factories.program_with(Role.DIRECTOR)
    for person in (campus.author, campus.supervisors[0], stranger):
        assert certificate not in Certificate.objects.visible_to(person)


def test_the_register_knows_what_was_issued_and_nothing_before(awarded):
    assert awarded not in Certificate.objects.on_register()
    assert not Certificate.objects.of_holder(awarded.holder).exists()
    issuing.issue(awarded.pk)
    assert awarded in Certificate.objects.on_register()
    assert list(Certificate.objects.of_holder(awarded.holder)) == [awarded]


def test_a_rehearsed_certificate_holds_for_seconds(db, time_machine):
    campus = factories.campus(standard={"rehearsal_seconds": 2})
    rehearsed = factories.issued(campus)
    assert rehearsed.valid_until - rehearsed.issued_at == timedelta(seconds=2)
    assert rehearsed.decision.dossier["standard"]["rehearsal_seconds"] == 2
    time_machine.move_to(rehearsed.valid_until)
    assert issuing.expire(rehearsed.pk)


def test_a_standard_that_rehearses_nothing_reads_as_before(campus):
    assert "rehearsal_seconds" not in standard_content(campus.standard)


def test_issuing_takes_as_many_statements_whatever_its_status_list_holds(campus):
    first, second = crowd(campus, 2)
    issuing.issue(first.pk)
    with CaptureQueriesContext(connection) as captured:
        issuing.issue(second.pk)
    listed = [query for query in captured if "status_index" in query["sql"]]
    assert not [query for query in captured if "COUNT" in query["sql"]]
    assert len(captured) <= 18
    assert len(listed) == 3  # the draws, what was signed before, and the new one
