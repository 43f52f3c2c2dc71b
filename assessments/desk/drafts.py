"""What a draft holds: the parts of a judgement, complete or not, as plain data.

    {"ratings": [{"criterion", "level": 1–4 or None, "rationale", "citations": [range]}],
     "harms":   [{"indicator", "note", "citation": range or None}],
     "flags":   [{"item", "harmful": True, False or None, "reason"}],
     "summary": ""}

A range is {"item", "start", "end"} in code points of one written answer.
"""

import json
from collections.abc import Container, Mapping
from typing import Any

from assessments.attempts.answers import answers_given
from assessments.attempts.models import Submission
from assessments.desk.rules import whole_characters
from assessments.reviews.judgements import (
    MUST_CITE,
    CitedRange,
    HarmGiven,
    RatingGiven,
    mapped_criteria,
)
from assessments.reviews.rules import passage_problem
from competency.foundation.errors import InvalidInput
from competency.foundation.text import clean_text
from competency.frameworks.rules import repeated

Content = dict[str, Any]
LONGEST = 20_000  # characters of one comment
LARGEST = 400_000  # of a draft


def empty() -> Content:
    return {"ratings": [], "harms": [], "flags": [], "summary": ""}


def cleaned(submission: Submission, content: Mapping[str, Any]) -> Content:
    """The content with its words clean and its passages whole.

    Raises InvalidInput that names what cannot be kept; what is merely missing is no fault here.
    """
    texts = {given.item.code: given.text for given in answers_given(submission)
             if not given.item.rules.keyed}  # fmt: skip
    checker = _Checker(texts)
    known = {criterion.code for criterion in mapped_criteria(submission)}
    kept: Content = {
        "ratings": [checker.rating(row, known) for row in content.get("ratings", ())],
        "harms": [checker.harm(row) for row in content.get("harms", ())],
        "flags": [checker.flag(row) for row in content.get("flags", ())],
        "summary": checker.words("summary", content.get("summary", "")),
    }
    for part, name in (("ratings", "criterion"), ("harms", "indicator"), ("flags", "item")):
        for code in repeated(row[name] for row in kept[part]):
            checker.problems[f"{part}.{code}"] = f"{code} is here twice."
    if len(json.dumps(kept)) > LARGEST:
        checker.problems["summary"] = "This review is longer than a draft can be."
    if checker.problems:
        raise InvalidInput(checker.problems)
    return kept


class _Checker:
    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts
        self.problems: dict[str, str] = {}

    def rating(self, row: Mapping[str, Any], known: Container[str]) -> Content:
        code, level = row["criterion"], row.get("level")
        at = f"ratings.{code}"
        if code not in known:
            self.problems[at] = f"This vignette is not judged on {code}."
        if level is not None and (type(level) is not int or not 1 <= level <= 4):
            self.problems[f"{at}.level"] = f"The level of {code} must be 1, 2, 3 or 4."
        cited = [self.passage(f"{at}.citations", each) for each in row.get("citations", ())]
        return {
            "criterion": code,
            "level": level,
            "rationale": self.words(f"{at}.rationale", row.get("rationale", "")),
            "citations": [each for each in cited if each],
        }

    def harm(self, row: Mapping[str, Any]) -> Content:
        at = f"harms.{row['indicator']}"
        cited = row.get("citation")
        return {
            "indicator": row["indicator"],
            "note": self.words(f"{at}.note", row.get("note", "")),
            "citation": self.passage(f"{at}.citation", cited) if cited else None,
        }

    def flag(self, row: Mapping[str, Any]) -> Content:
        at = f"flags.{row['item']}"
        reason = self.words(f"{at}.reason", row.get("reason", ""))
        return {"item": row["item"], "harmful": row.get("harmful"), "reason": reason}

    def words(self, at: str, text: str) -> str:
        try:
            if len(text) > LONGEST:
                raise ValueError(f"is longer than {LONGEST:,} characters")
            return clean_text(text)
        except ValueError as error:
            self.problems[at] = f"This text {error}."
            return ""

    def passage(self, at: str, cited: Mapping[str, Any]) -> Content | None:
        text = self.texts.get(cited["item"])
        if text is None:
            self.problems[at] = f"“{cited['item']}” is not a written answer of this submission."
            return None
        if problem := passage_problem(text, cited["start"], cited["end"]):
            self.problems[at] = problem
            return None
        start, end = whole_characters(text, cited["start"], cited["end"])
        return {"item": cited["item"], "start": start, "end": end}


def missing(content: Content, texts: Mapping[str, str]) -> dict[str, str]:
    """What a review still lacks, by field: levels, rationales, evidence, words on a choice."""
    lacks: dict[str, str] = {}
    has_words = any(text.strip() for text in texts.values())
    for row in content["ratings"]:
        at, code = f"ratings.{row['criterion']}", row["criterion"]
        if row["level"] is None:
            lacks[f"{at}.level"] = f"Give {code} a level."
        if not row["rationale"].strip():
            lacks[f"{at}.rationale"] = f"Say briefly why {code} is at this level."
        if row["level"] in MUST_CITE and has_words and not row["citations"]:
            lacks[f"{at}.citations"] = (
                f"Cite the trainee’s own words: level {row['level']} asks for evidence."
            )
    for row in content["harms"]:
        at = f"harms.{row['indicator']}"
        if row["citation"] is None:
            lacks[f"{at}.citation"] = "Cite the words that show the harm."
        if not row["note"].strip():
            lacks[f"{at}.note"] = "Say what harm you see."
    return lacks


def as_judgement(content: Content) -> dict[str, Any]:
    """What `complete_review` takes, of a draft that lacks nothing."""
    return {
        "ratings": [_rating(**row) for row in content["ratings"]],
        "harms": [
            HarmGiven(row["indicator"], row["note"], CitedRange(**row["citation"]))
            for row in content["harms"]
        ],
        "flags": {
            row["item"]: (row["harmful"], row["reason"])
            for row in content["flags"]
            if row["harmful"] is not None
        },
        "summary": content["summary"],
    }


def _rating(criterion: str, level: int, rationale: str, citations: list[Content]) -> RatingGiven:
    return RatingGiven(criterion, level, rationale, [CitedRange(**each) for each in citations])
