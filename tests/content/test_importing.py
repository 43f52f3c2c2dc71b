"""Import: all or none, twice is once, and what is published never changes."""

import copy
from types import SimpleNamespace

import pytest

from assessments.content import importing
from assessments.content.documents import ContentError
from assessments.content.importing import import_and_publish
from assessments.content.kinds import content_of
from assessments.content.planning import Act
from assessments.instruments.models import Assessment
from assessments.vignettes.models import Key, VignetteVersion
from competency.audit.models import AuditEvent
from competency.decisions.models import StandardVersion
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.foundation.hashing import content_hash
from competency.frameworks.models import (
    Framework,
    FrameworkVersion,
    Rubric,
    RubricVersion,
    ScopeProfileVersion,
)
from competency.frameworks.services import publish_version, retire_version
from competency.frameworks.states import VersionState
from tests import factories
from tests.content import files
from tests.factories import count_rows

VERSIONS = (
    FrameworkVersion,
    RubricVersion,
    ScopeProfileVersion,
    VignetteVersion,
    Key,
    StandardVersion,
    Assessment,
)


USABLE = "that is published and may be used here."
NO_KEY = "V1/1 has no published key for scope profile PROFILE/1."
FROZEN = "is published and never changes; this file differs in"
NEW = "Give it a new version number."
RETIRED = "is retired; nothing new uses it."
FIRST = "publish it first, or import it with this file."


