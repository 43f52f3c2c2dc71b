"""An invitation: sent by whoever runs a program, accepted once by whoever has the address."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from competency.accounts.models import User
from competency.audit.models import AuditEvent
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.invitations import mailing, services, tasks
from competency.invitations.links import token_of
from competency.invitations.models import Invitation
from competency.programs.models import Membership
from competency.programs.roles import Role
from tests import factories
from tests.factories import PASSWORD
from tests.web.conftest import said

NEW = "new@example.org"


@pytest.fixture
def director(db: None) -> User:
    return factories.member(factories.program(), Role.DIRECTOR, factories.person("Dora"))


def program_of(director: User) -> Any:
    return director.memberships.get().program


def invite(director: User, email: str = NEW, *roles: str, **more: Any) -> Invitation:
    wanted = roles or (Role.TRAINEE,)
    return services.invite(program_of(director), email, wanted, by=director, **more)


def page(invitation: Invitation) -> str:
    return f"/join/{token_of(invitation.pk)}"


class TestSending:
    def test_it_is_mailed_once_on_commit_with_a_link(
        self, director: User, eager_tasks: None, django_capture_on_commit_callbacks: Any
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            sent = invite(director, " New@Example.org ")
        tasks.sweep()
        assert mailing.mail(sent.pk) is False
        (message,) = mail.outbox
        assert message.to == [NEW]
        assert page(sent) in message.body
        assert AuditEvent.objects.filter(action="invitation.sent", actor_id=director.pk).exists()

    def test_only_who_runs_the_program_sends_and_withdraws(self, director: User) -> None:
        sent = invite(director)
        stranger = factories.member(factories.program(), Role.DIRECTOR)
        with pytest.raises(NotAllowed):
            services.invite(program_of(director), NEW, [Role.TRAINEE], by=stranger)
        with pytest.raises(NotAllowed):
            services.withdraw(sent, by=stranger)

    @pytest.mark.parametrize(
        ("field", "given"),
        [
            ("email", {"email": "no address"}),
            ("roles", {"roles": []}),
            ("roles", {"roles": ["king"]}),
            ("scope", {"roles": [Role.AUDITOR]}),
            ("roles_end_on", {"roles_end_on": date(2020, 1, 1)}),
        ],
    )
    def test_input_at_fault_is_named(
        self, director: User, field: str, given: dict[str, Any]
    ) -> None:
        whole = {"email": NEW, "roles": [Role.TRAINEE]} | given
        with pytest.raises(InvalidInput) as refused:
            services.invite(program_of(director), **whole, by=director)
        assert refused.value.field == field

    def test_a_second_one_waits_until_the_first_is_over(self, director: User) -> None:
        first = invite(director)
        with pytest.raises(DomainError, match="stands already"):
            invite(director)
        Invitation.objects.filter(pk=first.pk).update(
            created_at=timezone.now() - timedelta(days=20),
            expires_at=timezone.now() - timedelta(days=1),
        )
        second = invite(director)
        services.withdraw(second, by=director)
        with pytest.raises(DomainError, match="already"):
            services.withdraw(second, by=director)
        invite(director)

    def test_a_sweep_mails_what_was_left_behind(self, director: User, eager_tasks: None) -> None:
        sent = invite(director)
        Invitation.objects.update(created_at=timezone.now() - timedelta(hours=1))
        tasks.sweep()
        assert len(mail.outbox) == 1
        sent.refresh_from_db()
        assert sent.mailed_at is not None


class TestAccepting:
    def test_whoever_has_no_account_makes_one_and_is_in(self, director: User) -> None:
        sent, client = invite(director), Client()
        shown = said(client.get(page(sent)))
        assert f"You are invited to {program_of(director).name}" in shown
        assert "By Dora" in shown
        weak = client.post(page(sent), {"name": "Nia Wu", "password": "short"})
        assert "too short" in said(weak, 422)
        assert 'value="Nia Wu"' in weak.content.decode()
        done = client.post(page(sent), {"name": "Nia Wu", "password": PASSWORD}, follow=True)
        assert "Welcome to" in said(done)
        nia = User.objects.get(email=NEW)
        assert [row.role for row in Membership.objects.of(nia)] == [Role.TRAINEE]
        acts = set(AuditEvent.objects.filter(actor_id=nia.pk).values_list("action", flat=True))
        assert {"account.made", "invitation.accepted"} <= acts
        assert "no longer holds" in said(Client().get(page(sent)), 410)

    def test_whoever_has_an_account_signs_in_and_accepts(self, director: User) -> None:
        nia = factories.person("Nia Wu", email=NEW, password=PASSWORD)
        factories.member(program_of(director), Role.TRAINEE, nia)
        sent = invite(director, NEW, Role.TRAINEE, Role.AUTHOR)
        client = Client()
        assert "Sign in with it to accept" in said(client.get(page(sent)))
        client.force_login(nia)
        assert client.post(page(sent))["Location"] == "/"
        roles = sorted(row.role for row in Membership.objects.of(nia))
        assert roles == [Role.AUTHOR, Role.TRAINEE]

    def test_an_auditor_gets_scope_and_end(self, director: User) -> None:
        nia = factories.person(email=NEW)
        until = timezone.now().date() + timedelta(days=9)
        sent = invite(
            director, NEW, Role.AUDITOR, scope="Spring", areas=["trail"], roles_end_on=until
        )
        services.accept(sent, by=nia)
        held = Membership.objects.of(nia).get()
        assert (held.scope, held.areas, held.ends_on) == ("Spring", ["trail"], until)

    def test_staff_invite_auditors_alone_and_only_while_they_are_staff(self, db: None) -> None:
        program, staff = factories.program(), factories.superuser()
        nia = factories.person(email=NEW)
        ends_on = timezone.now().date() + timedelta(days=9)
        audit: dict[str, Any] = {"scope": "Spring", "areas": ["trail"], "roles_end_on": ends_on}
        with pytest.raises(NotAllowed):
            services.invite(program, NEW, [Role.AUDITOR, Role.DIRECTOR], **audit, by=staff)
        sent = services.invite(program, NEW, [Role.AUDITOR], **audit, by=staff)
        User.objects.filter(pk=staff.pk).update(is_staff=False)
        with pytest.raises(DomainError, match="no longer holds"):
            services.accept(Invitation.objects.get(pk=sent.pk), by=nia)
        User.objects.filter(pk=staff.pk).update(is_staff=True)
        services.accept(Invitation.objects.get(pk=sent.pk), by=nia)
        assert Membership.objects.of(nia).get().role == Role.AUDITOR

    def test_it_is_for_one_address_and_one_time(self, director: User) -> None:
        sent, nia = invite(director), factories.person(email=NEW)
        other = factories.person()
        with pytest.raises(NotAllowed):
            services.accept(sent, by=other)
        client = Client()
        client.force_login(other)
        assert "Sign out first" in said(client.get(page(sent)))
        assert "Sign out first" in said(client.post(page(sent), {"name": "x", "password": "y"}))
        services.accept(sent, by=nia)
        with pytest.raises(DomainError, match="no longer holds"):
            services.accept(sent, by=nia)

    @pytest.mark.parametrize("how", ["withdrawn", "expired", "its sender has left"])
    def test_one_that_is_over_opens_nothing(self, director: User, how: str) -> None:
        sent = invite(director)
        if how == "withdrawn":
            services.withdraw(sent, by=director)
        elif how == "expired":
            Invitation.objects.update(
                created_at=timezone.now() - timedelta(days=20),
                expires_at=timezone.now() - timedelta(days=1),
            )
        else:
            User.objects.filter(pk=director.pk).update(is_active=False)
        said(Client().post(page(sent), {"name": "Nia", "password": PASSWORD}), 410)
        assert not User.objects.filter(email=NEW).exists()

    @pytest.mark.parametrize("token", ["x", "7d4448409dc041d1b2455ffdce74fad2:forged"])
    def test_a_forged_link_opens_nothing(self, db: None, token: str) -> None:
        said(Client().get(f"/join/{token}"), 410)
