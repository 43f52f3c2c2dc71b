"""Draft and publish vignettes and keys."""

import pytest
from django.db import IntegrityError

from assessments.vignettes import services
from assessments.vignettes.contents import (
    key_content,
    stages_of,
    story_of,
    vignette_content,
)
from assessments.vignettes.items import Keyed
from assessments.vignettes.models import Item, Key, KeyEntry, Option, Stage, VignetteVersion
from assessments.vignettes.rules import replay
from competency.audit.models import AuditEvent
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.foundation.hashing import content_hash
from competency.frameworks.models import ScopeProfileVersion
from competency.programs.roles import Role
from tests import factories
from tests.factories import contents, count_rows

WRITTEN = (VignetteVersion, Stage, Item, Option, AuditEvent)


def draft(campus, **changes):
    changes = {"version": 2} | changes
    return factories.drafted_vignette(campus.program, campus.author, changes, rubric=campus.rubric)


def stages(**changed):
    """The stages of the story, with changes to those named."""
    told = contents.vignette_content()["stages"]
    return [stage | changed.get(stage["code"], {}) for stage in told]


def items(code, *left_out):
    """The items of one stage, without some."""
    (stage,) = (stage for stage in stages() if stage["code"] == code)
    return [item for item in stage["items"] if item["code"] not in left_out]


def problems(version, campus):
    with pytest.raises(DomainError) as refused:
        services.publish_vignette(version, by=campus.author)
    assert refused.value.code == "incomplete"
    version.refresh_from_db()
    assert (version.state, version.content_hash) == ("draft", "")
    return refused.value.message


# --- Vignettes ---


def test_a_vignette_is_drafted_as_it_was_written(campus):
    version = draft(campus)
    told = vignette_content(version)
    written = contents.vignette_content(version=2)
    assert [stage["code"] for stage in told["stages"]] == ["arrival", "corridor", "room"]
    assert told["stages"][0]["narrative"] == written["stages"][0]["narrative"]
    assert told["stages"][0]["known"] == ["It is night."]
    assert told["stages"][1]["next"] == "room"
    arrival = told["stages"][0]["items"]
    assert [item["kind"] for item in arrival] == ["free_text", "sjt_rating", "branch"]
    assert arrival[0]["criteria"] == ["C1"]
    assert (arrival[0]["min_words"], arrival[0]["max_words"]) == (3, 200)
    assert arrival[0]["model_response"] == "I am here."
    assert arrival[2]["options"][1] == {"code": "leave", "text": "Leave.", "leads_to": "corridor"}


def test_the_story_goes_where_the_decision_leads(campus):
    story = story_of(stages_of(campus.vignette))
    assert replay(story, "arrival", {"decide": "stay"}) == ["arrival", "room"]
    assert replay(story, "arrival", {"decide": "leave"}) == ["arrival", "corridor", "room"]


def test_reading_a_vignette_takes_the_same_few_queries_however_long_it_is(
    campus, django_assert_max_num_queries
):
    with django_assert_max_num_queries(6):
        story_of(stages_of(campus.vignette))


def test_publishing_freezes_the_hash_of_the_whole_story(campus):
    version = draft(campus)
    services.publish_vignette(version, by=campus.author)
    version.refresh_from_db()
    assert version.content_hash == content_hash(vignette_content(version))
    assert version.content_hash != campus.vignette.content_hash
    with pytest.raises(IntegrityError, match="what it belongs to is frozen"):
        Option.objects.filter(item__stage__version=version).update(text="Other.")


def test_a_stage_that_nobody_reaches_keeps_a_vignette_from_being_published(campus):
    attic = {"code": "attic", "title": "Attic", "narrative": [], "items": []}
    version = draft(campus, stages=[*stages(), attic])
    assert "Stage attic cannot be reached." in problems(version, campus)


def test_a_loop_keeps_a_vignette_from_being_published(campus):
    version = draft(campus, stages=stages(room={"next": "corridor"}))
    assert "The story loops: room → corridor → room." in problems(version, campus)


