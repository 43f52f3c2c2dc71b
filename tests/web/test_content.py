"""What people are judged by is read by those who judge; cases never by those who sit them."""

from typing import Any

import pytest

from competency.frameworks.services import retire_version
from competency.programs.roles import Role
from tests import factories
from tests.factories import Campus, contents
from tests.web.conftest import Browser, said

READERS = [Role.SUPERVISOR, Role.AUTHOR, Role.DIRECTOR, Role.CERTIFIER, Role.AUDITOR]


def pages(campus: Campus) -> dict[str, str]:
    return {
        "framework": f"/content/frameworks/{campus.framework.pk}",
        "rubric": f"/content/rubrics/{campus.rubric.pk}",
        "scope profile": f"/content/scope-profiles/{campus.profile.pk}",
        "standard": f"/content/standards/{campus.standard.pk}",
        "vignette": f"/content/vignettes/{campus.vignette.pk}",
        "assessment": f"/content/assessments/{campus.assessment.pk}",
    }


SHOWN = {
    "framework": ["Staying, done well.", "C3.H1", "Must never happen"],
    "rubric": ["The answer harms.", "The answer adapts.", "Safety-critical", "Weight 2"],
    "scope profile": ["Staying is asked of everybody.", "Unverified"],
    "standard": ["2.80 ± 0.08", "Competency C3, at least 2.00", "Pilot"],
    "vignette": ["Who is there?", "Outside the door", "3 to 200 words", "I am here."],
    "assessment": ["The holder knows how to stay.", "RUBRIC/1", "The long night"],
}


@pytest.mark.parametrize("role", READERS)
def test_readers_find_every_page_and_its_provenance(
    campus: Campus, browser: Browser, role: str
) -> None:
    client = browser(factories.member(campus.program, role))
    for kind, address in pages(campus).items():
        page = said(client.get(address))
        assert "its words never change" in page
        for words in SHOWN[kind]:
            assert words in page, (kind, words)
    assert campus.framework.content_hash in said(client.get(pages(campus)["framework"]))


def test_a_trainee_finds_none_of_it(campus: Campus, browser: Browser) -> None:
    client = browser(factories.trainee_of(factories.assigned(campus)))
    assert {client.get(address).status_code for address in pages(campus).values()} == {403}


def test_who_sits_here_reads_no_case_here_whatever_else_they_are(
    campus: Campus, elsewhere: Campus, browser: Browser
) -> None:
    both = factories.trainee_of(factories.assigned(campus))
    factories.member(campus.program, Role.SUPERVISOR, both)
    factories.member(elsewhere.program, Role.SUPERVISOR, both)
    client = browser(both)
    assert client.get(pages(campus)["vignette"]).status_code == 404
    assert client.get(pages(campus)["rubric"]).status_code == 200
    assert client.get(pages(elsewhere)["vignette"]).status_code == 200
    assert said(client.get("/content")).count("The long night") == 2  # elsewhere's case and key


def test_a_key_is_laid_over_the_case_on_demand(campus: Campus, browser: Browser) -> None:
    client = browser(campus.author)
    bare = said(client.get(pages(campus)["vignette"]))
    assert "The client is left alone." not in bare
    keyed = said(client.get(pages(campus)["vignette"], {"key": str(campus.key.pk)}))
    for words in ("The client is left alone.", "Critical", "−3", "Pilot key."):
        assert words in keyed
    assert client.get(pages(campus)["vignette"], {"key": "nonsense"}).status_code == 200


def test_drafts_are_for_those_who_write(campus: Campus, browser: Browser) -> None:
    draft = factories.drafted_rubric(
        campus.program,
        campus.author,
        contents.rubric_content(code="NEXT", title="The next rubric"),
        framework=campus.framework,
    )
    address = f"/content/rubrics/{draft.pk}"
    assert "nobody is judged by it" in said(browser(campus.author).get(address))
    for person in (campus.director, campus.supervisors[0], campus.certifier):
        assert browser(person).get(address).status_code == 404
        assert "The next rubric" not in said(browser(person).get("/content"))


def test_what_is_shared_is_read_elsewhere_once_published(
    campus: Campus, elsewhere: Campus, browser: Browser
) -> None:
    client = browser(campus.supervisors[0])
    assert client.get(pages(elsewhere)["vignette"]).status_code == 404
    type(elsewhere.vignette.vignette).objects.filter(code="V1").update(shared=True)
    assert client.get(pages(elsewhere)["vignette"]).status_code == 200
    assert client.get(pages(elsewhere)["rubric"]).status_code == 404
    trainee = factories.trainee_of(factories.assigned(campus))
    assert browser(trainee).get(pages(elsewhere)["vignette"]).status_code == 403


def test_versions_lead_to_each_other(campus: Campus, browser: Browser) -> None:
    second = factories.published_framework(
        campus.program, campus.author, contents.framework_content(version=2)
    )
    retire_version(campus.framework, by=campus.author, reason="Replaced.")
    response = browser(campus.director).get(pages(campus)["framework"])
    assert "Retired: what was judged by it stands" in said(response)
    assert f"/content/frameworks/{second.pk}" in response.content.decode()


def test_the_library_filters_by_kind(campus: Campus, browser: Browser) -> None:
    client = browser(campus.director)
    page = said(client.get("/content", {"kind": "rubric"}))
    assert "A small rubric" in page
    assert "A small framework" not in page
    assert "A small framework" in said(client.get("/content", {"kind": "nonsense"}))


def test_more_content_costs_no_more_queries(
    campus: Campus, browser: Browser, django_assert_max_num_queries: Any
) -> None:
    client = browser(campus.director)
    for kind, address in pages(campus).items():
        with django_assert_max_num_queries(18):
            assert client.get(address).status_code == 200, kind
