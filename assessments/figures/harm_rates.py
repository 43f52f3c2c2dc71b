"""How often possible harm was flagged, by competency, and what became of the flags."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from assessments.attempts.models import Submission
from assessments.attempts.states import Marking
from assessments.figures.scope import Scope
from assessments.harm.models import HarmFlag
from assessments.harm.states import FlagState
from assessments.psychometrics.shares import Share, share
from assessments.vignettes.models import ItemCriterion

CHOICES = ""  # stands for the critical options, which belong to no competency


@dataclass(frozen=True)
class HarmRate:
    """Of the marked responses that show a competency, how many were flagged, and how it ended.

    A response counts once, however many flags it has.
    """

    code: str
    title: str
    flagged: Share
    confirmed: int
    dismissed: int
    open: int


def harm_rates(scope: Scope) -> list[HarmRate]:
    """By competency in the framework's order; last, the critical options that were chosen."""
    marked = Submission.objects.filter(attempt__in=scope.attempts(), state=Marking.MARKED)
    counts = marked.order_by().values("vignette_version").annotate(count=Count("pk"))
    of_version = dict(counts.values_list("vignette_version", "count"))
    shown = ItemCriterion.objects.filter(item__stage__version__in=list(of_version))
    totals: dict[str, int] = defaultdict(int)
    titles: dict[str, str] = {}
    by_competency = (
        "criterion__competency__domain__position",
        "criterion__competency__position",
        "criterion__competency__code",
        "criterion__competency__title",
        "item__stage__version",
    )
    for *_place, code, title, version in shown.order_by(*by_competency).values_list(
        *by_competency
    ).distinct():  # fmt: skip
        titles.setdefault(code, title)
        totals[code] += of_version[version]
    titles[CHOICES], totals[CHOICES] = _("Critical options"), sum(of_version.values())
    flags = _flags(scope)
    return [_rate(code, title, totals[code], flags.get(code, {})) for code, title in titles.items()]


def _rate(code: str, title: str, total: int, flags: Mapping[str, int]) -> HarmRate:
    return HarmRate(
        code,
        title,
        share(flags.get("flagged", 0), total),
        flags.get("confirmed", 0),
        flags.get("dismissed", 0),
        flags.get("open", 0),
    )


def _flags(scope: Scope) -> dict[str, dict[str, int]]:
    """Competency code → counts of responses, by what became of their flags."""
    rows: Any = (
        HarmFlag.objects.filter(
            submission__attempt__in=scope.attempts(),
            submission__state=Marking.MARKED,
            round__gte=F("submission__base_round"),
        )
        .values(code=F("criterion__competency__code"))
        .annotate(
            flagged=Count("submission", distinct=True),
            confirmed=_ended(FlagState.CONFIRMED),
            dismissed=_ended(FlagState.DISMISSED),
            open=_ended(FlagState.RAISED),
        )
        .order_by()
    )
    return {row["code"] or CHOICES: row for row in rows}


def _ended(state: str) -> Count:
    return Count("submission", filter=Q(state=state), distinct=True)
