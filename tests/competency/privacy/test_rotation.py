"""Rotating SEALING_KEY: every person's key is wrapped anew, and no word is lost on the way."""

import base64
import os
from io import StringIO
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from django.core.management import CommandError, call_command
from django.utils import timezone

from competency.accounts.models import PersonKey, User
from competency.accounts.sealing import ERASED, Sealer
from competency.audit.models import AuditEvent
from competency.foundation.errors import NotAllowed
from competency.privacy import rotation
from competency.privacy.rotation import rotate_sealing_key
from tests import factories

pytestmark = pytest.mark.django_db

WORDS = "I stay near you."


def drawn() -> str:
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


@pytest.fixture
def staff() -> User:
    return factories.superuser()


@pytest.fixture
def sealed() -> dict[User, bytes]:
    people = [factories.person() for _ in range(3)]
    return {person: Sealer(person.pk).seal(WORDS) for person in people}


@pytest.fixture
def replaced(sealed: dict[User, bytes], settings: Any) -> dict[User, bytes]:
    """The key in force is a new one; the one before it still opens what it wrapped."""
    settings.SEALING_KEY_FALLBACKS = [settings.SEALING_KEY]
    settings.SEALING_KEY = drawn()
    return sealed


def readable(sealed: dict[User, bytes]) -> bool:
    return all(Sealer(person.pk).unseal(words) == WORDS for person, words in sealed.items())


def rotations() -> list[dict[str, Any]]:
    events = AuditEvent.objects.filter(action="sealing_key.rotated").order_by("pk")
    return [event.detail for event in events]


def test_while_a_new_key_comes_in_the_old_one_still_opens(replaced: dict[User, bytes]) -> None:
    assert readable(replaced)
    newcomer = factories.person()
    assert Sealer(newcomer.pk).unseal(Sealer(newcomer.pk).seal(WORDS)) == WORDS


def test_after_a_rotation_the_old_key_is_not_needed_any_more(
    replaced: dict[User, bytes], staff: User, settings: Any
) -> None:
    run = rotate_sealing_key(by=staff)
    assert (run.rewrapped, run.in_force, run.unreadable) == (3, 0, [])
    settings.SEALING_KEY_FALLBACKS = []
    assert readable(replaced)
    event = AuditEvent.objects.get(action="sealing_key.rotated")
    assert (event.actor_id, event.detail) == (staff.pk, {"rewrapped": 3})


def test_the_new_key_alone_opened_nothing_before(
    replaced: dict[User, bytes], settings: Any
) -> None:
    settings.SEALING_KEY_FALLBACKS = []
    with pytest.raises(InvalidTag):
        readable(replaced)


def test_a_second_run_finds_nothing_to_do(replaced: dict[User, bytes], staff: User) -> None:
    rotate_sealing_key(by=staff)
    before = list(PersonKey.objects.order_by("pk").values_list("wrapped"))
    run = rotate_sealing_key(by=staff)
    assert (run.rewrapped, run.in_force) == (0, 3)
    assert list(PersonKey.objects.order_by("pk").values_list("wrapped")) == before
    assert rotations() == [{"rewrapped": 3}]


def test_a_run_that_dies_is_taken_up_by_the_next(
    replaced: dict[User, bytes], staff: User, settings: Any
) -> None:
    def dies(run: rotation.Rotation) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate_sealing_key(by=staff, batch=1, told=dies)
    assert rotations() == [{"rewrapped": 1}]
    assert readable(replaced)
    run = rotate_sealing_key(by=staff, batch=1)
    assert (run.rewrapped, run.in_force) == (2, 1)
    settings.SEALING_KEY_FALLBACKS = []
    assert readable(replaced)


def test_what_was_erased_stays_erased(replaced: dict[User, bytes], staff: User) -> None:
    person = next(iter(replaced))
    PersonKey.objects.filter(person=person).update(wrapped=None, destroyed_at=timezone.now())
    assert rotate_sealing_key(by=staff).seen == 2
    assert Sealer(person.pk).unseal(replaced[person]) == ERASED


def test_a_key_that_nothing_opens_is_named_and_holds_up_nobody(
    replaced: dict[User, bytes], staff: User, settings: Any
) -> None:
    lost = next(iter(replaced))
    stranger = Sealer(factories.person().pk)
    other = PersonKey.objects.get(person=stranger.person_id)
    PersonKey.objects.filter(person=lost).update(wrapped=other.wrapped)
    with pytest.raises(CommandError, match=rf"1 keys open with none[^\0]*{lost.pk}"):
        call_command("rotate_sealing_key", by=staff.email, stdout=StringIO())
    settings.SEALING_KEY_FALLBACKS = []
    assert readable({person: words for person, words in replaced.items() if person != lost})


def test_staff_rotate_and_the_command_says_how_far_it_is(
    replaced: dict[User, bytes], staff: User
) -> None:
    said = StringIO()
    call_command("rotate_sealing_key", by=staff.email.upper(), stdout=said)
    assert "3 keys looked at, 3 wrapped anew" in said.getvalue()
    assert "3 keys wrapped anew; 0 were under the present SEALING_KEY" in said.getvalue()


def test_nobody_else_rotates(replaced: dict[User, bytes]) -> None:
    person = factories.person()
    with pytest.raises(NotAllowed, match="Only staff"):
        rotate_sealing_key(by=person)
    with pytest.raises(CommandError, match="Only staff"):
        call_command("rotate_sealing_key", by=person.email)
    with pytest.raises(CommandError, match="Nobody has an account"):
        call_command("rotate_sealing_key", by="nobody@example.org")
    assert rotations() == []