def test_an_option_that_leads_nowhere_keeps_a_vignette_from_being_published(campus):
    loose = [
        *items("arrival", "decide"),
        {
            "code": "decide",
            "kind": "branch",
            "prompt": "What do you do?",
            "options": [
                {"code": "stay", "text": "Stay.", "leads_to": "corridor"},
                {"code": "leave", "text": "Leave."},
            ],
        },
    ]
    version = draft(campus, stages=stages(arrival={"items": loose}))
    assert "Option decide/leave leads nowhere." in problems(version, campus)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"stages": []}, "The vignette has no stages."),
        (
            {"stages": [stages()[0] | {"items": items("arrival", "decide"), "next": "room"},
                        stages()[2] | {"items": items("room") + items("arrival", "decide")}]},
            "Item code first-words is used twice.",
        ),
        (
            {"stages": [stages()[2] | {"items": [contents.words_item("words", criteria=[])]}]},
            "Item words has no criterion to judge it.",
        ),
        (
            {"stages": [stages()[2] | {"items": items("room", "closing-words")}]},
            "No item is judged by reviewers.",
        ),
        (
            {"stages": [stages()[2] | {"items": [
                contents.words_item("words", criteria=["C1"], min_words=9, max_words=3)]}]},
            "Item words asks for more words than it allows.",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_or_judged_keeps_a_vignette_from_being_published(
    changed, words, campus
):
    assert words in problems(draft(campus, **changed), campus)


def test_a_vignette_stands_on_a_published_rubric(campus):
    rubric = factories.drafted_rubric(
        campus.program,
        campus.author,
        contents.rubric_content(version=2),
        framework=campus.framework,
    )
    version = factories.drafted_vignette(
        campus.program, campus.author, {"version": 2}, rubric=rubric
    )
    assert "Rubric RUBRIC/2 is not published." in problems(version, campus)


def test_every_problem_is_told_at_once(campus):
    said = problems(draft(campus, stages=[]), campus)
    assert "no stages" in said
    assert "No item is judged by reviewers." in said


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        (
            {"stages": stages(corridor={"next": "cellar"})},
            "corridor.next",
            "There is no stage “cellar”.",
        ),
        (
            {"stages": stages(room={"items": [{"code": "x", "kind": "essay", "prompt": "?"}]})},
            "x.kind",
            "Item kinds are",
        ),
        (
            {"stages": stages(room={"items": [contents.words_item("x", criteria=["Z9"])]})},
            "x.criteria",
            "The rubric has no criterion Z9.",
        ),
        (
            {"stages": stages(arrival={"items": [{
                "code": "decide", "kind": "branch", "prompt": "?",
                "options": [{"code": "fly", "text": "Fly.", "leads_to": "sky"}]}]})},
            "decide.fly.leads_to",
            "There is no stage “sky”.",
        ),
    ],
)  # fmt: skip
def test_a_mistake_in_a_vignette_is_refused_by_field_and_nothing_is_kept(
    changed, field, words, campus
):
    before = count_rows(*WRITTEN)
    with pytest.raises(InvalidInput, match=words) as refused:
        draft(campus, **changed)
    assert refused.value.field == field
    assert count_rows(*WRITTEN) == before


def test_a_version_is_drafted_once(campus):
    with pytest.raises(InvalidInput, match="Version 1 of V1 exists already") as refused:
        draft(campus, version=1)
    assert refused.value.field == "version"


@pytest.mark.parametrize("role", [role for role in Role if role != Role.AUTHOR])
def test_only_authors_write_vignettes_and_keys(role, campus):
    other = factories.member(campus.program, role)
    version = draft(campus)
    with pytest.raises(NotAllowed):
        factories.drafted_vignette(campus.program, other, {"version": 3}, rubric=campus.rubric)
    with pytest.raises(NotAllowed):
        services.publish_vignette(version, by=other)
    with pytest.raises(NotAllowed):
        factories.drafted_key(campus.vignette, other, {"version": 2}, profile=campus.profile)
    key = factories.drafted_key(
        campus.vignette, campus.author, {"version": 2}, profile=campus.profile
    )
    with pytest.raises(NotAllowed):
        services.publish_key(key, by=other)


