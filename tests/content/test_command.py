"""`manage.py content`: what it prints, and 0 or 1."""

import pytest
from django.core.management import CommandError, call_command

from assessments.content.kinds import KINDS
from assessments.demo.script import DATA
from competency.foundation.changes import Change
from tests import factories
from tests.content import files
from tests.factories import count_rows

UNCHECKED = "is not among these files; what rests on it is unchecked."
COMPETENCY = "domains.0.competencies.0"
INDICATOR = '{"code": "C1.1", "text": "Staying: it is done."}'
BECAUSE = "because what it stands on is replaced"
NO_HARM = "Competency C1 has no harm indicators."
OWED = "Competency C1 has no indicators."


@pytest.fixture
def content(capsys):
    """Runs the command; gives its exit code, its lines and what it complained of."""

    def run(*words):
        code = 0
        try:
            call_command("content", *map(str, words))
        except SystemExit as stop:
            code = stop.code
        told = capsys.readouterr()
        return code, told.out.splitlines(), told.err.splitlines()

    return run


@pytest.fixture
def place(db):
    program, author = factories.program_with("author")
    return {"program": program.code, "by": author.email}


def test_checking_needs_no_database(content, tmp_path):
    files.write(tmp_path, files.whole_set())
    assert content("check", tmp_path) == (0, ["7 files checked; nothing is wrong."], [])


def test_checking_tells_what_it_could_not_see(content, tmp_path):
    (path,) = files.write(tmp_path, [files.rubric()])
    (tmp_path / "people.yaml").write_text("- Daniel\n")
    assert content("check", tmp_path) == (
        0,
        [
            "people.yaml: passed over; it is no content file.",
            f"note: rubric.yaml:2:1 (framework): The framework FRAME/1 {UNCHECKED}",
            "1 files checked; nothing is wrong.",
        ],
        [],
    )
    assert content("check", path)[0] == 0


def test_checking_fails_with_the_place_of_every_problem(content, tmp_path):
    framework = files.framework()
    framework["domains"][1]["competencies"] = []
    framework["domains"][0]["competencies"][0]["harm_indicators"] = []
    framework["domains"][1]["code"] = "C"
    files.write(tmp_path, [framework])
    code, _, complaints = content("check", tmp_path)
    assert code == 1
    assert complaints == [
        f"framework.yaml:15:9 ({COMPETENCY}.harm_indicators): {NO_HARM}",
        "framework.yaml:23:5 (domains.1.code): Domain code C is used twice.",
        "framework.yaml:25:5 (domains.1.competencies): Domain C has no competencies.",
    ]


def test_a_file_that_cannot_be_read_fails(content, tmp_path):
    assert content("check", tmp_path / "none.yaml") == (
        1,
        [],
        ["none.yaml:1:1: No such file or directory."],
    )


def test_a_folder_without_content_fails(content, tmp_path):
    assert content("check", tmp_path) == (1, [], ["There is no content file."])


def test_the_demo_content_is_sound(content):
    code, _, complaints = content("check", DATA)
    assert (code, complaints) == (0, [])


def test_files_go_in_out_and_in_again(content, place, tmp_path):
    files.write(tmp_path, files.whole_set())
    code, lines, _ = content("import", tmp_path, "--program", place["program"], "--by", place["by"],
                             "--publish")  # fmt: skip
    assert code == 0
    assert "framework.yaml: created framework FRAME/1 (published)" in lines

    out = tmp_path / "out"
    code, lines, _ = content("export", out, "--program", place["program"])
    assert (code, len(lines)) == (0, 7)
    code, lines, _ = content(
        "import", out, "--program", place["program"], "--by", place["by"].upper()
    )
    assert code == 0
    assert lines[0] == (
        "framework-FRAME-1.yaml: left alone framework FRAME/1: it says the same already and is "
        "published"
    )


