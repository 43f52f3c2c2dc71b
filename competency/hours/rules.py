"""What is required, what was done, and what is missing. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

TRAINING, PRACTICUM, CONSULTATION = KINDS = ("training", "practicum", "consultation")
NOTHING = Decimal(0)
MOST_REQUIRED = Decimal(5000)
MOST_MODULES = 60


@dataclass(frozen=True)
class Done:
    """Hours of one entry; `approved`, or still waiting for it."""

    kind: str
    module: str
    hours: Decimal
    approved: bool


@dataclass(frozen=True)
class Line:
    """One requirement and how far it is met; `required` is 0 where nothing is required."""

    code: str
    title: str
    required: Decimal
    approved: Decimal
    waiting: Decimal

    @property
    def met(self) -> bool:
        return self.approved >= self.required

    @property
    def missing(self) -> Decimal:
        return max(self.required - self.approved, NOTHING)

    @property
    def reach(self) -> str:
        """How long the bar of what is approved is, of 120; whole where nothing is required."""
        return self._length(self.approved)

    @property
    def reach_waiting(self) -> str:
        return self._length(self.approved + self.waiting)

    def _length(self, hours: Decimal) -> str:
        whole = self.required or max(self.approved + self.waiting, Decimal(1))
        return f"{min(hours / whole, Decimal(1)) * 120:.1f}"


@dataclass(frozen=True)
class Hours:
    """The hours of one trainee against one version of a profile, or against none."""

    modules: tuple[Line, ...]
    training: Line
    practicum: Line
    consultation: Line
    profile: str = ""
    version: int = 0
    verified: bool = False

    @property
    def totals(self) -> tuple[Line, Line, Line]:
        return (self.training, self.practicum, self.consultation)

    @property
    def met(self) -> bool:
        """Whether every requirement is met; never where none is chosen."""
        return bool(self.profile) and all(line.met for line in (*self.totals, *self.modules))

    @property
    def recorded(self) -> bool:
        return bool(self.profile) or any(line.approved or line.waiting for line in self.totals)


def tally(required: Mapping[str, Any], done: Iterable[Done]) -> Hours:
    """Add up. `required` is a profile's content, or nothing.

    >>> tally({"practicum": "40"}, [Done("practicum", "", Decimal(12), True)]).practicum.missing
    Decimal('28')
    """
    rows = list(done)

    def line(code: str, title: str, wanted: Any, kind: str, module: str | None = None) -> Line:
        mine = [one for one in rows if one.kind == kind and module in (None, one.module)]
        return Line(
            code,
            title,
            Decimal(str(wanted or 0)),
            sum((one.hours for one in mine if one.approved), NOTHING),
            sum((one.hours for one in mine if not one.approved), NOTHING),
        )

    known = [module["code"] for module in required.get("modules", ())]
    others = sorted({one.module for one in rows if one.module} - set(known))
    modules = [
        line(each["code"], each["title"], each["hours"], TRAINING, each["code"])
        for each in required.get("modules", ())
    ]
    modules += [line(code, code, 0, TRAINING, code) for code in others]
    return Hours(
        tuple(modules),
        line(TRAINING, "Training", required.get(TRAINING), TRAINING),
        line(PRACTICUM, "Practicum", required.get(PRACTICUM), PRACTICUM),
        line(CONSULTATION, "Consultation", required.get(CONSULTATION), CONSULTATION),
        required.get("title", ""),
        required.get("number", 0),
        required.get("verified", False),
    )


def as_hours(text: object) -> Decimal | None:
    """A number of hours with at most two decimals; None for anything else.

    >>> as_hours("7.5"), as_hours("x"), as_hours("1.005")
    (Decimal('7.5'), None, None)
    """
    try:
        value = Decimal(str(text).strip())
    except InvalidOperation:
        return None
    if not value.is_finite() or value < 0 or value != round(value, 2):
        return None
    return value


def problems_of(content: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with a profile’s numbers, by field."""
    found: dict[str, str] = {}
    for name in KINDS:
        value = as_hours(content.get(name))
        if value is None or value > MOST_REQUIRED:
            found[name] = f"Give hours from 0 to {MOST_REQUIRED}."
    modules: Sequence[Mapping[str, str]] = content.get("modules", ())
    codes = [module["code"] for module in modules]
    if len(codes) != len(set(codes)):
        found["modules"] = "Each module has a code of its own."
    elif len(codes) > MOST_MODULES:
        found["modules"] = f"A profile has at most {MOST_MODULES} modules."
    elif any(as_hours(module["hours"]) is None for module in modules):
        found["modules"] = "Each module has its hours."
    elif "training" not in found:
        total = sum((as_hours(module["hours"]) or NOTHING for module in modules), NOTHING)
        if total > (as_hours(content["training"]) or NOTHING):
            found["modules"] = "The modules ask for more hours than the training as a whole."
    return found
