"""Export: one file for each version, named, headed and in an order that stays."""

from types import SimpleNamespace

import pytest
from ruamel.yaml import YAML

from assessments.content.exporting import as_case, as_yaml, export, version_named, versions_of
from assessments.content.kinds import content_name
from assessments.vignettes.models import VignetteVersion
from competency.foundation.errors import DomainError, InvalidInput
from competency.frameworks.services import retire_version
from tests import factories
from tests.content import files


@pytest.fixture(scope="module")
def shared_place(module_rows, django_db_blocker, tmp_path_factory):
    with django_db_blocker.unblock():
        program, author = factories.program_with("author")
        folder = tmp_path_factory.mktemp("published")
        files.bring(program, author, folder, files.whole_set(), publish=True)
        files.bring(program, author, folder, [files.rubric(version=2), files.key(version=2)])
        return SimpleNamespace(program=program, author=author)


@pytest.fixture
def place(shared_place, db):
    return shared_place


def names(*args, **options):
    return list(map(content_name, versions_of(*args, **options)))


def test_all_versions_come_in_order_of_dependence(place):
    assert names(place.program) == [
        "FRAME/1",
        "RUBRIC/1",
        "RUBRIC/2",
        "PROFILE/1",
        "V1/1",
        "V1/1:PROFILE/1/1",
        "V1/1:PROFILE/1/2",
        "STANDARD/1",
        "CORE/1",
    ]


def test_versions_are_chosen_by_kind_code_and_number(place):
    assert names(place.program, kind="rubric") == ["RUBRIC/1", "RUBRIC/2"]
    assert names(place.program, kind="rubric", number=2) == ["RUBRIC/2"]
    assert names(place.program, code="V1", number=1) == ["V1/1", "V1/1:PROFILE/1/1"]
    assert names(place.program, code="CORE") == ["CORE/1"]
    assert names(factories.program()) == []


def test_one_version_is_found_by_its_name(place):
    assert version_named(place.program, "key", "V1/1:PROFILE/1", 2).number == 2
    with pytest.raises(InvalidInput, match="has no rubric RUBRIC/9"):
        version_named(place.program, "rubric", "RUBRIC", 9)


def test_one_version_is_found_among_others_of_its_number(place, tmp_path):
    files.bring(place.program, place.author, tmp_path, [files.scope_profile(code="A")])
    assert content_name(version_named(place.program, "scope_profile", "PROFILE", 1)) == "PROFILE/1"


def test_a_folder_gets_a_file_for_each_version(place, tmp_path):
    written = export(versions_of(place.program), tmp_path / "new" / "folder")
    assert [path.name for path in written] == [
        "framework-FRAME-1.yaml",
        "rubric-RUBRIC-1.yaml",
        "rubric-RUBRIC-2.yaml",
        "scope_profile-PROFILE-1.yaml",
        "vignette-V1-1.yaml",
        "key-V1-1+PROFILE-1-1.yaml",
        "key-V1-1+PROFILE-1-2.yaml",
        "standard-STANDARD-1.yaml",
        "assessment-CORE-1.yaml",
    ]


def test_a_file_says_what_it_is(place):
    version = version_named(place.program, "rubric", "RUBRIC", 1)
    assert as_yaml(version).startswith(
        "# Rubric RUBRIC/1\n"
        "# State: published\n"
        f"# SHA-256 of the content: {version.content_hash}\n"
        "kind: rubric\ncode: RUBRIC\ntitle: A small rubric\nversion: 1\nframework: FRAME/1\n"
    )
    draft = version_named(place.program, "rubric", "RUBRIC", 2)
    assert "# State: draft\n# SHA-256 of the content: " in as_yaml(draft)


def test_a_key_is_written_in_short(place):
    text = as_yaml(version_named(place.program, "key", "V1/1:PROFILE/1", 1))
    items = YAML(typ="safe", pure=True).load(text)["items"]
    assert items["helpful"] == {"most": "voice", "least": "lecture"}
    assert items["decide"]["stay"] == {"value": "3", "why": "The client is not alone."}


def test_a_single_file_takes_a_single_version(place, tmp_path):
    target = tmp_path / "deeper" / "rubric.yaml"
    assert export(versions_of(place.program, kind="rubric", number=1), target) == [target]
    with pytest.raises(DomainError, match="is one file, but 2 versions match"):
        export(versions_of(place.program, kind="rubric"), target)


def test_names_that_differ_in_case_alone_are_kept_apart(place, tmp_path):
    files.bring(place.program, place.author, tmp_path, [files.scope_profile(code="Profile")])
    with pytest.raises(DomainError, match=r"written to scope_profile-profile-1\.yaml|-Profile-1"):
        export(versions_of(place.program, kind="scope_profile"), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_only_frameworks_are_written_as_packages(place):
    version = VignetteVersion.objects.get(vignette__owner=place.program)
    with pytest.raises(InvalidInput, match="Only frameworks"):
        as_case(version)


def test_a_retired_version_goes_out_as_well(place):
    version = version_named(place.program, "scope_profile", "PROFILE", 1)
    retire_version(version, by=place.author, reason="Replaced.")
    assert "# State: retired" in as_yaml(version)