# --- Keys ---


def draft_key(campus, vignette=None, profile=None, **items_changed):
    entries = contents.key_content()["items"] | items_changed
    return factories.drafted_key(
        vignette or campus.vignette,
        campus.author,
        {"version": 2, "items": entries},
        profile=profile or campus.profile,
    )


def test_a_key_is_drafted_as_it_was_written_and_frozen_by_its_hash(campus):
    key = draft_key(campus)
    services.publish_key(key, by=campus.author)
    key.refresh_from_db()
    said = key_content(key)
    assert (said["vignette"], said["scope_profile"]) == ("V1/1", "PROFILE/1")
    assert list(said["items"]) == ["actions", "decide", "helpful"]
    assert said["items"]["decide"]["leave"] == {
        "value": "-3",
        "critical": True,
        "why": "The client is left alone.",
    }
    assert key.content_hash == content_hash(said)


def test_the_rules_see_a_key_by_item_and_option(campus):
    keyed = services.keyed_options(campus.key)
    assert keyed["decide"] == {"stay": Keyed(3.0), "leave": Keyed(-3.0, critical=True)}
    assert keyed["actions"]["hurry"] == Keyed(1.0)


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"nothing": {"a": {"value": 1}}}, "items.nothing", "V1/1 has no item “nothing”"),
        (
            {"decide": {"fly": {"value": 1}}},
            "items.decide.fly",
            "Item decide has no option “fly”",
        ),
    ],
)
def test_a_key_for_what_is_missing_is_refused_by_field_and_nothing_is_kept(
    changed, field, words, campus
):
    before = count_rows(Key, KeyEntry, AuditEvent)
    with pytest.raises(InvalidInput, match=words) as refused:
        draft_key(campus, **changed)
    assert refused.value.field == field
    assert count_rows(Key, KeyEntry, AuditEvent) == before


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"decide": {"stay": {"value": 3}}}, "Item decide: option leave has no key."),
        ({"decide": {}}, "Item decide: option stay has no key."),
        (
            {"decide": {"stay": {"value": 4}, "leave": {"value": -3}}},
            "Item decide: the key of option stay is not within -3 to 3.",
        ),
        (
            {"actions": {"greet": {"value": 3.5}, "wait": {"value": 3}, "hurry": {"value": 1}}},
            "Item actions: the key of option greet is not a whole level.",
        ),
        (
            {"helpful": {"voice": {"value": 1}, "light": {"value": 1}, "lecture": {"value": -1}}},
            "Item helpful: exactly one option is the most and one the least helpful.",
        ),
    ],
)
def test_a_key_is_published_only_when_it_is_complete(changed, words, campus):
    key = draft_key(campus, **changed)
    with pytest.raises(DomainError, match=words.replace(".", "[.]")):
        services.publish_key(key, by=campus.author)
    key.refresh_from_db()
    assert key.state == "draft"


def test_a_key_stands_on_a_published_vignette_and_profile(campus):
    """Or the story could grow an item that the published key does not know."""
    version = draft(campus)
    profile = ScopeProfileVersion.objects.create(
        profile=campus.profile.profile, number=2, jurisdiction="X", statement="Y"
    )
    key = draft_key(campus, vignette=version, profile=profile)
    with pytest.raises(
        DomainError,
        match=r"Vignette V1/2 is not published\. Scope profile PROFILE/2 is not published\.",
    ):
        services.publish_key(key, by=campus.author)


def test_a_critical_option_says_why(campus):
    with pytest.raises(IntegrityError, match="keyentry_critical_says_why"):
        draft_key(campus, decide={"stay": {"value": 3}, "leave": {"value": -3, "critical": True}})


def test_a_key_version_is_drafted_once(campus):
    with pytest.raises(InvalidInput, match="Version 1 of the key of V1/1 exists already"):
        factories.drafted_key(campus.vignette, campus.author, profile=campus.profile)
