"""The desk's form: what its fields say, and the fields that say it.

level:C1  rationale:C1  evidence:C1      for each criterion
harm:C1.H1  harm-note:…  harm-evidence:…  for each harm indicator that is ticked
flag:item  flag-reason:item              for each critical choice; "yes" is harmful
summary
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from assessments.desk.drafts import Content
from assessments.desk.notation import Cited, NotationError, read_evidence, write_evidence
from assessments.desk.response import Sentence
from competency.foundation.errors import InvalidInput

Fields = Mapping[str, Sequence[str]]
HARMFUL = {"yes": True, "no": False}


@dataclass(frozen=True)
class Asked:
    """What a review is asked: codes of criteria, harm indicators and items of critical choices."""

    criteria: Sequence[str]
    indicators: Sequence[str]
    flags: Sequence[str]
    sentences: Sequence[Sentence]


def content_of(fields: Fields, asked: Asked) -> Content:
    """The draft that the fields say. Raises InvalidInput for evidence that cannot be read."""
    reader = _Reader(fields, asked.sentences)
    content = {
        "ratings": [reader.rating(code) for code in asked.criteria],
        "harms": [reader.harm(code) for code in asked.indicators if reader.one(f"harm:{code}")],
        "flags": [reader.flag(code) for code in asked.flags],
        "summary": reader.one("summary"),
    }
    if reader.problems:
        raise InvalidInput(reader.problems)
    return content


class _Reader:
    def __init__(self, fields: Fields, sentences: Sequence[Sentence]) -> None:
        self.fields, self.sentences = fields, sentences
        self.problems: dict[str, str] = {}

    def one(self, name: str) -> str:
        values = self.fields.get(name) or [""]
        return values[-1]

    def rating(self, code: str) -> Content:
        level = self.one(f"level:{code}")
        return {
            "criterion": code,
            "level": int(level) if level in ("1", "2", "3", "4") else None,
            "rationale": self.one(f"rationale:{code}"),
            "citations": self.evidence(f"evidence:{code}", f"ratings.{code}.citations"),
        }

    def harm(self, code: str) -> Content:
        passages = self.evidence(f"harm-evidence:{code}", f"harms.{code}.citation")
        return {
            "indicator": code,
            "note": self.one(f"harm-note:{code}"),
            "citation": _whole(passages),
        }

    def flag(self, code: str) -> Content:
        harmful = HARMFUL.get(self.one(f"flag:{code}"))
        return {"item": code, "harmful": harmful, "reason": self.one(f"flag-reason:{code}")}

    def evidence(self, name: str, at: str) -> list[Content]:
        try:
            return [asdict(each) for each in read_evidence(self.one(name), self.sentences)]
        except NotationError as error:
            self.problems[at] = str(error)
            return []


def _whole(passages: Sequence[Content]) -> Content | None:
    """Harm is shown by one passage: from the first word cited to the last, in one answer."""
    if not passages:
        return None
    item = passages[0]["item"]
    own = [each for each in passages if each["item"] == item]
    start, end = min(each["start"] for each in own), max(each["end"] for each in own)
    return {"item": item, "start": start, "end": end}


def fields_of(content: Content, sentences: Sequence[Sentence]) -> dict[str, list[str]]:
    """The fields that say a draft, as `drafts.js` reads and writes them."""
    said: dict[str, list[str]] = {"summary": [content["summary"]]}
    for row in content["ratings"]:
        code = row["criterion"]
        said[f"level:{code}"] = [str(row["level"])] if row["level"] else []
        said[f"rationale:{code}"] = [row["rationale"]]
        said[f"evidence:{code}"] = [notation(row["citations"], sentences)]
    for row in content["harms"]:
        code = row["indicator"]
        said[f"harm:{code}"] = ["on"]
        said[f"harm-note:{code}"] = [row["note"]]
        cited = [row["citation"]] if row["citation"] else []
        said[f"harm-evidence:{code}"] = [notation(cited, sentences)]
    for row in content["flags"]:
        said[f"flag:{row['item']}"] = _harmful(row["harmful"])
        said[f"flag-reason:{row['item']}"] = [row["reason"]]
    return said


def _harmful(given: bool | None) -> list[str]:
    return [word for word, meant in HARMFUL.items() if meant is given]


def notation(passages: Iterable[Content], sentences: Sequence[Sentence]) -> str:
    return write_evidence([Cited(**each) for each in passages], sentences)


def posted(form: Any) -> dict[str, list[str]]:
    """The fields of a posted form, as lists."""
    return {name: form.getlist(name) for name in form}