def test_a_dry_run_tells_and_writes_nothing(content, place, tmp_path):
    options = ("--program", place["program"], "--by", place["by"])
    files.write(tmp_path, [files.framework(), files.rubric()])
    content("import", tmp_path, *options)
    models = [KINDS[kind].model for kind in KINDS]
    before = count_rows(*models)

    changed = files.framework(statement="Other words.", domains=files.framework()["domains"])
    changed["domains"][0]["competencies"][0]["indicators"] = []
    files.write(tmp_path, [changed])
    code, lines, _ = content("import", tmp_path, *options, "--dry-run")

    assert code == 0
    assert lines == [
        "framework.yaml: would replace the draft of framework FRAME/1",
        "  against the draft:",
        '  statement: "What a therapist can do, in three competencies." → "Other words."',
        f"  domains[C].competencies[C1].indicators[C1.1]: {INDICATOR} → nothing",
        f"rubric.yaml: would replace the draft of rubric RUBRIC/1, {BECAUSE}",
        f"before it can be published: framework.yaml:13:9 ({COMPETENCY}.indicators): {OWED}",
    ]
    assert count_rows(*models) == before


def test_an_import_that_is_refused_fails(content, place, tmp_path):
    files.write(tmp_path, [files.rubric()])
    code, lines, complaints = content(
        "import", tmp_path, "--program", place["program"], "--by", place["by"]
    )
    assert (code, lines) == (1, [])
    assert complaints[0].startswith("rubric.yaml:2:1 (framework): There is no framework FRAME/1")


def test_names_that_nobody_has_fail(content, place, tmp_path):
    files.write(tmp_path, [files.framework()])
    no_program = content("import", tmp_path, "--program", "none", "--by", place["by"])
    assert no_program == (1, [], ["There is no program “none”."])
    nobody = content("import", tmp_path, "--program", place["program"], "--by", "x@example.org")
    assert nobody == (1, [], ["Nobody has the address “x@example.org”."])
    nothing = content("export", tmp_path, "--program", place["program"])
    assert nothing == (1, [], ["Nothing matches."])
    with pytest.raises(CommandError):
        call_command("content", "export", tmp_path, "--program", place["program"], "--kind", "x")


def test_a_framework_goes_out_and_in_as_a_case_package(content, place, db, tmp_path):
    files.write(tmp_path, [files.framework()])
    content("import", tmp_path, "--program", place["program"], "--by", place["by"])
    package = tmp_path / "case" / "package.json"
    code, lines, _ = content("export", package, "--program", place["program"], "--format", "case")
    assert (code, lines) == (0, [str(package)])

    assert content("check", package)[0] == 0
    code, lines, _ = content("import", package, "--program", place["program"], "--by", place["by"])
    assert code == 0
    assert lines[0].startswith("package.json: left alone framework FRAME/1")


def test_notes_of_a_foreign_package_are_told(content, place, tmp_path):
    package = tmp_path / "p.json"
    package.write_text(
        '{"CFDocument": {"identifier": "d", "title": "T", "version": "x"}, "CFItems": []}'
    )
    note = "note: Its version “x” is no whole number; here it is version 1."
    assert f"p.json: {note}" in content("check", package)[1]
    lines = content("import", package, "--program", place["program"], "--by", place["by"])[1]
    assert f"  {note}" in lines


def test_what_changed_between_two_versions(content, place, tmp_path):
    options = ("--program", place["program"], "--by", place["by"])
    files.write(
        tmp_path, [files.scope_profile(), files.scope_profile(version=2, jurisdiction="Here")]
    )
    content("import", tmp_path, *options)
    said = content("diff", place["program"], "scope_profile", "PROFILE", 1, 2)
    assert said == (0, ['jurisdiction: "Nowhere" → "Here"'], [])
    same = content("diff", place["program"], "scope_profile", "PROFILE", 1, 1)
    assert same == (0, ["Nothing changed."], [])
    code, _, complaints = content("diff", place["program"], "scope_profile", "PROFILE", 1, 3)
    assert (code, complaints) == (1, [f"{place['program']} has no scope_profile PROFILE/3."])


def test_a_long_value_is_cut():
    from assessments.content.telling import changes_told

    (line,) = changes_told([Change("text", "a" * 100, None)])
    assert line == f'text: "{"a" * 68}… → nothing'
