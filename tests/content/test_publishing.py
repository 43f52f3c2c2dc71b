"""An assessment is not published while a keyed item lacks a key for its scope profile."""

import pytest

from assessments.content.documents import ContentError
from assessments.content.exporting import version_named
from assessments.instruments import services as instruments
from competency.foundation.errors import DomainError, InvalidInput
from tests import factories
from tests.content import files

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(tmp_path):
    program, author = factories.program_with("author")

    def bring(*contents, **options):
        return files.bring(program, author, tmp_path, contents, **options)

    bring.program, bring.author = program, author
    return bring


def unfinished_key():
    key = files.key()
    del key["items"]["actions"]["wait"]
    del key["items"]["helpful"]
    return key


def test_the_refusal_names_every_item_whose_key_is_wanting(place):
    place(*files.whole_set()[:4], publish=True)
    place(files.standard(), publish=True)
    place(unfinished_key(), files.assessment())
    assessment = version_named(place.program, "assessment", "CORE", 1)
    with pytest.raises(DomainError) as refused:
        instruments.publish_assessment(assessment, by=place.author)
    for words in (
        "The key 1 of V1/1 for PROFILE/1 is not published.",
        "V1/1: Item actions: option wait has no key.",
        "V1/1: Item helpful: option voice has no key.",
    ):
        assert words in refused.value.message


def test_an_assessment_without_any_key_names_the_items_too(place):
    place(*files.whole_set()[:4], publish=True)
    place(files.standard(), publish=True)
    with pytest.raises(InvalidInput) as refused:
        instruments.draft_assessment(
            place.program,
            files.assessment(),
            rubric_version=version_named(place.program, "rubric", "RUBRIC", 1),
            scope_profile_version=version_named(place.program, "scope_profile", "PROFILE", 1),
            standard_version=version_named(place.program, "standard", "STANDARD", 1),
            vignettes={"V1/1": version_named(place.program, "vignette", "V1", 1)},
            by=place.author,
        )
    assert refused.value.problems == {
        "scope_profile": "V1/1 has no published key for scope profile PROFILE/1. "
        "Items without a key: actions, decide, helpful."
    }


def test_a_key_for_another_profile_is_no_key(place):
    other = files.scope_profile(code="OTHER")
    place(*files.whole_set()[:6], other, publish=True)
    with pytest.raises(ContentError) as refused:
        place(files.assessment() | {"scope_profile": "OTHER/1"})
    assert "V1/1 has no published key for scope profile OTHER/1." in str(refused.value)


def test_a_wanting_key_keeps_its_whole_set_from_being_published(place):
    contents = [one for one in files.whole_set() if one["kind"] != "key"]
    with pytest.raises(ContentError) as refused:
        place(*contents, unfinished_key(), publish=True)
    assert [problem.message for problem in refused.value.problems] == [
        "Item helpful: option voice has no key.",
        "Item helpful: option light has no key.",
        "Item helpful: option lecture has no key.",
        "Item helpful: exactly one option is the most and one the least helpful.",
        "Item actions: option wait has no key.",
    ]


def test_a_place_may_name_a_key_that_does_not_exist_and_is_refused(place):
    place(*files.whole_set()[:6], publish=True)
    assessment = files.assessment()
    assessment["forms"][0]["vignettes"][0]["key"] = 4
    with pytest.raises(ContentError, match="V1/1 has no key 4 for PROFILE/1"):
        place(assessment)
