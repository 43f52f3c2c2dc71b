"""The page on content files shows files that are sound."""

import re
from pathlib import Path

from assessments.content.checking import check
from assessments.content.reading import read_files
from assessments.content.validation import known_kinds

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "content.md"


def test_every_example_is_a_sound_file(tmp_path):
    examples = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    for number, example in enumerate(examples):
        (tmp_path / f"{number}.yaml").write_text(example, encoding="utf-8")
    documents, passed_over = read_files([tmp_path])
    assert sorted(document.kind for document in documents) == list(known_kinds())
    assert passed_over == []
    checked = check(documents)
    assert [problem.message for problem in checked.refused] == ["A panel has 10 to 15 people."]
    assert checked.owed == []
    assert {problem.field for problem in checked.unknown} == {"reserves.0.vignette"}
