"""Each reader’s own way of reading: the zone of their times, the program they work in."""

import pytest
from django.test import Client
from django.utils import translation

from competency.accounts.models import User
from competency.audit.models import AuditEvent
from competency.foundation.errors import InvalidInput
from competency.preferences.services import choose_timezone
from competency.programs.roles import Role
from tests import factories
from tests.factories import Campus
from tests.web.conftest import Browser, said


@pytest.fixture
def person(db: None) -> User:
    return factories.person("Ada Obi")


class TestZone:
    def test_who_chose_none_reads_in_the_zone_of_the_browser(
        self, person: User, browser: Browser
    ) -> None:
        client = browser(person)
        assert "Times are shown in UTC" in said(client.get("/"))
        client.cookies["zone"] = "Asia/Tokyo"
        assert "Times are shown in Asia/Tokyo" in said(client.get("/"))
        client.cookies["zone"] = "<script>"
        assert "Times are shown in UTC" in said(client.get("/"))

    def test_a_stranger_reads_in_the_zone_of_the_browser_too(self, db: None) -> None:
        client = Client()
        client.cookies["zone"] = "America/Denver"
        assert "Times are shown in America/Denver" in said(client.get("/sign-in", follow=True))

    def test_a_chosen_zone_comes_before_the_browsers_and_is_on_the_record(
        self, person: User, browser: Browser
    ) -> None:
        client = browser(person)
        client.cookies["zone"] = "Asia/Tokyo"
        assert "As this browser says (Asia/Tokyo)" in said(client.get("/preferences"))
        client.post("/preferences", {"timezone": "Europe/Berlin"})
        assert "Times are shown in Europe/Berlin" in said(client.get("/preferences"))
        event = AuditEvent.objects.get(action="account.timezone_chosen")
        assert (event.actor_id, event.detail) == (person.pk, {"timezone": "Europe/Berlin"})
        client.post("/preferences", {"timezone": ""})
        assert "Times are shown in Asia/Tokyo" in said(client.get("/"))

    def test_a_zone_that_is_none_is_refused_in_place(self, person: User, browser: Browser) -> None:
        page = said(browser(person).post("/preferences", {"timezone": "Moon/Tycho"}), 422)
        assert "Nothing you typed is lost" in page
        person.refresh_from_db()
        assert person.timezone == ""

    def test_no_other_way_takes_a_zone_that_is_none(self, person: User) -> None:
        with pytest.raises(InvalidInput) as refused:
            choose_timezone(person, "Moon/Tycho", by=person)
        assert refused.value.field == "timezone"
        assert not AuditEvent.objects.filter(action="account.timezone_chosen").exists()

    def test_a_zone_without_a_place_stays_choosable_for_whoever_has_it(
        self, person: User, browser: Browser
    ) -> None:
        choose_timezone(person, "EST5EDT", by=person)
        client = browser(person)
        assert client.post("/preferences", {"timezone": "EST5EDT"}).status_code == 302
        assert AuditEvent.objects.filter(action="account.timezone_chosen").count() == 1


class TestPrograms:
    @pytest.fixture
    def both(self, campus: Campus, elsewhere: Campus) -> User:
        """A director here who certifies elsewhere."""
        factories.member(elsewhere.program, Role.CERTIFIER, campus.director)
        return campus.director

    def test_somebody_of_one_program_has_nothing_to_switch(
        self, campus: Campus, browser: Browser
    ) -> None:
        assert "All programs" not in said(browser(campus.director).get("/"))

    def test_the_chosen_program_rules_home_menus_and_lists(
        self, campus: Campus, elsewhere: Campus, both: User, browser: Browser
    ) -> None:
        here, there = factories.proposed(campus), factories.proposed(elsewhere)
        client = browser(both)
        names = [row.enrolment.trainee.name for row in (here, there)]
        assert all(name in said(client.get("/decisions")) for name in names)
        assert client.post("/program", {"program": str(elsewhere.program.pk)})["Location"] == "/"
        home = said(client.get("/"))
        assert "1 proposal to settle" in home
        assert "Cohorts" not in home
        assert [name in said(client.get("/decisions")) for name in names] == [False, True]
        client.post("/program", {"program": str(campus.program.pk)})
        home = said(client.get("/"))
        assert "to settle" not in home
        assert "Cohorts" in home
        client.post("/program", {"program": ""})
        assert all(name in said(client.get("/decisions")) for name in names)

    def test_a_row_of_another_program_still_opens_by_its_address(
        self, campus: Campus, elsewhere: Campus, both: User, browser: Browser
    ) -> None:
        there = factories.proposed(elsewhere)
        client = browser(both)
        client.post("/program", {"program": str(campus.program.pk)})
        assert client.get(f"/decisions/{there.pk}").status_code == 200

    def test_a_program_of_others_cannot_be_chosen(
        self, campus: Campus, elsewhere: Campus, browser: Browser
    ) -> None:
        client = browser(campus.director)
        client.post("/program", {"program": str(elsewhere.program.pk)})
        assert "program" not in client.session


def test_the_page_turns_with_the_direction_of_the_language(person: User, browser: Browser) -> None:
    client = browser(person)
    for language, direction in (("en", "ltr"), ("ar", "rtl"), ("he", "rtl")):
        with translation.override(language):
            page = client.get("/").content.decode()
        assert f'<html lang="{language}" dir="{direction}"' in page
