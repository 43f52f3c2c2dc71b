"""One picture of a trainee's time: sittings, decisions, plans and certificates, and the levels."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessments.figures.trainee import Sitting, TraineeRecord
from assessments.web import charts
from assessments.web.drawings import RIGHT, Axis, level_place
from competency.decisions.states import Outcome
from competency.hours.rules import CONSULTATION, PRACTICUM, TRAINING, Line
from competency.web.tags import plain

LEVELS_HIGH = 150.0  # the upper part: levels 1 to 4
LANE = 26.0
HOURS_LANE, HOURS_HIGH = 50.0, 28.0  # a lane of hours, and how high its hours may rise
MOST_TICKS = {True: 8, False: 3}  # wide, narrow
_KINDS = {
    TRAINING: gettext_lazy("Training"),
    PRACTICUM: gettext_lazy("Practicum"),
    CONSULTATION: gettext_lazy("Consultation"),
}
GUTTER = {True: 96.0, False: 30.0}  # where the lanes are named, on a narrow page above them


@dataclass(frozen=True)
class Mark:
    """A composite that was ratified, with its 95% interval, where it stands in time and level."""

    x: str
    y: str
    low: str
    high: str
    met: bool


@dataclass(frozen=True)
class Span:
    """A stretch of a lane: a window, a plan, a certificate."""

    x: str
    width: str
    kind: str


@dataclass(frozen=True)
class Lane:
    label: str
    y: str
    middle: str
    spans: Sequence[Span]
    dots: Sequence[str]


@dataclass(frozen=True)
class Rise:
    """Approved hours of one kind as they add up, towards what is required (`goal`, if any)."""

    label: str
    words: str  # so many, of so many
    top: str
    value: str
    area: str
    base: str
    goal: str
    met: bool


@dataclass(frozen=True)
class Timeline:
    width: int
    height: int
    left: str
    right: str
    marks: Sequence[Mark]
    line: str
    levels: Sequence[tuple[str, int]]
    cut: str
    lanes: Sequence[Lane]
    rises: Sequence[Rise]
    ticks: Sequence[tuple[str, datetime]]
    today: str
    floor: str


def timeline(record: TraineeRecord, width: int) -> Timeline | None:
    """None where nothing happened yet."""
    moments = list(_moments(record))
    if not moments:
        return None
    now, start = timezone.now(), min(moments)
    ahead = max((now - start) / 3, timedelta(days=30))
    end = min(max(*moments, now), now + ahead)
    margin = max((end - start) / 30, timedelta(days=2))
    axis = Axis(start - margin, end + margin, width, GUTTER[width > 500])
    marks = [mark for row in reversed(record.sittings) for mark in _marks(row, axis)]
    lanes = _lanes(record, axis)
    begin = LEVELS_HIGH + LANE * len(lanes) + 12
    rises = list(_rises(record, axis, begin, now))
    floor = begin + HOURS_LANE * len(rises) + 4
    cuts = {row.attempt.assessment.standard_version.cut for row in record.sittings}
    return Timeline(
        width,
        round(floor + 26),
        f"{axis.left:.1f}",
        f"{width - RIGHT:.1f}",
        marks,
        "M" + "L".join(f"{mark.x} {mark.y}" for mark in marks) if len(marks) > 1 else "",
        [(level_place(level, LEVELS_HIGH), level) for level in range(1, 5)],
        level_place(float(cuts.pop()), LEVELS_HIGH) if len(cuts) == 1 else "",
        lanes,
        rises,
        _ticks(axis, most=MOST_TICKS[width > 500]),
        axis.place(now),
        f"{floor:.1f}",
    )


def _moments(record: TraineeRecord) -> Iterator[datetime]:
    """Everything that the picture would reach, were there room for what lies far ahead."""
    for sitting in record.sittings:
        attempt = sitting.attempt
        yield attempt.opens_at
        yield attempt.handed_in_at or attempt.closes_at
        for ruling in sitting.rulings:
            yield ruling.decision.settled_at or ruling.decision.created_at
    for course in record.hours:
        yield from (_begin_of(entry.on) for entry in course.entries)
    for certificate in record.certificates:
        if certificate.issued_at and certificate.valid_until:
            yield certificate.issued_at
            yield certificate.valid_until


def _marks(sitting: Sitting, axis: Axis) -> Iterator[Mark]:
    ruling = sitting.in_force
    if ruling is None or ruling.decision.composite is None or ruling.decision.settled_at is None:
        return
    value = float(ruling.decision.composite)
    error = charts.Z95 * float(ruling.decision.standard_error or 0)
    x = axis.place(ruling.decision.settled_at)
    at, low, high = (level_place(v, LEVELS_HIGH) for v in (value, value - error, value + error))
    yield Mark(x, at, low, high, met=ruling.decision.outcome == Outcome.COMPETENT)


def _begin_of(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _rises(record: TraineeRecord, axis: Axis, top: float, now: datetime) -> Iterator[Rise]:
    """A lane for each kind of hours with which a trainee has to do, in each program."""
    many = len(record.hours) > 1
    for number, course in enumerate(record.hours, start=1):
        for line in course.hours.totals:
            if line.required or line.approved:
                label = f"{_KINDS[line.code]} {number}" if many else str(_KINDS[line.code])
                yield _rise(label, line, course.rises(line.code), axis, top, now)
                top += HOURS_LANE


def _rise(
    label: str,
    line: Line,
    steps: Sequence[tuple[date, Decimal]],
    axis: Axis,
    top: float,
    now: datetime,
) -> Rise:
    most = max(line.required, line.approved)
    base = top + HOURS_LANE - 6

    def height(hours: Decimal) -> str:
        return f"{base - HOURS_HIGH * float(hours / most):.1f}"

    path = "".join(f"H{axis.place(_begin_of(on))}V{height(hours)}" for on, hours in steps)
    begin = axis.place(_begin_of(steps[0][0])) if steps else ""
    of = _("%(done)s of %(required)s") if line.required else "%(done)s"
    return Rise(
        label=label,
        words=of % {"done": plain(line.approved), "required": plain(line.required)},
        top=f"{top + 8:.1f}",
        value=f"{top + 24:.1f}",
        area=f"M{begin} {base:.1f}{path}H{axis.place(now)}V{base:.1f}Z" if steps else "",
        base=f"{base:.1f}",
        goal=height(line.required) if line.required else "",
        met=bool(line.required) and line.met,
    )


def _lanes(record: TraineeRecord, axis: Axis) -> list[Lane]:
    sittings = [row.attempt for row in record.sittings]
    windows = [(row.opens_at, row.handed_in_at or row.closes_at, "window") for row in sittings]
    handed_in = [row.handed_in_at for row in sittings if row.handed_in_at]
    decided = [
        ruling.decision.settled_at
        for row in record.sittings
        for ruling in row.rulings
        if ruling.decision.settled_at
    ]
    plans = [
        (row.created_at, row.completed_at or datetime.combine(row.review_on, time.min, UTC), "plan")
        for row in record.plans
    ]
    certificates = [
        (row.issued_at, row.valid_until, "held" if row.state == "issued" else "ended")
        for row in record.certificates
        if row.issued_at and row.valid_until
    ]
    given = [
        (_("Sittings"), windows, handed_in),
        (_("Decisions"), [], decided),
        (_("Plans"), plans, []),
        (_("Certificates"), certificates, []),
    ]
    filled = [row for row in given if row[1] or row[2]]
    return [_lane(place, *row, axis) for place, row in enumerate(filled)]


def _lane(
    place: int,
    label: str,
    spans: Sequence[tuple[datetime, datetime, str]],
    dots: Sequence[datetime],
    axis: Axis,
) -> Lane:
    top = LEVELS_HIGH + LANE * place
    drawn = []
    for since, until, kind in spans:
        x, end = axis.at(since), axis.at(until)
        drawn.append(Span(f"{x:.1f}", f"{max(end - x, 3.0):.1f}", kind))
    middle = f"{top + LANE - 7:.1f}"
    return Lane(label, f"{top + LANE - 12:.1f}", middle, drawn, [axis.place(dot) for dot in dots])


def _ticks(axis: Axis, most: int) -> list[tuple[str, datetime]]:
    """First days of months, as many as there is room for."""
    first = timezone.localtime(axis.start).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    months = []
    at = first
    while at < axis.end:
        if at > axis.start:
            months.append(at)
        at = (at + timedelta(days=32)).replace(day=1)
    every = -(-len(months) // most) if months else 1
    return [(axis.place(month), month) for month in months[:: max(every, 1)]]
