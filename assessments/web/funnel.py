"""From enrolment to certificate: how many people of a cohort got how far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from assessments.attempts.states import AttemptState
from competency.accounts.models import User
from competency.programs.models import Cohort
from competency.programs.policies import in_reach
from competency.programs.roles import Permission

HANDED_IN = (AttemptState.HANDED_IN, AttemptState.MARKED, AttemptState.DECIDED)
MARKED = (AttemptState.MARKED, AttemptState.DECIDED)
BAR_WIDTH, BAR_HEIGHT, ROW_HEIGHT = 260, 22, 34


@dataclass(frozen=True)
class Step:
    """One bar of the funnel; `drop` is the shape that tapers to the next one."""

    label: str
    count: int
    length: str
    drop: str


def cohorts_seen_by(person: User) -> QuerySet[Cohort]:
    """Cohorts of programs in which this person sees attempts by name."""
    reach = in_reach(person, Permission.ATTEMPT_VIEW, "")
    return Cohort.objects.filter(reach).select_related("program")


def cohorts_overseen_by(person: User) -> QuerySet[Cohort]:
    """The same with their counts."""

    def people(**condition: object) -> Count:
        only = Q(**{f"enrolments__{path}": value for path, value in condition.items()})
        return Count("enrolments", filter=only, distinct=True)

    return (
        cohorts_seen_by(person)
        .annotate(
            enrolled=Count("enrolments", distinct=True),
            handed_in=people(attempts__state__in=HANDED_IN),
            marked=people(attempts__state__in=MARKED),
            decided=people(attempts__state=AttemptState.DECIDED),
            certified=people(decisions__certificate__issued_at__isnull=False),
        )
        .order_by("program__name", "-starts_on", "name")
    )


def funnel(cohort: Cohort) -> Sequence[Step]:
    """Bars in proportion to the people enrolled."""
    names = {
        "enrolled": _("Enrolled"),
        "handed_in": _("Handed in"),
        "marked": _("Marked"),
        "decided": _("Decided"),
        "certified": _("Certified"),
    }
    return steps_of({label: int(getattr(cohort, name)) for name, label in names.items()})


def steps_of(counts: Mapping[str, int]) -> Sequence[Step]:
    """A bar for each count, the first being the whole."""
    most = max(next(iter(counts.values()), 0), 1)
    lengths = [max(BAR_WIDTH * count / most, 2.0) for count in counts.values()]
    following = [*lengths[1:], None]
    return [
        Step(label, count, f"{length:.1f}", _drop(length, after))
        for (label, count), length, after in zip(counts.items(), lengths, following, strict=True)
    ]


def _drop(here: float, following: float | None) -> str:
    if following is None:
        return ""
    return f"M0 {BAR_HEIGHT}H{here:.1f}L{following:.1f} {ROW_HEIGHT}H0Z"
