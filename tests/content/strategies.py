"""Generated content of each kind: what people write, and what breaks careless YAML."""

from decimal import Decimal
from itertools import cycle
from typing import Any

from hypothesis import strategies as st

from competency.foundation.text import is_blank
from tests.content import files

HOSTILE = [
    "yes", "No", "null", "~", "true", "1e3", "0x1F", "010", "1_000", ".inf", "=", "<<", "12:30",
    "2026-01-01", "- a", "? a", "#x", "a #b", ": ", "a: b", "{", "}", "[", "]", ",", "'", '"', "&a",
    "*a", "!t", "|", ">", "%YAML 1.1", "---", "...", "@", "`", "\\", "\\n", "’", "…", "e\u0301",
    "👩‍👩‍👧‍👦", "🇳🇱", "שלום עולם", "مرحبا بالعالم", "ไทย", "日本語", "\u202eabc\u202c",
    "\ufeff", "\u2028", "\u00a0", "\u200b",
]  # fmt: skip
HOSTILE_CODES = ["no", "Yes", "null", "true", "1e3", "0x1F", "010", "1", "1.10", "2026-01-01", "a."]
GLUE = [" ", " ", "\n", "\n\n", "  ", " \n", "\n  ", "\t", ""]


# What is no character is refused, and has tests of its own.
NO_CHARACTERS = [chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF)]
NO_CHARACTERS += map(chr, range(0xFDD0, 0xFDF0))
characters = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=NO_CHARACTERS)
words = st.one_of(st.sampled_from(HOSTILE), st.text(characters, max_size=10))
TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
ENDS = ["", "", " ", "\n", "\n\n"]


def _joined(parts: list[str], glue: str, before: str, after: str) -> str:
    return before + glue.join(parts) + after


# Anything that can be stored: several lines, spaces at the ends, nothing at all.
texts = st.builds(
    _joined,
    st.lists(words, max_size=24),
    st.sampled_from(GLUE),
    st.sampled_from(ENDS),
    st.sampled_from(ENDS),
)
prose = texts.map(lambda text: f"{text}x" if is_blank(text) else text)
lines = st.lists(words, min_size=1, max_size=5).map(
    lambda parts: "x" if is_blank(" ".join(parts)[:119]) else " ".join(parts)[:119]
)
codes = st.one_of(
    st.sampled_from(HOSTILE_CODES),
    st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}", fullmatch=True),
)


class Pool:
    """A few drawn texts, lines and codes, dealt out in turn: content needs many."""

    def __init__(self, draw: Any) -> None:
        self.texts = cycle(draw(st.lists(texts, min_size=1, max_size=6)))
        self.all_prose = cycle(draw(st.lists(prose, min_size=1, max_size=6)))
        self.all_lines = cycle(draw(st.lists(lines, min_size=1, max_size=4)))
        self.all_codes = draw(st.lists(codes, min_size=4, max_size=6, unique=True))

    def text(self) -> str:
        return next(self.texts)

    def prose(self) -> str:
        return next(self.all_prose)

    def line(self) -> str:
        return next(self.all_lines)

    def name(self) -> str:
        """A line as names are kept: single blanks, nothing that turns words around."""
        kept = " ".join("".join(c for c in self.line() if c not in TURNING).split())
        return "x" if is_blank(kept) else kept

    def codes(self, size: int, start: int = 0) -> list[str]:
        return self.all_codes[start : start + size]


def numbers(low: str, high: str, places: int) -> st.SearchStrategy[Any]:
    """As text or as a number."""
    exact = st.decimals(Decimal(low), Decimal(high), places=places)
    return st.one_of(exact, exact.map(lambda number: f"{number:f}"))


@st.composite
def frameworks(draw: Any) -> dict[str, Any]:
    pool = Pool(draw)

    def indicators(names: list[str]) -> list[dict[str, str]]:
        return [{"code": name, "text": pool.prose()} for name in names]

    def competency(code: str) -> dict[str, Any]:
        return {
            "code": code,
            "title": pool.line(),
            "statement": pool.prose(),
            "indicators": indicators(pool.codes(draw(st.integers(0, 2)))),
            "harm_indicators": indicators(pool.codes(draw(st.integers(0, 2)), 2)),
        }

    domains = [
        {
            "code": code,
            "title": pool.line(),
            "competencies": [competency(c) for c in pool.codes(2, 2 * place)],
        }
        for place, code in enumerate(pool.codes(draw(st.integers(0, 2))))
    ]
    return files.framework(code="DRAWN", title=pool.line(), statement=pool.prose(), domains=domains)


@st.composite
def rubrics(draw: Any) -> dict[str, Any]:
    pool = Pool(draw)
    criteria = [
        {
            "code": code,
            "competency": competency,
            "title": pool.line(),
            "weight": draw(numbers("0.01", "999.99", 2)),
            "safety_critical": draw(st.booleans()),
            "levels": {str(level): pool.prose() for level in range(draw(st.integers(1, 4)), 5)},
        }
        for code, competency in zip(pool.codes(3), ("C1", "C3", "D1"), strict=True)
    ]
    return files.rubric(code="DRAWN", title=pool.line(), guidance=pool.text(), criteria=criteria)


