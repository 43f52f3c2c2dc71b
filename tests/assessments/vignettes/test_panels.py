"""A key from the votes of named experts."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from assessments.vignettes import services
from assessments.vignettes.contents import key_content
from assessments.vignettes.models import Key, KeyEntry, Panelist, PanelVote
from assessments.vignettes.panels import compute_panel_key, record_panel
from assessments.vignettes.services import keyed_options
from competency.audit.models import AuditEvent
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.programs.roles import Role
from tests import factories
from tests.factories import count_rows
from tests.refusals import frozen

WRITTEN = (Panelist, PanelVote, AuditEvent)
AGREED = {
    "actions": {"greet": 3, "wait": 4, "hurry": 2},
    "decide": {"stay": 2, "leave": -2},
    "helpful": {"voice": 0, "light": 1, "lecture": -1},
}


def panelist(name, **votes):
    return {"name": name, "credentials": "PhD", "votes": AGREED | votes}


def panel(size=10, **votes):
    return [panelist(f"Expert {number}", **votes) for number in range(1, size + 1)]


@pytest.fixture
def key(campus):
    """A second key of the campus's vignette, still a draft."""
    return factories.drafted_key(
        campus.vignette, campus.author, {"version": 2}, profile=campus.profile
    )


def values(key):
    return {
        item: {option: keyed.value for option, keyed in options.items()}
        for item, options in keyed_options(key).items()
    }


# --- Recording ---


def test_a_panel_is_recorded_by_name_with_every_vote(key, campus):
    record_panel(key, panel(10), by=campus.author)
    first = key.panelists.first()
    assert (first.name, first.credentials, first.position) == ("Expert 1", "PhD", 1)
    voted = first.votes.values_list("option__item__code", "option__code", "value")
    assert {(item, option, int(value)) for item, option, value in voted} == {
        (item, option, value)
        for item, options in AGREED.items()
        for option, value in options.items()
    }
    event = AuditEvent.objects.get(action="key.panel_recorded", subject_id=key.pk)
    assert (event.actor_id, event.detail) == (campus.author.pk, {"panelists": 10})


@pytest.mark.parametrize("size", [10, 15])
def test_a_panel_has_ten_to_fifteen_people(size, key, campus):
    record_panel(key, panel(size), by=campus.author)
    assert key.panelists.count() == size


@pytest.mark.parametrize("size", [0, 9, 16])
def test_fewer_or_more_people_are_no_panel(size, key, campus):
    with pytest.raises(InvalidInput, match="A panel has 10 to 15 people") as refused:
        record_panel(key, panel(size), by=campus.author)
    assert refused.value.field == "panelists"


@pytest.mark.parametrize(
    ("votes", "field", "words"),
    [
        ({"poem": {"a": 1}}, "Ana.poem", "There is no keyed item “poem”"),
        ({"first-words": {"a": 1}}, "Ana.first-words", "There is no keyed item “first-words”"),
        ({"decide": {"stay": 3}}, "Ana.decide.leave", "Every option needs a vote"),
        ({"decide": {}}, "Ana.decide.leave", "Every option needs a vote"),
        (
            {"decide": {"stay": 3, "leave": -3, "fly": 0}},
            "Ana.decide.fly",
            "Item decide has no option “fly”",
        ),
    ],
)
def test_a_vote_that_is_missing_or_makes_no_sense_is_refused_and_nothing_is_kept(
    votes, field, words, key, campus
):
    before = count_rows(*WRITTEN)
    with pytest.raises(InvalidInput, match=words) as refused:
        record_panel(key, [*panel(9), panelist("Ana", **votes)], by=campus.author)
    assert refused.value.field == field
    assert count_rows(*WRITTEN) == before


def test_nobody_sits_on_a_panel_twice(key, campus):
    with pytest.raises(InvalidInput, match="Ana is named twice") as refused:
        record_panel(key, [*panel(8), panelist("Ana"), panelist("Ana")], by=campus.author)
    assert refused.value.field == "panelists"
    assert not key.panelists.exists()


def test_a_key_has_one_panel(key, campus):
    record_panel(key, panel(), by=campus.author)
    with pytest.raises(DomainError, match="voted on this key already"):
        record_panel(key, panel(12), by=campus.author)
    assert key.panelists.count() == 10


@pytest.mark.parametrize("role", [role for role in Role if role != Role.AUTHOR])
def test_only_authors_record_panels_and_compute_keys(role, key, campus):
    other = factories.member(campus.program, role)
    with pytest.raises(NotAllowed):
        record_panel(key, panel(), by=other)
    with pytest.raises(NotAllowed):
        compute_panel_key(key, by=other)


