"""What changed between two versions, as data, for every kind."""

import pytest

from assessments.content.exporting import version_named
from assessments.content.kinds import kind_of
from assessments.content.services import version_changes
from competency.foundation.changes import Change
from competency.foundation.errors import InvalidInput
from tests import factories
from tests.content import files


def second_rubric():
    content = files.rubric(version=2, framework="FRAME/2")
    content["criteria"][1] |= {"weight": "1.5", "safety_critical": False}
    content["criteria"][2]["levels"]["4"] = "The answer grows."
    return content


def second_framework():
    content = files.framework(version=2)
    content["domains"][0]["competencies"].reverse()
    content["domains"][1]["competencies"][0]["indicators"][0]["text"] = "It is done well."
    return content


def second_vignette():
    content = files.vignette(version=2)
    content["stages"][2]["narrative"].append({"speaker": None, "text": "A door closes."})
    content["stages"][1]["narrative"][0]["text"] = "You hear nothing."
    content["stages"][0]["known"] = ["It is day."]
    content["stages"][0]["items"][0]["max_words"] = 300
    content["stages"][0]["items"][2]["options"][1]["leads_to"] = "room"
    content["stages"][2]["items"] = content["stages"][2]["items"][:1]
    return content


def second_key():
    content = files.key(version=2)
    content["items"]["actions"]["wait"] = {"value": 2, "critical": True, "why": "Too late."}
    return content


CHANGED = [
    (
        "framework",
        "FRAME",
        [
            Change("domains[C].competencies.order", ["C1", "C3"], ["C3", "C1"]),
            Change(
                "domains[D].competencies[D1].indicators[D1.1].text",
                "Closing: it is done.",
                "It is done well.",
            ),
        ],
    ),
    (
        "rubric",
        "RUBRIC",
        [
            Change("framework", "FRAME/1", "FRAME/2"),
            Change("criteria[C3].weight", "1", "1.5"),
            Change("criteria[C3].safety_critical", True, False),
            Change("criteria[D1].levels.4", "The answer adapts.", "The answer grows."),
        ],
    ),
    ("scope_profile", "PROFILE", [Change("unverified", True, False)]),
    ("standard", "STANDARD", [Change("cut", "2.8", "3"), Change("minima.D1", None, "2.5")]),
    (
        "key",
        "V1/1:PROFILE/1",
        [
            Change("items.actions.wait.value", "3", "2"),
            Change("items.actions.wait.critical", False, True),
            Change("items.actions.wait.why", "", "Too late."),
        ],
    ),
    (
        "assessment",
        "CORE",
        [
            Change("forms[1].title", "Form 1", "Form A"),
            Change("forms[1].vignettes[V1/1].key", 2, 1),
            Change(
                "forms[2]",
                None,
                {"number": 2, "title": "B", "vignettes": [{"vignette": "V1/1", "key": 1}]},
            ),
        ],
    ),
]


@pytest.fixture(scope="module")
def shared_program(module_rows, django_db_blocker, tmp_path_factory):
    """Every kind in two versions."""
    placed = [{"vignette": "V1/1", "key": 1}]
    later = [
        second_framework(),
        second_rubric(),
        files.scope_profile(version=2, unverified=False),
        second_vignette(),
        second_key(),
        files.standard(version=2, cut="3.0", minima={"C3": "2.00", "D1": "2.5"}),
        files.assessment(
            version=2,
            forms=[
                {"number": 2, "title": "B", "vignettes": placed},
                {"number": 1, "title": "Form A", "vignettes": placed},
            ],
        ),
    ]
    with django_db_blocker.unblock():
        program, author = factories.program_with("author")
        folder = tmp_path_factory.mktemp("both")
        files.bring(program, author, folder, [*files.whole_set(), *later])
        return program


@pytest.fixture
def program(shared_program, db):
    return shared_program


@pytest.mark.parametrize(("kind", "name", "changed"), CHANGED)
def test_every_change_is_named_once(program, kind, name, changed):
    old, new = (version_named(program, kind, name, number) for number in (1, 2))
    assert kind_of(old) == kind
    assert version_changes(old, new) == changed
    assert version_changes(old, old) == []
    back = [Change(one.path, one.after, one.before) for one in version_changes(new, old)]
    assert sorted(back, key=str) == sorted(changed, key=str)


def test_changes_of_a_vignette_say_where_in_the_story(program):
    old, new = (version_named(program, "vignette", "V1", number) for number in (1, 2))
    assert [change.path for change in version_changes(old, new)] == [
        "stages[arrival].known[0]",
        "stages[arrival].items[first-words].max_words",
        "stages[arrival].items[decide].options[leave].leads_to",
        "stages[corridor].narrative[0].text",
        "stages[room].narrative",
        "stages[room].items[helpful]",
    ]


def test_versions_of_two_kinds_have_no_changes(program):
    rubric = version_named(program, "rubric", "RUBRIC", 1)
    standard = version_named(program, "standard", "STANDARD", 1)
    with pytest.raises(InvalidInput, match="A rubric and a standard have no changes"):
        version_changes(rubric, standard)