@st.composite
def scope_profiles(draw: Any) -> dict[str, Any]:
    pool = Pool(draw)
    return files.scope_profile(
        code="DRAWN",
        title=pool.line(),
        jurisdiction=pool.line(),
        statement=pool.prose(),
        unverified=draw(st.booleans()),
    )


COMPONENTS = ("trainee", "vignette", "reviewer", "trainee_vignette", "trainee_reviewer", "residual")


@st.composite
def standards(draw: Any) -> dict[str, Any]:
    pool = Pool(draw)
    components = {name: draw(numbers("0", "10", 6)) for name in COMPONENTS}
    minima = pool.codes(draw(st.integers(0, 3)))
    rehearsal = draw(st.sampled_from([{}, {"rehearsal_seconds": 5}]))
    return files.standard(
        **rehearsal,
        code="DRAWN",
        title=pool.line(),
        status_note=pool.text(),
        cut=draw(numbers("1", "4", 4)),
        cut_error=draw(numbers("0", "3", 4)),
        cut_method=pool.prose(),
        keyed_cut=draw(numbers("0", "1", 6)),
        competent_at=draw(numbers("0.51", "1", 6)),
        not_yet_at=draw(numbers("0", "0.5", 6)),
        minima={code: draw(numbers("1", "4", 4)) for code in minima},
        variance_components=draw(st.none() | st.just({"source": pool.prose(), **components})),
        minutes=draw(st.integers(1, 32767)),
    )


@st.composite
def vignettes(draw: Any) -> dict[str, Any]:
    """A few stages; each leads only to later ones."""
    pool = Pool(draw)
    stages = pool.codes(draw(st.integers(1, 3)))
    return files.vignette(
        code="DRAWN",
        title=pool.line(),
        summary=pool.prose(),
        content_note=pool.text(),
        stages=[_stage(draw, pool, code, stages[place + 1 :]) for place, code in enumerate(stages)],
    )


def _stage(draw: Any, pool: Pool, code: str, later: list[str]) -> dict[str, Any]:
    spoken = [
        {"speaker": draw(st.sampled_from([None, pool.line()])), "text": pool.prose()}
        for _ in range(draw(st.integers(1, 3)))
    ]
    return {
        "code": code,
        "title": pool.line(),
        "narrative": spoken,
        "known": [pool.prose() for _ in range(draw(st.integers(0, 2)))],
        "next": draw(st.sampled_from([None, *later])),
        "items": [_item(draw, pool, item, later) for item in pool.codes(draw(st.integers(0, 3)))],
    }


def _item(draw: Any, pool: Pool, code: str, later: list[str]) -> dict[str, Any]:
    keyed = ["sjt_rating", "ranking", "choose_n", "single_choice", "most_least"]
    kind = draw(st.sampled_from(["free_text", "recorded", *keyed, *(["branch"] if later else [])]))
    item = {"code": code, "kind": kind, "prompt": pool.prose()}
    item["weight"] = draw(numbers("0.01", "999.99", 2))
    if kind in ("free_text", "recorded"):
        item |= {"min_words": draw(st.integers(0, 50)), "max_words": draw(st.integers(50, 900))}
        item["criteria"] = draw(st.permutations(["C1", "C3", "D1"]))
        return item | ({"model_response": pool.prose()} if draw(st.booleans()) else {})
    item["options"] = [{"code": name, "text": pool.prose()} for name in pool.codes(4)]
    if kind == "branch":
        item["options"] = [o | {"leads_to": draw(st.sampled_from(later))} for o in item["options"]]
    return item | ({"choose": 2} if kind == "choose_n" else {})


@st.composite
def keys(draw: Any) -> dict[str, Any]:
    """For the vignette of `files`; perhaps with a panel, perhaps in shorthand."""
    pool = Pool(draw)

    def entry() -> dict[str, Any]:
        critical = draw(st.booleans())
        why = pool.prose() if critical else pool.text()
        return {"value": draw(numbers("-99.9999", "99.9999", 4)), "critical": critical, "why": why}

    items: dict[str, Any] = {
        code: {option: entry() for option in votes} for code, votes in files.ballot().items()
    }
    if draw(st.booleans()):
        items["helpful"] = {"most": "light", "least": "voice", "why": pool.text()}
    if draw(st.booleans()):
        del items["actions"]
    names = {f"{pool.name()} {number}": pool.name() for number in range(10)}
    panel = [
        {"name": name, "credentials": credentials, "votes": files.ballot()}
        for name, credentials in names.items()
    ]
    return files.key(
        version=2, status_note=pool.text(), items=items, panel=panel if draw(st.booleans()) else []
    )


@st.composite
def assessments(draw: Any) -> dict[str, Any]:
    pool = Pool(draw)
    numbered = draw(st.lists(st.integers(1, 32767), min_size=1, max_size=3, unique=True))
    return files.assessment(
        title=pool.line(),
        what_it_says=pool.prose(),
        what_it_does_not_say=pool.prose(),
        forms=[
            {"number": number, "title": pool.line(), "vignettes": [{"vignette": "V1/1", "key": 1}]}
            for number in numbered
        ],
        reserves=draw(st.sampled_from([[], [{"vignette": "V1/1"}]])),
    )


BY_KIND = {
    "framework": frameworks(),
    "rubric": rubrics(),
    "scope_profile": scope_profiles(),
    "vignette": vignettes(),
    "key": keys(),
    "standard": standards(),
    "assessment": assessments(),
}