# --- Computing ---


def test_the_votes_become_the_values_of_the_key(key, campus):
    record_panel(key, panel(), by=campus.author)
    assert compute_panel_key(key, by=campus.author) == AGREED
    assert values(key) == AGREED
    event = AuditEvent.objects.get(action="key.computed", subject_id=key.pk)
    assert event.detail == {"items": ["actions", "decide", "helpful"]}


def test_reasons_and_critical_marks_stay_when_a_key_is_computed(key, campus):
    record_panel(key, panel(), by=campus.author)
    compute_panel_key(key, by=campus.author)
    leave = KeyEntry.objects.get(key=key, option__code="leave")
    assert (leave.value, leave.critical) == (Decimal("-2"), True)
    assert leave.why == "The client is left alone."


def test_an_item_nobody_voted_on_keeps_its_values(key, campus):
    silent = [one | {"votes": {"actions": AGREED["actions"]}} for one in panel()]
    record_panel(key, silent, by=campus.author)
    computed = compute_panel_key(key, by=campus.author)
    assert set(computed) == {"actions"}
    assert values(key)["decide"] == {"stay": 3, "leave": -3}
    assert values(key)["actions"] == AGREED["actions"]


def test_an_item_that_some_left_out_is_computed_from_those_who_voted(key, campus):
    silent = [one | {"votes": {"actions": AGREED["actions"]}} for one in panel(7)]
    voting = [panelist(name, decide={"stay": 1, "leave": -1}) for name in ("Ana", "Bo", "Cy")]
    record_panel(key, [*silent, *voting], by=campus.author)
    assert compute_panel_key(key, by=campus.author)["decide"] == {"stay": 1, "leave": -1}


def test_the_votes_fill_in_values_the_draft_did_not_have(campus):
    key = factories.drafted_key(
        campus.vignette, campus.author, {"version": 2, "items": {}}, profile=campus.profile
    )
    record_panel(key, panel(), by=campus.author)
    compute_panel_key(key, by=campus.author)
    assert values(key) == AGREED


def test_without_a_panel_nothing_is_computed(key, campus):
    before = values(key)
    assert compute_panel_key(key, by=campus.author) == {}
    assert values(key) == before


def test_a_computed_key_can_be_published_and_tells_the_votes_behind_it(key, campus):
    record_panel(key, panel(11), by=campus.author)
    compute_panel_key(key, by=campus.author)
    services.publish_key(key, by=campus.author)
    told = key_content(key)["panel"]
    assert [one["name"] for one in told] == [f"Expert {number}" for number in range(1, 12)]
    assert told[0]["votes"]["decide"] == {"stay": "2", "leave": "-2"}


def test_the_votes_are_part_of_what_the_hash_of_a_key_covers(campus):
    hashes = set()
    for version, size in ((2, 10), (3, 11)):
        key = factories.drafted_key(
            campus.vignette, campus.author, {"version": version}, profile=campus.profile
        )
        record_panel(key, panel(size), by=campus.author)
        told = key_content(key)
        services.publish_key(key, by=campus.author)
        hashes.add(Key.objects.get(pk=key.pk).content_hash)
        assert len(told["panel"]) == size
    assert len(hashes) == 2


# --- Frozen ---


@pytest.fixture
def published(key, campus):
    record_panel(key, panel(), by=campus.author)
    services.publish_key(key, by=campus.author)
    return key


def test_no_panel_is_added_to_a_published_key(campus):
    with pytest.raises(DomainError, match="votes behind a published key never change"):
        record_panel(campus.key, panel(), by=campus.author)
    assert not campus.key.panelists.exists()


def test_a_published_key_is_not_computed_again(published, campus):
    before = values(published)
    with pytest.raises(DomainError, match="A published key never changes"):
        compute_panel_key(published, by=campus.author)
    assert values(published) == before != AGREED


def test_the_votes_are_frozen_with_the_key(published):
    votes = PanelVote.objects.filter(panelist__key=published)
    words = "what it belongs to is frozen"
    with frozen(words):
        votes.update(value=1)
    with frozen(words):
        published.panelists.update(name="Somebody else")
    with frozen(words):
        votes.first().delete()
    with pytest.raises(IntegrityError, match=words), transaction.atomic():
        Panelist.objects.create(key=published, name="Late", credentials="PhD", position=99)
