"""A director brings people in from a file, and takes reports out."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from competency.programs.models import Enrolment
from competency.reports import making, manifests
from competency.reports.models import Report, ReportSchedule
from competency.reports.tasks import make_report
from tests import factories
from tests.journeys.hall import Hall

HEAD = "email,name,role,cohort,trainee_number\n"
GOOD = "mira@example.org,Mira Sandoval,trainee,Winter,W-1\n"
BAD = "no-address,Ives Brandt,trainee,Winter,W-2\n"


def upload(page: Page, text: str) -> None:
    file = {"name": "winter.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.get_by_label("The file").set_input_files([file])  # type: ignore[list-item]
    page.get_by_role("button", name="See what would change").click()


def test_a_roster_is_shown_with_its_faults_mended_and_imported_whole(hall: Hall) -> None:
    director = hall.visitor(hall.campus.director)
    page = director.page
    director.go("/rosters")
    upload(page, HEAD + GOOD + BAD)
    row = page.get_by_role("row").filter(has_text="no-address")
    expect(row.get_by_role("cell").first).to_have_text("3")
    expect(row).to_contain_text("Column A (email)")
    expect(page.get_by_role("button", name="Import all of it")).to_have_count(0)
    assert not Enrolment.objects.filter(trainee__email="mira@example.org").exists()

    page.get_by_role("link", name="Rosters").click()
    upload(page, HEAD + GOOD + BAD.replace("no-address", "ives@example.org"))
    page.get_by_role("button", name="Import all of it").click()
    expect(page.get_by_text("Imported: every row, as it was shown.")).to_be_visible()
    assert Enrolment.objects.filter(cohort__name="Winter").count() == 2
    assert director.complaints == []


def test_a_report_is_asked_for_followed_taken_and_checked(
    hall: Hall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(make_report, "delay", lambda pk: None)  # every worker is busy
    factories.ratified(hall.campus, 2, 2)
    director = hall.visitor(hall.campus.director, accept_downloads=True)
    page = director.page
    page.clock.install()
    director.go("/reports")
    page.get_by_role("link", name="New report").click()
    page.get_by_label("Format").select_option("csv")
    page.get_by_role("button", name="Make the report").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    making.make(Report.objects.latest("created_at").pk)
    page.clock.fast_forward(5_000)  # the page asks again by itself
    expect(page.get_by_text("The report is ready.")).to_be_visible()

    for name in ("CSV", "Manifest"):
        with page.expect_download() as download:
            page.get_by_role("link", name=name, exact=True).click()
        download.value.save_as(tmp_path / name)
    with (tmp_path / "CSV").open("rb") as file:
        assert manifests.check((tmp_path / "Manifest").read_bytes(), file).holds
    page.get_by_role("link", name="Check a report").click()
    page.get_by_label("Manifest (JSON)").set_input_files(tmp_path / "Manifest")
    page.get_by_label("The report itself").set_input_files(tmp_path / "CSV")
    page.get_by_role("button", name="Check the report").click()
    expect(page.get_by_text("The file is byte for byte the one")).to_be_visible()
    assert director.complaints == []


def test_a_monthly_report_is_scheduled_paused_and_deleted(hall: Hall) -> None:
    director = hall.visitor(hall.campus.director)
    page = director.page
    director.go("/reports")
    page.get_by_role("link", name="Each month").click()
    page.get_by_label("Format").select_option("clr")
    page.get_by_role("button", name="Schedule it").click()
    expect(page.get_by_text("Name somebody who is told.").first).to_be_visible()
    page.get_by_role("checkbox", name=hall.campus.director.name).check()
    page.get_by_role("button", name="Schedule it").click()
    expect(page.get_by_text("From next month on")).to_be_visible()
    assert ReportSchedule.objects.get().format == "clr"
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("button", name="Delete")).to_have_count(0)
    assert director.complaints == []
