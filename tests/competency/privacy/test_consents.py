"""What people were told and agreed to: which words, when, and until when."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from assessments.attempts.services import start_attempt
from competency.accounts.models import User
from competency.audit.models import AuditEvent
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.privacy.models import Consent, Notice
from competency.privacy.policies import ConsentNeeded, notice_to_accept, shows_levels
from competency.privacy.purposes import Purpose
from competency.privacy.services import give_consent, publish_notice, withdraw_consent
from tests import factories
from tests.factories import Campus, trainee_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> User:
    return factories.person("Ana")


# --- Notices ---


def test_each_notice_is_a_version_of_its_own_and_the_last_is_in_force() -> None:
    first = factories.notice(text="We keep it.")
    second = factories.notice(text="We keep it longer.", changes="How long.")
    assert (first.number, second.number) == (1, 2)
    assert first.content_hash != second.content_hash
    assert Notice.objects.current() == second
    event = AuditEvent.objects.get(action="notice.published", subject_id=second.pk)
    assert event.actor_id == second.published_by_id
    assert event.detail == {"number": 2, "hash": second.content_hash}


def test_a_notice_says_something_and_later_ones_what_changed() -> None:
    staff = factories.superuser()
    with pytest.raises(InvalidInput) as refused:
        publish_notice(title=" ", text="Words.", by=staff)
    assert refused.value.field == "title"
    with pytest.raises(InvalidInput) as refused:
        publish_notice(title="x" * 201, text="Words.", by=staff)
    assert refused.value.field == "title"
    with pytest.raises(InvalidInput) as refused:
        publish_notice(title="Privacy", text="", by=staff)
    assert refused.value.field == "text"
    factories.notice()
    with pytest.raises(InvalidInput) as refused:
        publish_notice(title="Privacy", text="Words.", changes=" ", by=staff)
    assert refused.value.field == "changes"
    assert Notice.objects.count() == 1


def test_staff_alone_publish_a_notice(ana: User) -> None:
    with pytest.raises(NotAllowed, match="Only staff"):
        publish_notice(title="Privacy", text="Words.", by=ana)


def test_a_notice_is_published_from_a_file(tmp_path: Path) -> None:
    staff, file = factories.superuser(), tmp_path / "notice.md"
    file.write_text("# Your data\n\nWe keep it.\n")
    call_command("publish_notice", str(file), by=staff.email)
    notice = Notice.objects.get()
    assert (notice.title, notice.text) == ("Your data", "We keep it.")
    file.write_text("Your data\n\nWe keep it.\n")
    with pytest.raises(CommandError, match="the first line is the title"):
        call_command("publish_notice", str(file), by=staff.email)
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("publish_notice", str(tmp_path / "none"), by=staff.email)
    with pytest.raises(CommandError, match="Nobody has an account"):
        call_command("publish_notice", str(file), by="nobody@example.org")
    file.write_text("# Your data\n\nWe keep it longer.\n")
    with pytest.raises(CommandError, match="Say what differs"):
        call_command("publish_notice", str(file), by=staff.email)


# --- Agreeing ---


def test_a_consent_names_who_to_which_version_and_when(ana: User) -> None:
    notice = factories.notice()
    consent = give_consent(Purpose.SITTING, notice=notice, by=ana)
    assert (consent.person, consent.notice, consent.withdrawn_at) == (ana, notice, None)
    assert consent.given_at is not None
    event = AuditEvent.objects.get(action="consent.given")
    assert (event.actor_id, event.detail) == (ana.pk, {"purpose": "sitting", "notice": 1})


def test_agreeing_twice_is_agreeing_once(ana: User) -> None:
    notice = factories.notice()
    first = give_consent(Purpose.SITTING, notice=notice, by=ana)
    assert give_consent(Purpose.SITTING, notice=notice, by=ana) == first
    assert AuditEvent.objects.filter(action="consent.given").count() == 1


def test_nobody_agrees_to_words_that_are_not_in_force_any_more(ana: User) -> None:
    read = factories.notice()
    factories.notice()
    with pytest.raises(DomainError, match="Another notice is in force") as refused:
        give_consent(Purpose.SITTING, notice=read, by=ana)
    assert refused.value.code == "stale_notice"


def test_where_nothing_is_published_nothing_is_accepted(ana: User) -> None:
    with pytest.raises(DomainError, match="No notice is published"):
        give_consent(Purpose.SITTING, notice=None, by=ana)
    with pytest.raises(InvalidInput, match="One can agree to: sitting, public_levels"):
        give_consent("marketing", notice=None, by=ana)


def test_what_was_agreed_to_can_be_taken_back_and_stays_on_record(ana: User) -> None:
    notice = factories.notice()
    give_consent(Purpose.SITTING, notice=notice, by=ana)
    (withdrawn,) = withdraw_consent(Purpose.SITTING, by=ana)
    assert withdrawn.withdrawn_at is not None
    assert notice_to_accept(ana) == notice
    again = give_consent(Purpose.SITTING, notice=notice, by=ana)
    assert set(Consent.objects.visible_to(ana)) == {withdrawn, again}
    assert AuditEvent.objects.filter(action="consent.withdrawn", actor_id=ana.pk).count() == 1


def test_nothing_is_taken_back_that_was_not_given(ana: User) -> None:
    give_consent(Purpose.PUBLIC_LEVELS, notice=None, by=factories.person())
    with pytest.raises(DomainError, match="You have not agreed to this"):
        withdraw_consent(Purpose.PUBLIC_LEVELS, by=ana)


def test_levels_are_public_only_while_the_holder_wants_them_to_be(ana: User) -> None:
    assert not shows_levels(ana.pk)
    give_consent(Purpose.PUBLIC_LEVELS, notice=None, by=ana)
    factories.notice()  # a new notice takes nothing back
    assert shows_levels(ana.pk)
    withdraw_consent(Purpose.PUBLIC_LEVELS, by=ana)
    assert not shows_levels(ana.pk)


# --- Sitting ---


def test_nobody_sits_before_accepting_the_notice_in_force(campus: Campus) -> None:
    attempt = factories.assigned(campus)
    trainee = trainee_of(attempt)
    notice = factories.notice()
    with pytest.raises(ConsentNeeded, match="Read the privacy notice, version 1") as refused:
        start_attempt(attempt, by=trainee)
    assert refused.value.code == "consent_needed"
    assert attempt.state == "assigned"
    give_consent(Purpose.SITTING, notice=notice, by=trainee)
    start_attempt(attempt, by=trainee)
    assert attempt.state == "in_progress"


def test_a_new_notice_is_accepted_before_the_next_sitting_only(campus: Campus) -> None:
    attempt = factories.started(campus)
    trainee = trainee_of(attempt)
    give_consent(Purpose.SITTING, notice=factories.notice(), by=trainee)
    assert notice_to_accept(trainee) is None
    newer = factories.notice()
    assert notice_to_accept(trainee) == newer
    with pytest.raises(ConsentNeeded, match="version 2"):
        start_attempt(factories.assigned(campus, attempt.enrolment), by=trainee)
