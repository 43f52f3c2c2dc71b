"""The first vignette: its key is what the panel voted, and each scope of practice has its own."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from assessments.content.importing import import_and_publish
from assessments.demo.script import DATA, load
from assessments.grading.services import critical_options_chosen, keyed_section_of
from assessments.instruments import services as instruments
from assessments.vignettes import panels
from assessments.vignettes.contents import stages_of, story_of
from assessments.vignettes.rules import path_bounds
from assessments.vignettes.services import draft_key, keyed_options
from assessments.workflow import pipeline
from competency.foundation.errors import DomainError, InvalidInput
from competency.programs.roles import Role
from tests import factories
from tests.factories import submission_of

WORDS = "Daniel, I am here with you. You are in the center, it is Thursday, and I stay."
DIRECTED, NON_DIRECTIVE = "GOAL-DIRECTED/1", "NON-DIRECTIVE/1"
LEADING = {
    "arrival-first-words": {"most": "a", "least": "c"},
    "reliving-respond": {"choice": "b"},
    "day-two-actions": {
        "ratings": {"a": 4, "b": 4, "c": 1, "d": 4, "e": 4, "f": 1, "g": 1, "h": 2}
    },
}
FOLLOWING = {
    "arrival-first-words": {"most": "d", "least": "e"},
    "reliving-respond": {"choice": "d"},
    "day-two-actions": {
        "ratings": {"a": 4, "b": 4, "c": 1, "d": 2, "e": 3, "f": 1, "g": 1, "h": 3}
    },
}
WRITTEN = {
    code: {"text": WORDS}
    for code in ("held-next", "pressed-repair", "left-return", "closing-note", "plan-month")
}


@pytest.fixture(scope="module")
def shared_library(module_rows, django_db_blocker):
    """V1 with both keys, and one assessment for each scope profile; they differ in nothing else."""
    with django_db_blocker.unblock():
        program, director, author = factories.program_with(Role.DIRECTOR, Role.AUTHOR)
        cohort = factories.cohort(program)
        campus = SimpleNamespace(program=program, director=director, author=author, cohort=cohort)
        files = ("framework.yaml", "rubric.yaml", "scope-*.yaml", "v1-*.yaml", "key-v1-*.yaml")
        paths = [path for name in (*files, "standard.yaml") for path in DATA.glob(name)]
        library = import_and_publish(campus.program, paths, by=campus.author)
        assessments = {}
        for number, profile in enumerate((DIRECTED, NON_DIRECTIVE), start=1):
            assessments[profile] = assessment_for(campus, library, profile, version=number)
            instruments.publish_assessment(assessments[profile], by=campus.author)
        return SimpleNamespace(
            campus=campus,
            vignette=library.vignette["V1/1"],
            profiles=library.scope_profile,
            keys={str(key.scope_profile_version): key for key in library.key.values()},
            library=library,
            assessments=assessments,
        )


def assessment_for(campus, library, profile, **changes):
    content = load("assessment.yaml") | {"code": "SCOPES", "scope_profile": profile} | changes
    return instruments.draft_assessment(
        campus.program,
        content,
        rubric_version=library.rubric["PAT-CORE-RUBRIC/1"],
        scope_profile_version=library.scope_profile[profile],
        standard_version=library.standard["PAT-PILOT/1"],
        vignettes=library.vignette,
        by=campus.author,
    )


@pytest.fixture
def shown(shared_library, db):
    return shared_library


def sat(shown, profile, answers):
    """An attempt at V1 under this profile, scored."""
    assessment = shown.assessments[profile]
    form = assessment.forms.get()
    campus = SimpleNamespace(**vars(shown.campus), assessment=assessment, form=form)
    attempt = factories.handed_in(campus, answers=WRITTEN | answers)
    pipeline.advance_submission(submission_of(attempt).pk)
    return attempt


def scores(attempt):
    rows = submission_of(attempt).scores.select_related("item")
    return {row.item.code: float(row.value) for row in rows}


# --- The same answers under two scopes of practice ---


def test_the_same_answers_score_differently_under_the_two_scope_profiles(shown):
    directed, non_directive = (
        sat(shown, profile, LEADING) for profile in (DIRECTED, NON_DIRECTIVE)
    )
    assert scores(directed) == {
        "arrival-first-words": 1.0,
        "reliving-respond": 1.0,
        "day-two-actions": 1.0,
    }
    assert keyed_section_of(directed) == 1.0
    assert scores(non_directive) == {
        "arrival-first-words": 0.0,
        "reliving-respond": pytest.approx(4 / 6, abs=1e-4),
        "day-two-actions": 0.6875,  # d and h on the wrong side, e half
    }
    assert keyed_section_of(non_directive) == pytest.approx((2 * 4 / 6 + 2 * 0.6875) / 5, abs=1e-4)


def test_what_one_profile_asks_the_other_values_less(shown):
    directed, non_directive = (
        sat(shown, profile, FOLLOWING) for profile in (DIRECTED, NON_DIRECTIVE)
    )
    assert keyed_section_of(non_directive) == 1.0
    assert keyed_section_of(directed) < 0.7


def test_the_answers_and_what_they_were_asked_are_the_same_only_the_key_is_not(shown):
    directed, non_directive = (
        submission_of(sat(shown, profile, LEADING)) for profile in (DIRECTED, NON_DIRECTIVE)
    )
    assert directed.content_hash == non_directive.content_hash
    assert directed.vignette_version == non_directive.vignette_version
    assert directed.key != non_directive.key
    assert directed.scores.first().key == directed.key


@pytest.mark.parametrize("profile", [DIRECTED, NON_DIRECTIVE])
@pytest.mark.parametrize("choice", ["a", "c"])
def test_no_scope_of_practice_allows_what_harms(choice, profile, shown):
    attempt = sat(shown, profile, LEADING | {"reliving-respond": {"choice": choice}})
    chosen = critical_options_chosen(submission_of(attempt))
    assert [option.code for option in chosen] == [choice]
    assert scores(attempt)["reliving-respond"] == 0.0
    assert submission_of(attempt).harm_flags.get().option == chosen[0]


def test_no_assessment_is_drafted_for_a_scope_that_has_no_key(shown):
    campus = shown.campus
    profile = factories.published_profile(campus.program, campus.author, code="ELSEWHERE")
    library = replace(
        shown.library, scope_profile=shown.library.scope_profile | {"ELSEWHERE/1": profile}
    )
    with pytest.raises(InvalidInput, match="V1/1 has no published key") as refused:
        assessment_for(campus, library, "ELSEWHERE/1", version=3)
    assert "arrival-first-words, reliving-respond, day-two-actions" in refused.value.message


def test_no_assessment_is_published_while_a_keyed_item_lacks_its_key(shown):
    campus, vignette = shown.campus, shown.vignette
    profile = factories.published_profile(campus.program, campus.author, code="ELSEWHERE")
    half = {"items": key_items(shown.keys[DIRECTED]) | {"day-two-actions": {}}}
    draft_key(vignette, {"version": 1} | half, scope_profile_version=profile, by=campus.author)
    library = replace(
        shown.library, scope_profile=shown.library.scope_profile | {"ELSEWHERE/1": profile}
    )
    placed = [{"number": 1, "title": "F", "vignettes": [{"vignette": "V1/1", "key": 1}]}]
    assessment = assessment_for(campus, library, "ELSEWHERE/1", version=3, forms=placed)
    with pytest.raises(DomainError, match="Item day-two-actions: option a has no key"):
        instruments.publish_assessment(assessment, by=campus.author)


# --- The key and its panel ---


def key_items(key):
    return {
        item: {
            option: {"value": keyed.value, "critical": keyed.critical, "why": "As published."}
            for option, keyed in options.items()
        }
        for item, options in keyed_options(key).items()
    }


def test_the_panels_votes_give_the_key_that_was_published(shown):
    """From a draft whose values all say nothing, so that every value comes from the votes."""
    campus, published = shown.campus, shown.keys[DIRECTED]
    panel = load("panel-v1.yaml")
    assert (panel["vignette"], panel["scope_profile"]) == ("V1/1", DIRECTED)
    blank = {
        item: {option: entry | {"value": 0} for option, entry in options.items()}
        for item, options in key_items(published).items()
    }
    draft = draft_key(
        shown.vignette,
        {"version": 2, "items": blank},
        scope_profile_version=shown.profiles[DIRECTED],
        by=campus.author,
    )
    panels.record_panel(draft, panel["panelists"], by=campus.author)
    assert panels.FEWEST <= draft.panelists.count() <= panels.MOST
    panels.compute_panel_key(draft, by=campus.author)
    assert keyed_options(draft) == keyed_options(published)


def test_the_other_scope_has_another_key(shown):
    directed, other = (keyed_options(shown.keys[name]) for name in (DIRECTED, NON_DIRECTIVE))
    assert set(directed) == set(other)
    differing = {item for item in directed if directed[item] != other[item]}
    assert differing == set(directed)


# --- The story ---


def test_the_best_and_the_worst_way_through_the_story_are_known_under_both_keys(shown):
    story = story_of(stages_of(shown.vignette))
    for key in shown.keys.values():
        values = {
            item: {option: keyed.value for option, keyed in options.items()}
            for item, options in keyed_options(key).items()
        }
        assert path_bounds(story, "arrival", values) == (3, -3)
