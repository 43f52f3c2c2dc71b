"""Content in versions: read by those who may, published and retired by authors."""

from typing import Any

import pytest

from competency.frameworks.contents import framework_content
from competency.frameworks.models import Framework
from competency.programs.roles import Role
from tests import factories
from tests.factories import Campus
from tests.rest.conftest import SignIn, done, fields, problem

KINDS = ["frameworks", "rubrics", "scope-profiles", "standards", "vignettes", "keys", "assessments"]
PINNED = {
    "frameworks": "framework",
    "rubrics": "rubric",
    "scope-profiles": "profile",
    "standards": "standard",
    "vignettes": "vignette",
    "keys": "key",
    "assessments": "assessment",
}


def version(campus: Campus, kind: str) -> Any:
    return getattr(campus, PINNED[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_content_is_listed_and_shown_whole(api: SignIn, campus: Campus, kind: str) -> None:
    client, row = api(campus.author), version(campus, kind)
    listed = done(client.get(f"/api/v1/{kind}/"))["results"]
    assert [found["id"] for found in listed] == [str(row.pk)]
    shown = done(client.get(f"/api/v1/{kind}/{row.pk}/"))
    assert shown["state"] == "published"
    assert shown["content_hash"] == row.content_hash
    assert shown["content"]["kind"].replace("_", "-") + "s" == kind
    assert shown["program"] == str(campus.program.pk)


@pytest.mark.parametrize("kind", KINDS)
def test_content_of_another_program_is_absent(
    api: SignIn, campus: Campus, elsewhere: Campus, kind: str
) -> None:
    client, foreign = api(campus.author), version(elsewhere, kind)
    problem(client.get(f"/api/v1/{kind}/{foreign.pk}/"), 404)
    problem(client.post(f"/api/v1/{kind}/{foreign.pk}/publish/", {}), 404)
    problem(client.post(f"/api/v1/{kind}/{foreign.pk}/retire/", {"reason": "Mine."}), 404)
    rows = done(client.get(f"/api/v1/{kind}/"))["results"]
    assert str(foreign.pk) not in {row["id"] for row in rows}


@pytest.mark.parametrize("kind", KINDS)
def test_an_author_retires_what_was_published(api: SignIn, campus: Campus, kind: str) -> None:
    client, row = api(campus.author), version(campus, kind)
    url = f"/api/v1/{kind}/{row.pk}/retire/"
    assert fields(problem(client.post(url, {"reason": "  "}), 400)) == {"reason"}
    assert done(client.post(url, {"reason": "A newer one."}))["state"] == "retired"
    problem(client.post(url, {"reason": "A newer one."}), 409, "transition_refused")


@pytest.mark.parametrize("kind", KINDS)
def test_who_reads_content_does_not_publish_it(api: SignIn, campus: Campus, kind: str) -> None:
    client, row = api(campus.supervisors[0]), version(campus, kind)
    done(client.get(f"/api/v1/{kind}/{row.pk}/"))
    problem(client.post(f"/api/v1/{kind}/{row.pk}/publish/", {}), 403)
    problem(client.post(f"/api/v1/{kind}/{row.pk}/retire/", {"reason": "No."}), 403)


@pytest.mark.parametrize("kind", KINDS)
def test_a_trainee_reads_none_of_it(api: SignIn, campus: Campus, kind: str) -> None:
    trainee = factories.trainee_of(factories.assigned(campus))
    problem(api(trainee).get(f"/api/v1/{kind}/"), 403)
    problem(api(trainee).get(f"/api/v1/{kind}/{version(campus, kind).pk}/"), 403)


@pytest.mark.parametrize("kind", ["vignettes", "keys"])
def test_who_sits_a_case_does_not_read_it_in_another_role(
    api: SignIn, campus: Campus, kind: str
) -> None:
    person = campus.supervisors[0]
    url = f"/api/v1/{kind}/{version(campus, kind).pk}/"
    done(api(person).get(url))
    factories.assigned(campus, person)
    problem(api(person).get(url), 404)
    assert done(api(person).get(f"/api/v1/{kind}/"))["results"] == []


def test_an_author_publishes_a_complete_draft(api: SignIn, campus: Campus) -> None:
    content = factories.contents.framework_content(code="OTHER")
    draft = factories.drafted_framework(campus.program, campus.author, content)
    url = f"/api/v1/frameworks/{draft.pk}/publish/"
    problem(api(campus.director).get(f"/api/v1/frameworks/{draft.pk}/"), 404)  # not an author
    made = done(api(campus.author).post(url))
    assert (made["state"], len(made["content_hash"])) == ("published", 64)
    draft.refresh_from_db()
    assert draft.published_by == campus.author
    problem(api(campus.author).post(url), 409, "transition_refused")


def test_an_incomplete_draft_is_refused_with_all_that_is_missing(
    api: SignIn, campus: Campus
) -> None:
    content = factories.contents.rubric_content(code="EMPTY", criteria=[])
    draft = factories.drafted_rubric(
        campus.program, campus.author, content, framework=campus.framework
    )
    body = problem(api(campus.author).post(f"/api/v1/rubrics/{draft.pk}/publish/"), 409)
    assert body["code"] == "incomplete"
    assert "The rubric has no criteria." in body["detail"]


def test_shared_content_is_read_and_not_changed(
    api: SignIn, campus: Campus, elsewhere: Campus
) -> None:
    Framework.objects.filter(pk=elsewhere.framework.framework_id).update(shared=True)
    client, url = api(campus.author), f"/api/v1/frameworks/{elsewhere.framework.pk}/"
    shown = done(client.get(url))
    assert shown["shared"] is True
    assert shown["content"] == framework_content(elsewhere.framework)
    problem(client.post(f"{url}retire/", {"reason": "No."}), 403, "not_allowed")


def test_content_is_found_by_code_and_state(api: SignIn, campus: Campus) -> None:
    client = api(campus.author)
    for kind in KINDS:
        code = done(client.get(f"/api/v1/{kind}/"))["results"][0]["code"]
        assert len(done(client.get(f"/api/v1/{kind}/", {"code": code}))["results"]) == 1
        assert done(client.get(f"/api/v1/{kind}/", {"code": "X"}))["results"] == []
        assert done(client.get(f"/api/v1/{kind}/", {"state": "draft"}))["results"] == []
        assert fields(problem(client.get(f"/api/v1/{kind}/", {"state": "x"}), 400)) == {"state"}
        assert fields(problem(client.get(f"/api/v1/{kind}/", {"code": "\x00"}), 400)) == {"code"}


def test_a_key_names_its_vignette_and_scope(api: SignIn, campus: Campus) -> None:
    client = api(factories.member(campus.program, Role.CERTIFIER))
    shown = done(client.get(f"/api/v1/keys/{campus.key.pk}/"))
    assert shown["vignette"] == str(campus.vignette.pk)
    assert shown["scope_profile"] == str(campus.profile.pk)
    assert shown["content"]["items"]["decide"]["leave"]["critical"] is True
    found = done(client.get("/api/v1/keys/", {"vignette": campus.vignette.pk}))["results"]
    assert len(found) == 1
