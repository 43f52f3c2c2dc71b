"""A person's own words, sealed under a key of their own."""

import base64
import os

import pytest
from cryptography.exceptions import InvalidTag
from django.db import transaction
from django.utils import timezone

from competency.accounts.models import PersonKey
from competency.accounts.sealing import ERASED, Sealer, WordsErased
from tests import factories

pytestmark = pytest.mark.django_db

WORDS = "I stay near you — 👩🏽‍⚕️ مَرْحَبًا 一緒に"


@pytest.fixture
def ana():
    return factories.person("Ana")


def test_what_was_sealed_can_be_opened_again_later(ana):
    sealed = Sealer(ana.pk).seal(WORDS)
    assert WORDS.encode() not in sealed
    assert Sealer(ana.pk).unseal(sealed) == WORDS
    assert Sealer(ana.pk).unseal(memoryview(sealed)) == WORDS


def test_the_same_words_are_never_sealed_alike(ana):
    sealer = Sealer(ana.pk)
    assert sealer.seal(WORDS) != sealer.seal(WORDS)


def test_a_person_keeps_one_key(ana):
    Sealer(ana.pk)
    first = bytes(PersonKey.objects.get(person=ana).wrapped)
    Sealer(ana.pk)
    assert bytes(PersonKey.objects.get(person=ana).wrapped) == first


def test_nobody_elses_key_opens_the_words(ana):
    sealed = Sealer(ana.pk).seal(WORDS)
    with pytest.raises(InvalidTag):
        Sealer(factories.person().pk).unseal(sealed)


def test_a_key_moved_to_another_person_opens_nothing(ana):
    Sealer(ana.pk)
    wrapped = PersonKey.objects.get(person=ana).wrapped
    other = factories.person()
    PersonKey.objects.create(person=other, wrapped=wrapped)
    with pytest.raises(InvalidTag):
        Sealer(other.pk)


def test_changed_words_are_not_opened(ana):
    sealed = bytearray(Sealer(ana.pk).seal(WORDS))
    sealed[-1] ^= 1
    with pytest.raises(InvalidTag):
        Sealer(ana.pk).unseal(bytes(sealed))


def test_with_another_installation_key_nothing_opens(ana, settings):
    Sealer(ana.pk)
    settings.SEALING_KEY = base64.urlsafe_b64encode(os.urandom(32)).decode()
    with pytest.raises(InvalidTag):
        Sealer(ana.pk)


def test_destroying_the_key_erases_the_words_and_leaves_the_record(ana):
    sealed = Sealer(ana.pk).seal(WORDS)
    PersonKey.objects.filter(person=ana).update(wrapped=None, destroyed_at=timezone.now())
    erased = Sealer(ana.pk)
    assert erased.unseal(sealed) == ERASED
    with pytest.raises(WordsErased, match="words were erased"):
        erased.seal("new words")
    assert str(PersonKey.objects.get(person=ana)) == f"key of {ana.pk}"


def test_a_part_of_what_was_erased_says_so_as_well(ana):
    sealed = Sealer(ana.pk).seal(WORDS)
    PersonKey.objects.filter(person=ana).update(wrapped=None, destroyed_at=timezone.now())
    words = Sealer(ana.pk).unseal(sealed)
    assert (words[3:9], words[400:], words[0]) == (ERASED, ERASED, ERASED)


def test_whoever_holds_a_key_can_seal_until_the_act_is_done(ana):
    with transaction.atomic():
        sealed = Sealer.holding(ana.pk).seal(WORDS)
    assert Sealer(ana.pk).unseal(sealed) == WORDS
    PersonKey.objects.filter(person=ana).update(wrapped=None, destroyed_at=timezone.now())
    with pytest.raises(WordsErased), transaction.atomic():
        Sealer.holding(ana.pk)
