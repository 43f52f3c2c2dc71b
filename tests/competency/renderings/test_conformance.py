"""PDF/A and PDF/UA, of what is handed out: sealed certificates, reports.

A whole validator looks where one is installed (`pip install page-validation`); what the standards
ask for first is looked at here in any case.
"""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from competency.renderings.drawing import ATTACHMENT
from competency.renderings.sealing import seal_pdf, self_signed
from competency.reports.making import content_of
from tests import factories
from tests.competency.renderings.test_drawing import CREDENTIAL, drawn

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
CERTIFICATES = ["certificate on A4", "certificate on US Letter"]
PARTS = {name: (3, "A") for name in CERTIFICATES} | {"report": (2, "A")}


@pytest.fixture(scope="module")
def files(shared_campus: Any, django_db_blocker: Any) -> dict[str, bytes]:
    key, chain = self_signed("Northfield Board", NOW)
    unsealed = zip(CERTIFICATES, (drawn("a4"), drawn("us-letter")), strict=True)
    made = {
        name: seal_pdf(pdf, key, chain, name="Northfield Board", reason="It is ours.")
        for name, pdf in unsealed
    }
    with django_db_blocker.unblock():
        report = b"".join(content_of(factories.made_report(shared_campus, "pdf")))
    return made | {"report": report}


def nodes(element: Any) -> Iterator[Any]:
    """Every element of a structure tree."""
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        found = kid.get_object()
        if isinstance(found, dict) and "/S" in found:
            yield found
            yield from nodes(found)


def only(many: Any) -> Any:
    (one,) = many
    return one.get_object()


@pytest.mark.parametrize("name", PARTS)
def test_it_declares_what_it_is_and_carries_what_that_asks_for(
    name: str, files: dict[str, bytes]
) -> None:
    root = PdfFileReader(io.BytesIO(files[name])).root
    metadata = root["/Metadata"].data.decode()
    part, level = PARTS[name]
    for declared in (
        f"<pdfaid:part>{part}</pdfaid:part><pdfaid:conformance>{level}</pdfaid:conformance>",
        "<pdfuaid:part>1</pdfuaid:part>",
        "<dc:title>",
    ):
        assert declared in metadata
    assert root["/Lang"] == "en-US"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert only(root["/OutputIntents"])["/S"] == "/GTS_PDFA1"
    roles = [node["/S"] for node in nodes(root["/StructTreeRoot"])]
    assert roles[0] == "/Document"
    assert {"/H1", "/Table", "/TH", "/TD"} <= set(roles)
    for figure in (node for node in nodes(root["/StructTreeRoot"]) if node["/S"] == "/Figure"):
        assert figure["/Alt"]


@pytest.mark.parametrize("name", CERTIFICATES)
def test_a_certificate_says_how_its_attachment_belongs_to_it(
    name: str, files: dict[str, bytes]
) -> None:
    attached = only(PdfFileReader(io.BytesIO(files[name])).root["/AF"])
    assert (attached["/AFRelationship"], attached["/UF"]) == ("/Source", ATTACHMENT)
    assert attached["/Desc"]
    embedded = attached["/EF"]["/F"]
    assert embedded["/Subtype"] == "/application/ld+json"
    assert embedded.data == CREDENTIAL


@pytest.mark.parametrize("name", CERTIFICATES)
def test_a_seal_adds_a_field_with_a_name_and_leaves_the_metadata(
    name: str, files: dict[str, bytes]
) -> None:
    sealed = PdfFileReader(io.BytesIO(files[name])).root
    before = PdfFileReader(io.BytesIO(drawn("a4" if "A4" in name else "us-letter"))).root
    assert sealed["/Metadata"].data == before["/Metadata"].data
    field = only(sealed["/AcroForm"]["/Fields"])
    assert field["/TU"] == "Seal of Northfield Board"
    form = only(node for node in nodes(sealed["/StructTreeRoot"]) if node["/S"] == "/Form")
    assert form["/K"]["/Obj"] == field
    numbers = sealed["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    assert numbers[numbers.index(field["/StructParent"]) + 1].get_object() == form


@pytest.mark.parametrize("name", PARTS)
def test_a_validator_finds_nothing_amiss(name: str, files: dict[str, bytes]) -> None:
    page = pytest.importorskip(
        "page", reason="no validator is installed: `pip install page-validation`"
    )
    part, level = PARTS[name]
    for profile in (f"{part}{level.lower()}", "ua1"):
        report = page.validate_pdf_bytes(files[name], profile=profile)
        assert [(each.rule_id, each.message) for each in report.failures] == []
        assert report.is_compliant
