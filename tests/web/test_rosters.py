"""A director uploads a roster, reads what would change, and says the word."""

from django.core.files.uploadedfile import SimpleUploadedFile

from competency.programs.models import Enrolment
from competency.rosters.models import Roster
from tests.factories import Campus
from tests.web.conftest import Browser, said

GOOD = b"email,name,cohort,trainee_number,shoes\nlena@example.org,Lena Ruiz,Autumn,A-1,38\n"
BAD = GOOD + b"ida@example,Ida Kern,Autumn,A-2,39\n"


def upload(client, campus, content):
    file = SimpleUploadedFile("autumn.csv", content)
    return client.post("/rosters", {"program": campus.program.pk, "file": file}, follow=True)


def test_rows_at_fault_are_shown_and_nothing_can_be_imported(
    campus: Campus, browser: Browser
) -> None:
    client = browser(campus.director)
    page = said(upload(client, campus, BAD))
    assert "Column A (email): Give an e-mail address." in page
    assert "1 row is at fault, so nothing can be imported." in page
    assert "Columns that are not read: shoes" in page
    roster = Roster.objects.get()
    refused = client.post(f"/rosters/{roster.pk}", {"act": "import", "seen": "x"})
    assert "nothing was imported" in said(refused, 409)
    assert "lena@example.org" not in said(client.get(f"/rosters/{roster.pk}?kind=error"))


def test_what_was_shown_is_imported_with_one_word(campus: Campus, browser: Browser) -> None:
    client = browser(campus.director)
    page = upload(client, campus, GOOD)
    assert "New account for Lena Ruiz" in said(page)
    given = {"act": "import", "seen": page.context["seen"], "invites": "yes"}
    roster = Roster.objects.get()
    assert "Imported: every row" in said(client.post(f"/rosters/{roster.pk}", given, follow=True))
    assert Enrolment.objects.get(trainee_number="A-1").trainee.name == "Lena Ruiz"
    assert "There is nothing to import." in said(upload(client, campus, GOOD))
    export = client.get(f"/programs/{campus.program.pk}/roster.csv")
    assert b"lena@example.org,Lena Ruiz,trainee,Autumn,A-1" in export.content
    assert client.get(f"/programs/{campus.program.pk}/roster.xlsx").content.startswith(b"PK")
    assert client.get(f"/programs/{campus.program.pk}/roster.ods").status_code == 404


def test_a_file_that_is_no_roster_is_refused_beside_its_field(
    campus: Campus, browser: Browser
) -> None:
    client = browser(campus.director)
    assert "not in UTF-8" in said(upload(client, campus, "email\nJosé".encode("latin-1")), 422)
    assert "The file is empty." in said(upload(client, campus, b""), 422)
    assert not Roster.objects.exists()


def test_a_roster_is_dropped_and_other_programs_see_none(
    campus: Campus, elsewhere: Campus, browser: Browser
) -> None:
    upload(browser(campus.director), campus, GOOD)
    url = f"/rosters/{Roster.objects.get().pk}"
    assert browser(elsewhere.director).get(url).status_code == 404
    page = browser(campus.director).post(url, {"act": "drop"}, follow=True)
    assert "its rows are deleted" in said(page)
