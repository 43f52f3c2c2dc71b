"""People and their accounts."""

import pytest
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError

from competency.accounts.models import User
from tests import factories

pytestmark = pytest.mark.django_db


def test_addresses_are_kept_and_compared_in_lower_case():
    person = factories.person(email=" Ana@Example.ORG ", password=factories.PASSWORD)
    assert person.email == "ana@example.org"
    assert User.objects.get_by_natural_key("ANA@example.org ") == person
    assert authenticate(username="Ana@Example.org", password=factories.PASSWORD) == person


def test_an_address_has_one_account_however_it_is_written():
    factories.person(email="ana@example.org")
    with pytest.raises(ValidationError, match="An account with this e-mail address exists"):
        factories.person(email="ANA@example.org")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
    ],
)
def test_an_account_that_makes_no_sense_is_refused_by_field(fields, field):
    whole = {"email": "ana@example.org", "name": "Ana"} | fields
    with pytest.raises(ValidationError) as refused:
        User.objects.create_user(whole.pop("email"), None, **whole)
    assert set(refused.value.message_dict) == {field}
    assert not User.objects.exists()


def test_an_account_needs_an_address():
    with pytest.raises(ValueError, match="needs an e-mail address"):
        User.objects.create_user("", None, name="Ana")


@pytest.mark.parametrize("name", ["李小龍", "محمد علي", "Zoë O’Brien-Ünal", "Ng"])
def test_names_are_taken_as_people_write_them(name):
    person = factories.person(name)
    person.refresh_from_db()
    assert (str(person), person.get_short_name()) == (name, name)


def test_without_a_password_nobody_signs_in():
    person = factories.person()
    assert not person.has_usable_password()
    assert authenticate(username=person.email, password="") is None


def test_staff_are_made_by_name_alone():
    staff = User.objects.create_superuser("staff@example.org", factories.PASSWORD, name="Staff")
    assert (staff.is_staff, staff.is_superuser) == (True, True)
    person = factories.person()
    assert (person.is_staff, person.is_superuser) == (False, False)