@pytest.fixture(scope="module")
def shared_place(module_rows, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock():
        program, author = factories.program_with("author")
        folder = tmp_path_factory.mktemp("published")
        files.bring(program, author, folder, files.whole_set(), publish=True)
        return SimpleNamespace(program=program, author=author)


@pytest.fixture
def published(shared_place, db, tmp_path):
    """A program that has published the whole set, and a way to bring it more files."""
    place = copy.deepcopy(shared_place)
    place.bring = bringer(place.program, place.author, tmp_path)
    return place


@pytest.fixture
def empty(db, tmp_path):
    program, author = factories.program_with("author")
    place = SimpleNamespace(program=program, author=author)
    place.bring = bringer(program, author, tmp_path)
    return place


def bringer(program, author, folder):
    def bring(*contents, by=author, **options):
        return files.bring(program, by, folder, contents, **options)

    return bring


def refused(bring, *contents, **options):
    """What an import is refused for; it leaves nothing behind."""
    before = count_rows(*VERSIONS, Framework, Rubric, AuditEvent)
    with pytest.raises(ContentError) as error:
        bring(*contents, **options)
    assert count_rows(*VERSIONS, Framework, Rubric, AuditEvent) == before
    return list(map(str, error.value.problems))


def acts(plan):
    return {step.kind: step.act for step in plan.steps}


def states(program):
    rows = [
        row for model in VERSIONS for row in model.objects.filter(**{model.owner_path: program})
    ]
    return {row.state for row in rows}


def test_files_become_drafts_in_whatever_order_they_come(empty):
    plan = empty.bring(*reversed([*files.whole_set()[:-1], files.assessment()]))
    assert set(acts(plan).values()) == {Act.CREATE}
    assert states(empty.program) == {"draft"}
    assert count_rows(*VERSIONS).total() == 7


def test_files_are_published_when_asked(empty):
    empty.bring(*files.whole_set(), publish=True)
    assert states(empty.program) == {"published"}


def test_the_library_holds_what_the_files_stand_for(empty, tmp_path):
    library = import_and_publish(
        empty.program, files.write(tmp_path, files.whole_set()), by=empty.author
    )
    assert list(library.key) == ["V1/1:PROFILE/1/1"]
    assert (
        library.assessment["CORE/1"].forms.get().vignettes.get().key
        == library.key["V1/1:PROFILE/1/1"]
    )


def test_twice_is_once(published):
    before = count_rows(*VERSIONS, AuditEvent)
    plan = published.bring(*files.whole_set(), publish=True)
    assert set(acts(plan).values()) == {Act.LEAVE}
    assert count_rows(*VERSIONS, AuditEvent) == before


def test_drafts_that_say_the_same_are_left_alone_until_they_are_published(empty):
    empty.bring(*files.whole_set())
    assert set(acts(empty.bring(*files.whole_set())).values()) == {Act.LEAVE}
    assert set(acts(empty.bring(*files.whole_set(), publish=True)).values()) == {Act.PUBLISH}
    assert states(empty.program) == {"published"}


def test_a_dry_run_says_what_would_happen_and_does_nothing(published):
    before = count_rows(*VERSIONS, AuditEvent)
    plan = published.bring(
        files.rubric(version=2, guidance="Read twice."), dry_run=True, publish=True
    )
    (step,) = plan.steps
    assert (step.act, step.since) == (Act.CREATE, "version 1")
    assert [(change.path, change.after) for change in step.changes] == [("guidance", "Read twice.")]
    assert count_rows(*VERSIONS, AuditEvent) == before


def test_a_dry_run_meets_what_the_real_one_would(published):
    title = files.rubric(version=2, title="Another title")
    assert refused(published.bring, title, dry_run=True) == [
        "rubric.yaml:4:1 (title): All versions of RUBRIC have one title: “A small rubric”."
    ]


@pytest.mark.parametrize("publish", [False, True])
def test_published_content_never_changes(published, publish):
    changed = files.rubric(guidance="Read twice.")
    changed["criteria"][0]["weight"] = "3"
    assert refused(published.bring, changed, publish=publish) == [
        f"rubric.yaml:6:1 (guidance): RUBRIC/1 {FROZEN} guidance, criteria[C1].weight. {NEW}"
    ]


def test_retired_content_never_changes_and_nothing_new_stands_on_it(published):
    version = ScopeProfileVersion.objects.get(profile__owner=published.program)
    retire_version(version, by=published.author, reason="Replaced.")
    same = files.scope_profile()
    assert acts(published.bring(same, files.key())) == {
        "scope_profile": Act.LEAVE,
        "key": Act.LEAVE,
    }
    assert (
        "is retired and never changes"
        in refused(published.bring, files.scope_profile(statement="Other."))[0]
    )
    assert refused(published.bring, same, files.key(version=2)) == [
        "key.yaml:3:1 (scope_profile): PROFILE/1 is retired; nothing new uses it."
    ]
    assert refused(published.bring, files.key(version=2)) == [
        "key.yaml:3:1 (scope_profile): PROFILE/1 is retired; nothing new uses it."
    ]
    everything = acts(published.bring(*files.whole_set(), publish=True))
    assert acts(published.bring(files.key())) == {"key": Act.LEAVE}
    assert set(everything.values()) == {Act.LEAVE}


def test_a_draft_is_replaced_by_a_file_that_differs(empty):
    empty.bring(files.framework(), files.rubric())
    plan = empty.bring(files.rubric(guidance="Read twice."), files.framework())
    step = plan.steps[1]
    assert (step.act, step.since) == (Act.REPLACE, "the draft")
    assert [change.path for change in step.changes] == ["guidance"]
    version = RubricVersion.objects.get(rubric__owner=empty.program)
    assert version.guidance == "Read twice."
    assert AuditEvent.objects.filter(action="rubric.draft_replaced").count() == 1


def test_drafts_on_a_replaced_draft_are_written_anew_with_it(empty):
    empty.bring(*files.whole_set())
    plan = empty.bring(*files.whole_set()[1:], files.framework(statement="Other words."))
    assert acts(plan) == {
        "framework": Act.REPLACE,
        "rubric": Act.REPLACE,
        "scope_profile": Act.LEAVE,
        "vignette": Act.REPLACE,
        "key": Act.REPLACE,
        "standard": Act.LEAVE,
        "assessment": Act.REPLACE,
    }
    assert states(empty.program) == {"draft"}


@pytest.mark.parametrize(
    ("changed", "holders"),
    [
        (files.framework(statement="Other."), "rubric RUBRIC/1 stands on it"),
        (files.key(status_note="Other."), "assessment CORE/1 stands on it"),
        (files.standard(status_note="Other."), "assessment CORE/1 stands on it"),
        (files.scope_profile(statement="Other."), "assessment CORE/1, key V1/1:PROFILE/1/1 stands"),
    ],
)
def test_a_draft_that_others_stand_on_is_not_replaced_alone(empty, changed, holders):
    reserve = files.vignette(code="V2")
    extra = [reserve, files.key() | {"vignette": "V2/1"}]
    reserved = files.assessment(reserves=[{"vignette": "V2/1"}])
    empty.bring(*files.whole_set()[:-1], *extra, reserved)
    ground = [one for one in files.whole_set() if one["kind"] in ("framework", "rubric", "vignette",
              "scope_profile") and one["kind"] != changed["kind"]]  # fmt: skip
    needed = ground if changed["kind"] == "key" else []
    (said,) = refused(empty.bring, changed, *needed)
    assert f"This draft cannot be replaced alone: {holders}" in said.replace(
        "key V1/1:PROFILE/1/1, key V2/1:PROFILE/1/1", "key V1/1:PROFILE/1/1"
    )


def test_a_reserve_holds_its_draft_key(empty):
    extra = [files.vignette(code="V2"), files.key() | {"vignette": "V2/1"}]
    empty.bring(*files.whole_set()[:-1], *extra, files.assessment(reserves=[{"vignette": "V2/1"}]))
    ground = [files.framework(), files.rubric(), files.scope_profile(), files.vignette(code="V2")]
    changed = files.key(status_note="Other.") | {"vignette": "V2/1"}
    (said,) = refused(empty.bring, *ground, changed)
    assert "This draft cannot be replaced alone: assessment CORE/1 stands on it." in said


def test_a_lone_draft_may_get_another_title(empty):
    empty.bring(files.framework())
    empty.bring(files.framework(title="Another title"))
    assert Framework.objects.get(owner=empty.program).title == "Another title"


def test_references_lead_to_what_the_program_has_published(published):
    plan = published.bring(files.rubric(version=2), files.key(version=2), publish=True)
    assert set(acts(plan).values()) == {Act.CREATE}
    assert {row.state for row in RubricVersion.objects.all()} == {"published"}


def test_a_draft_is_no_ground_unless_it_comes_along(empty):
    empty.bring(files.framework())
    assert refused(empty.bring, files.rubric()) == [
        f"rubric.yaml:2:1 (framework): The framework FRAME/1 is a draft: {FIRST}"
    ]
    assert acts(empty.bring(files.framework(), files.rubric()))["rubric"] == Act.CREATE


def test_references_lead_to_what_another_program_shares(published, empty):
    private = refused(empty.bring, files.rubric(code="MINE"))
    assert private == [f"rubric.yaml:2:1 (framework): There is no framework FRAME/1 {USABLE}"]
    Framework.objects.update(shared=True)
    empty.bring(files.rubric(code="MINE"), publish=True)
    rubric = RubricVersion.objects.get(rubric__code="MINE")
    assert rubric.framework_version.framework.owner == published.program

    empty.bring(files.framework(statement="Our own."), publish=True)
    empty.bring(files.rubric(code="MINE", version=2), publish=True)
    rubric = RubricVersion.objects.get(rubric__code="MINE", number=2)
    assert rubric.framework_version.framework.owner == empty.program


def test_what_two_programs_share_under_one_name_leads_nowhere(published, empty, tmp_path):
    other, author = factories.program_with("author")
    files.bring(other, author, tmp_path, [files.framework()], publish=True)
    Framework.objects.update(shared=True)
    assert refused(empty.bring, files.rubric()) == [
        "rubric.yaml:2:1 (framework): Several programs share a framework FRAME/1."
    ]


def test_every_problem_of_every_file_is_told_at_once(empty):
    rubric, vignette = files.rubric(), files.vignette()
    rubric["criteria"][0]["competency"] = "C9"
    vignette["stages"][1]["next"] = "attic"
    said = refused(empty.bring, files.framework(), rubric, vignette, files.assessment())
    assert said == [
        f"assessment.yaml:3:1 (scope_profile): There is no scope profile PROFILE/1 {USABLE}",
        f"assessment.yaml:4:1 (standard): There is no standard STANDARD/1 {USABLE}",
        f"assessment.yaml:14:10 (forms.0.vignettes.0.vignette): {NO_KEY}",
        "rubric.yaml:9:5 (criteria.0.competency): FRAME/1 has no competency C9.",
        "vignette.yaml:40:5 (stages.1.next): There is no stage “attic”.",
    ]


def test_unfinished_content_is_drafted_and_owed_but_not_published(empty):
    unfinished = files.framework(domains=[])
    plan = empty.bring(unfinished)
    assert [problem.message for problem in plan.owed] == ["The framework has no domains."]
    assert refused(empty.bring, unfinished, publish=True) == [
        "framework.yaml:6:1 (domains): The framework has no domains."
    ]


def test_an_open_key_stays_what_it_was_when_the_assessment_was_published(published):
    published.bring(files.key(version=2, status_note="A better key."), publish=True)
    assert acts(published.bring(files.assessment())) == {"assessment": Act.LEAVE}
    published.bring(files.assessment(version=2), publish=True)
    newest = Assessment.objects.get(number=2)
    assert newest.forms.get().vignettes.get().key.number == 2
    pinned = files.assessment(version=3)
    pinned["forms"][0]["vignettes"][0]["key"] = 1
    published.bring(pinned, publish=True)
    assert Assessment.objects.get(number=3).forms.get().vignettes.get().key.number == 1


def test_a_retired_key_stays_where_it_is_pinned_and_goes_nowhere_else(published):
    key = Key.objects.get(vignette_version__vignette__owner=published.program)
    retire_version(key, by=published.author, reason="Wrong.")
    assert acts(published.bring(files.assessment())) == {"assessment": Act.LEAVE}
    assert refused(published.bring, files.assessment(version=2)) == [
        f"assessment.yaml:14:10 (forms.0.vignettes.0.vignette): {NO_KEY}"
    ]
    pinned = files.assessment(version=2)
    pinned["forms"][0]["vignettes"][0]["key"] = 1
    assert refused(published.bring, pinned) == [
        f"assessment.yaml:14:26 (forms.0.vignettes.0.key): V1/1:PROFILE/1/1 {RETIRED}"
    ]


def test_numbers_written_otherwise_are_a_difference_too(empty):
    components = {**files.contents.COMPONENTS, "trainee": 1.5}
    empty.bring(files.standard(variance_components=components), publish=True)
    same = {**files.contents.COMPONENTS, "trainee": "1.5"}
    (said,) = refused(empty.bring, files.standard(variance_components=same))
    assert "variance_components.trainee" in said
    empty.bring(files.standard(version=2, variance_components=components | {"trainee": 2.0}),
                publish=True)  # fmt: skip
    whole = components | {"trainee": 2}
    (said,) = refused(empty.bring, files.standard(version=2, variance_components=whole))
    assert "differs in how numbers are written" in said


def test_a_panel_comes_in_with_its_key(published):
    published.bring(files.key(version=2, panel=files.panel()), publish=True)
    key = Key.objects.get(number=2)
    assert key.panelists.count() == 10
    assert content_of(key)["panel"][0]["votes"]["actions"] == {
        "greet": "4",
        "wait": "3",
        "hurry": "1",
    }


def test_only_an_author_of_the_program_imports(empty, published):
    with pytest.raises(NotAllowed):
        empty.bring(files.framework(), by=published.author)
    with pytest.raises(NotAllowed):
        empty.bring(files.framework(), by=factories.member(empty.program, "director"))


def test_a_key_for_a_vignette_of_others_is_theirs_to_write(published, empty):
    for model in (FrameworkVersion, VignetteVersion, ScopeProfileVersion):
        parent = model.shared_path.split("__")[0]
        model._meta.get_field(parent).related_model.objects.update(shared=True)
    with pytest.raises(NotAllowed):
        empty.bring(files.key(version=2))


def test_what_the_domain_refuses_is_said_with_its_place(empty, monkeypatch):
    def refuse(problems):
        def draft(*args, **kwargs):
            raise problems

        monkeypatch.setitem(
            importing.KINDS, "rubric", importing.KINDS["rubric"].__class__(
                **vars(importing.KINDS["rubric"]) | {"draft": draft}))  # fmt: skip

    refuse(InvalidInput({"criteria[C3].weight": "Too heavy.", "elsewhere": "Lost."}))
    assert refused(empty.bring, files.framework(), files.rubric()) == [
        "rubric.yaml:21:5 (criteria.1.weight): Too heavy.",
        "rubric.yaml:1:1 (elsewhere): Lost.",
    ]
    refuse(DomainError("Not today."))
    assert refused(empty.bring, files.framework(), files.rubric()) == [
        "rubric.yaml:1:1: Not today."
    ]


def test_what_was_stored_must_be_what_the_file_says(empty, monkeypatch):
    monkeypatch.setattr(importing, "content_of", lambda version: {})
    assert refused(empty.bring, files.framework()) == [
        "framework.yaml:1:1: What was stored is not what the file says."
    ]


def test_the_hash_of_a_published_version_is_the_hash_of_its_file(published):
    version = RubricVersion.objects.get(rubric__owner=published.program)
    assert version.state == VersionState.PUBLISHED
    assert version.content_hash == content_hash(content_of(version))
    assert callable(publish_version)
