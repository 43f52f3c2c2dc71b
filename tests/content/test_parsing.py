"""Files into data: everything with its place, nothing taken for something else."""

from decimal import Decimal

import pytest

from assessments.content.documents import ContentError, reference_of
from assessments.content.parsing import parse_yaml
from assessments.content.parsing_json import parse_json
from assessments.content.reading import LARGEST_FILE, read_content, read_file, read_files
from tests.content import files


def test_a_key_is_text_however_it_looks():
    parsed = parse_yaml("1e3: a\nno: b\nnull: c\n010: d\n2026-01-01: e\n")
    assert list(parsed.data) == ["1e3", "no", "null", "010", "2026-01-01"]


def test_values_are_what_yaml_1_2_says():
    parsed = parse_yaml("[no, yes, on, True, null, ~, 010, 0x1F, 0o17, 2.80, 1e3, .inf, 12:30]")
    assert parsed.data == ["no", "yes", "on", True, None, None, 10, 31, 15, Decimal("2.80"),
                           Decimal(1000), ".inf", "12:30"]  # fmt: skip


def test_an_older_yaml_does_not_turn_words_into_truth():
    assert parse_yaml("%YAML 1.1\n---\na: yes\nb: true\n").data == {"a": "yes", "b": True}


@pytest.mark.parametrize("text", ["9" * 30, "9" * 5000, "1e999999999", "1e-999999999", "1.5e40"])
def test_a_number_too_large_to_be_meant_stays_text(text):
    assert parse_yaml(text).data == text


def test_every_part_has_its_place():
    parsed = parse_yaml("# a comment\na: 1\nb:\n  - x\n  - c: y\n")
    assert parsed.places == {
        (): (2, 1),
        ("a",): (2, 1),
        ("b",): (3, 1),
        ("b", 0): (4, 5),
        ("b", 1): (5, 5),
        ("b", 1, "c"): (5, 5),
    }


def test_json_has_the_same_places():
    parsed = parse_json('{\n "a": [1, {"b": null}],\n "c": {}, "d": [], "e": -1.5e2,\n "f": "x"}')
    assert parsed.data == {"a": [1, {"b": None}], "c": {}, "d": [], "e": -150.0, "f": "x"}
    assert parsed.places[("a", 1, "b")] == (2, 12)
    assert parsed.places[("f",)] == (4, 2)


def test_an_empty_file_is_nothing():
    assert parse_yaml("# nothing\n").data is None


def problems(tmp_path, text, name="framework.yaml"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ContentError) as refused:
        read_file(path)
    return list(map(str, refused.value.problems))


HEAD = "kind: scope_profile\ncode: P\n"


KINDS = "assessment, framework, key, rubric, scope_profile, standard, vignette"
UNREADABLE = [
    ("a: [1\n", "2:1: This is not YAML: expected ',' or ']', but got '<stream end>'."),
    ("a: b: c\n", "1:5: This is not YAML: mapping values are not allowed here."),
    ("a:\n\t- b\n", "2:1: This is not YAML: found character '\\t' that cannot start any token."),
    ("a: b\nb: \x07\n", "2:4: This is not YAML: U+0007 cannot stand in a file."),
    ("a: 1\n---\nb: 2\n", "2:1: This is not YAML: but found another document."),
    (b"a: \xff\n", "1:1: The file is not UTF-8 (byte 3)."),
    ("[" * 800, "1:1: The file is nested too deeply."),
    ("- a\n", f"1:1 (kind): The file says kind “None”; here it must be one of: {KINDS}."),
    ("", f"1:1 (kind): The file says kind “None”; here it must be one of: {KINDS}."),
    ("a: b\nkind: x\n", f"2:1 (kind): The file says kind “x”; here it must be one of: {KINDS}."),
    (f"{HEAD}code: Q\n", "3:1 (code): The field “code” is given twice."),
    (f"{HEAD}title: &a x\n", "3:1 (title): Anchors and aliases are not used here: write it out."),
    (f"{HEAD}title: !!set x\n", "3:1 (title): Tags are not used here (tag:yaml.org,2002:set)."),
    (f"{HEAD}? [a]\n: x\n", "1:1: A field's name is a word, not a list or an object."),
    (
        f'{HEAD}title: "a\\x00b"\n',
        "3:1 (title): This text contains a character that cannot be stored (U+0000).",
    ),
]


@pytest.mark.parametrize(("text", "said"), UNREADABLE)
def test_what_cannot_be_read_is_said_with_its_place(tmp_path, text, said):
    assert f"f.yaml:{said}" in problems(tmp_path, text, "f.yaml")


def test_an_alias_of_an_alias_grows_nothing(tmp_path):
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nkind: [*c, *c, *c]\n"
    assert parse_yaml(bomb).data == {"a": None, "b": None, "c": None, "kind": [None, None, None]}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"CFDocument": }', "f.json:1:16: This is not JSON: Expecting value."),
        ('{"a": NaN}', "f.json:1:1: This is not JSON: NaN is not a number that JSON knows."),
        ("[" * 100_000, "f.json:1:1: The file is nested too deeply."),
    ],
)
def test_json_that_is_none_is_said_with_its_place(tmp_path, text, said):
    assert problems(tmp_path, text, "f.json") == [said]


def test_json_that_is_no_package_is_refused(tmp_path):
    assert "The file says kind “None”" in problems(tmp_path, '{"a": 1, "a": 2}', "f.json")[0]


def test_files_that_are_missing_or_too_large(tmp_path):
    assert problems(tmp_path, "#" * (LARGEST_FILE + 1)) == [
        "framework.yaml:1:1: The file is larger than 4 MB."
    ]
    with pytest.raises(ContentError, match=r"nowhere.yaml:1:1: No such file or directory\."):
        read_file(tmp_path / "nowhere.yaml")


def test_line_ends_and_the_mark_of_windows_are_taken_in_stride(tmp_path):
    (path,) = files.write(tmp_path, [files.scope_profile(statement="One.\n\nTwo.")])
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    document = read_file(path)
    assert document is not None
    assert document.content["statement"] == "One.\n\nTwo."


def test_a_folder_is_read_whole_and_says_what_it_passes_over(tmp_path):
    (tmp_path / "deeper").mkdir()
    files.write(tmp_path / "deeper", [files.framework()])
    (tmp_path / "people.yaml").write_text("- Daniel\n")
    (tmp_path / "sitting.yaml").write_text("kind: sitting\n")
    (tmp_path / "notes.txt").write_text("kind: rubric\n")
    documents, passed_over = read_files([tmp_path])
    assert [document.file for document in documents] == ["deeper/framework.yaml"]
    assert passed_over == ["people.yaml", "sitting.yaml"]


def test_a_kind_that_is_nearly_ours_is_a_mistake_and_not_passed_over(tmp_path):
    (tmp_path / "one.yaml").write_text("kind: vignete\n")
    (tmp_path / "two.yaml").write_text("kind: rubric\n")
    with pytest.raises(ContentError) as refused:
        read_files([tmp_path])
    assert {problem.file for problem in refused.value.problems} == {"one.yaml", "two.yaml"}


def test_a_reader_may_want_certain_kinds(tmp_path):
    (path,) = files.write(tmp_path, [files.framework()])
    assert read_content(path, "framework") == read_content(path)
    with pytest.raises(ContentError, match="The file says kind “framework”; here it must be one"):
        read_content(path, "rubric", "key")


def test_a_reference_names_code_and_version():
    assert reference_of(files.rubric()) == "RUBRIC/1"
    assert reference_of(files.key()) == "V1/1:PROFILE/1/1"
