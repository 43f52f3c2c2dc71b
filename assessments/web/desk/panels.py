"""What the right side of the desk shows: a panel for each thing a reviewer judges."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import prefetch_related_objects

from assessments.desk.drafts import Content
from assessments.desk.models import Comment
from assessments.desk.response import Mark, Response
from assessments.harm.models import HarmFlag
from assessments.harm.services import open_option_flags
from assessments.reviews.judgements import mapped_criteria
from assessments.reviews.models import Review
from assessments.web.desk.form import Asked, Fields
from competency.frameworks.models import LEVEL_NAMES, Criterion, Indicator

FIRST_COMMENT_KEY, COMMENT_KEYS = 5, 5


@dataclass(frozen=True)
class LevelShown:
    value: int
    name: str
    anchor: str
    chosen: bool


@dataclass(frozen=True)
class HarmShown:
    indicator: Indicator
    ticked: bool
    note: str
    evidence: str
    problems: Sequence[str]


@dataclass(frozen=True)
class Panel:
    """One criterion, with what was drafted on it."""

    number: int
    criterion: Criterion
    levels: Sequence[LevelShown]
    rationale: str
    evidence: str
    indicators: Sequence[Indicator]
    harms: Sequence[HarmShown]
    comments: Sequence[tuple[str, Comment]]
    problems: Sequence[str]

    @property
    def code(self) -> str:
        return self.criterion.code

    @property
    def harm_open(self) -> bool:
        return any(harm.ticked or harm.problems for harm in self.harms)

    @property
    def chosen(self) -> int | None:
        return next((level.value for level in self.levels if level.chosen), None)


@dataclass(frozen=True)
class FlagShown:
    """A critical choice, to be judged harmful or not."""

    number: int
    flag: HarmFlag
    harmful: str
    reason: str
    problems: Sequence[str]

    @property
    def code(self) -> str:
        return self.flag.option.item.code if self.flag.option else ""


@dataclass
class Subject:
    """All that a review is asked, read once."""

    review: Review
    criteria: list[Criterion] = field(init=False)
    flags: list[HarmFlag] = field(init=False)

    def __post_init__(self) -> None:
        self.criteria = mapped_criteria(self.review.submission)
        prefetch_related_objects(self.criteria, "levels", "competency__indicators")
        self.flags = open_option_flags(self.review.submission)

    def asked(self, response: Response) -> Asked:
        return Asked(
            criteria=[criterion.code for criterion in self.criteria],
            indicators=[each.code for each in self.harm_indicators()],
            flags=[flag.option.item.code for flag in self.flags if flag.option],
            sentences=list(response.sentences),
        )

    def harm_indicators(self) -> list[Indicator]:
        return [each for criterion in self.criteria for each in _kind(criterion, "harm")]

    def marks(self, content: Content) -> list[Mark]:
        """Every passage cited so far, with the number of the criterion that cites it."""
        numbers = {row.code: str(place) for place, row in enumerate(self.criteria, 1)}
        rated = [
            (each["item"], each["start"], each["end"], numbers[row["criterion"]])
            for row in content["ratings"]
            for each in row["citations"]
            if row["criterion"] in numbers
        ]
        harmed = [row["citation"] for row in content["harms"] if row["citation"]]
        return rated + [(each["item"], each["start"], each["end"], "!") for each in harmed]

    def panels(
        self, fields: Fields, comments: Iterable[Comment], problems: Mapping[str, str]
    ) -> list[Panel]:
        kept = list(comments)
        return [
            self._panel(number, criterion, fields, kept, problems)
            for number, criterion in enumerate(self.criteria, 1)
        ]

    def _panel(
        self,
        number: int,
        criterion: Criterion,
        fields: Fields,
        comments: list[Comment],
        problems: Mapping[str, str],
    ) -> Panel:
        code = criterion.code
        chosen = _one(fields, f"level:{code}")
        fitting = [each for each in comments if each.criterion in ("", code)]
        return Panel(
            number=number,
            criterion=criterion,
            levels=levels_shown(criterion, chosen),
            rationale=_one(fields, f"rationale:{code}"),
            evidence=_one(fields, f"evidence:{code}"),
            indicators=_kind(criterion, "skill"),
            harms=[_harm(each, fields, problems) for each in _kind(criterion, "harm")],
            comments=[(_key(place), each) for place, each in enumerate(fitting[:12])],
            problems=_about(problems, f"ratings.{code}"),
        )

    def flags_shown(self, fields: Fields, problems: Mapping[str, str]) -> list[FlagShown]:
        return [
            FlagShown(
                number,
                flag,
                _one(fields, f"flag:{flag.option.item.code}"),
                _one(fields, f"flag-reason:{flag.option.item.code}"),
                _about(problems, f"flags.{flag.option.item.code}"),
            )
            for number, flag in enumerate(self.flags, len(self.criteria) + 1)
            if flag.option
        ]


def levels_shown(criterion: Criterion, chosen: str) -> list[LevelShown]:
    return [
        LevelShown(row.value, LEVEL_NAMES[row.value], row.anchor, chosen == str(row.value))
        for row in criterion.levels.all()
    ]


def _harm(indicator: Indicator, fields: Fields, problems: Mapping[str, str]) -> HarmShown:
    code = indicator.code
    return HarmShown(
        indicator=indicator,
        ticked=bool(_one(fields, f"harm:{code}")),
        note=_one(fields, f"harm-note:{code}"),
        evidence=_one(fields, f"harm-evidence:{code}"),
        problems=_about(problems, f"harms.{code}"),
    )


def _kind(criterion: Criterion, kind: str) -> list[Indicator]:
    return [row for row in criterion.competency.indicators.all() if row.kind == kind]


def _key(place: int) -> str:
    """The digit that puts in this comment; the first five have one."""
    return str(FIRST_COMMENT_KEY + place) if place < COMMENT_KEYS else ""


def _one(fields: Fields, name: str) -> str:
    values: Any = fields.get(name) or [""]
    return str(values[-1])


def _about(problems: Mapping[str, str], at: str) -> list[str]:
    return [words for name, words in problems.items() if name == at or name.startswith(f"{at}.")]
