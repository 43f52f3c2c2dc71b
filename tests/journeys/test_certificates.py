"""A holder shows a certificate, and a stranger checks the file that came with it: no script."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.hashers import make_password
from playwright.sync_api import expect

from tests import factories
from tests.factories import PASSWORD
from tests.journeys.conftest import Visit


@pytest.mark.usefixtures("transactional_db", "eager_tasks")
def test_a_certificate_is_shared_checked_and_taken_back(visit: Visit, tmp_path: Path) -> None:
    certificate = factories.issued(factories.campus(standard={"pilot": False}))
    holder = certificate.holder
    holder.password = make_password(PASSWORD)
    holder.save()
    own, stranger = visit(java_script_enabled=False), visit(java_script_enabled=False)

    # Given a holder who agrees that levels are public, and hands out a link
    own.sign_in(holder.email)
    page = own.go(f"/certificates/{certificate.pk}")
    page.get_by_role("button", name=re.compile("^Agree.*Levels")).click()
    expect(page.get_by_text("You agreed.")).to_be_visible()
    page.get_by_label("For whom").fill("The clinic")
    page.get_by_role("button", name="Make a link").click()
    link = certificate.share_links.get()

    # When a stranger follows it, takes the file along and has it checked
    there = stranger.go(f"/s/{link.token}")
    expect(there.get_by_text("This certificate is valid.")).to_be_visible()
    with there.expect_download() as begun:
        there.get_by_role("link", name="Open Badge").click()
    file = tmp_path / "credential.json"
    begun.value.save_as(file)
    there = stranger.go("/v")
    there.get_by_label("PDF or JSON file").set_input_files(file)
    there.get_by_role("button", name="Check the file").click()
    expect(there.get_by_text("This certificate is valid.")).to_be_visible()
    there.get_by_role("link", name="Open the page of the certificate").click()
    expect(there.get_by_role("heading", name="Levels shown")).to_be_visible()

    # Then a changed letter is found out
    file.write_text(file.read_text().replace(holder.name, "Somebody Else"))
    there = stranger.go("/v")
    there.get_by_label("PDF or JSON file").set_input_files(file)
    there.get_by_role("button", name="Check the file").click()
    expect(there.get_by_text("This file does not hold.")).to_be_visible()

    # And what the holder takes back is gone
    page.get_by_role("button", name=re.compile("^Take it back.*Levels")).click()
    page.get_by_role("button", name=re.compile("^Withdraw.*The clinic")).click()
    expect(page.get_by_text("Withdrawn.")).to_be_visible()
    expect(stranger.go(f"/s/{link.token}").get_by_role("heading", level=1)).to_have_text(
        "The holder has withdrawn this link"
    )
    there = stranger.go(f"/v/{certificate.code}")
    expect(there.get_by_role("heading", name="Levels shown")).to_have_count(0)
