"""What a reviewer hands over."""

from collections.abc import Mapping, Sequence
from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from assessments.reviews.judgements import CitedRange, HarmGiven, RatingGiven
from competency.foundation.text import MAX_CHARACTERS
from competency.rest.fields import Input, Text, Truth, Whole
from competency.rest.schema import example

CODE, MOST = 60, 100


class Cited(Input):
    """The trainee's own words: a range of code points in one written answer."""

    item = Text(max_length=CODE)
    start = Whole(min_value=0, max_value=MAX_CHARACTERS)
    end = Whole(min_value=1, max_value=MAX_CHARACTERS)


class Rated(Input):
    """A level on one criterion. Levels 1 and 4 ask for the words that earned them."""

    criterion = Text(max_length=CODE)
    level = Whole(min_value=1, max_value=4)
    rationale = Text()
    citations = Cited(many=True, required=False, max_length=MOST)  # type: ignore[call-arg]


class HarmTicked(Input):
    """A harm indicator seen in the response, with the words that show it."""

    indicator = Text(max_length=CODE)
    note = Text()
    citation = Cited()


class FlagJudged(Input):
    """Whether a critical choice would have harmed the client."""

    item = Text(max_length=CODE)
    harmful = Truth()
    reason = Text()


@extend_schema_serializer(
    examples=[
        example(
            "A review with evidence",
            {
                "ratings": [
                    {
                        "criterion": "C3",
                        "level": 4,
                        "rationale": "Grounds first, and adapts when he turns away.",
                        "citations": [{"item": "reliving-words", "start": 0, "end": 48}],
                    }
                ],
                "harms": [],
                "flags": [
                    {"item": "reliving-respond", "harmful": False, "reason": "He had left by then."}
                ],
                "summary": "Calm and complete.",
            },
        )
    ]
)
class Judgement(Input):
    """A rating for every criterion, every harm seen, every critical choice judged."""

    ratings = Rated(many=True, max_length=MOST)  # type: ignore[call-arg]
    harms = HarmTicked(many=True, required=False, max_length=MOST)  # type: ignore[call-arg]
    flags = FlagJudged(many=True, required=False, max_length=MOST)  # type: ignore[call-arg]
    summary = Text(default="", allow_blank=True)

    def validate_flags(self, flags: Sequence[Mapping[str, Any]]) -> Any:
        return once_each(flags, "item")

    def validate_harms(self, harms: Sequence[Mapping[str, Any]]) -> Any:
        return once_each(harms, "indicator")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """As the services want it."""
        return {
            "ratings": [_rating(**row) for row in attrs["ratings"]],
            "harms": [
                HarmGiven(**row | {"citation": CitedRange(**row["citation"])})
                for row in attrs.get("harms", [])
            ],
            "flags": {
                row["item"]: (row["harmful"], row["reason"]) for row in attrs.get("flags", [])
            },
            "summary": attrs["summary"],
        }


def _rating(citations: Sequence[Mapping[str, Any]] = (), **given: Any) -> RatingGiven:
    return RatingGiven(**given, citations=[CitedRange(**row) for row in citations])


def once_each(rows: Sequence[Mapping[str, Any]], name: str) -> Sequence[Mapping[str, Any]]:
    """Refuse two rows of the same name: which of them would count?"""
    seen: set[str] = set()
    for place, row in enumerate(rows):
        if row[name] in seen:
            words = f"“{row[name]}” is given twice."
            raise serializers.ValidationError({str(place): {name: [words]}}, code="repeated")
        seen.add(row[name])
    return rows
