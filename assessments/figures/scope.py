"""What a figure is about: whose attempts, at which assessments, in which period."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, QuerySet

from assessments.attempts.models import Attempt
from assessments.instruments.models import Assessment
from competency.accounts.models import User
from competency.decisions.models import Decision
from competency.decisions.states import DecisionState, Outcome
from competency.programs.models import Cohort, Enrolment, Program

EVER = (datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))


@dataclass(frozen=True)
class Scope:
    """A cohort, or a whole program where none is named; with a reader, never their own record.

    Whoever makes one has asked first whether the reader may see the program's attempts. A period
    is one of days in the program's zone, both inclusive; an attempt belongs to the day on which
    its window opened, so that a round of sittings stays together.
    """

    program: Program
    cohort: Cohort | None = None
    reader: User | None = None
    assessment: UUID | None = None
    profile: UUID | None = None
    since: date | None = None
    until: date | None = None

    @property
    def narrowed(self) -> bool:
        """Whether only some assessments are meant."""
        return bool(self.assessment or self.profile)

    @cached_property
    def assessments(self) -> Sequence[Assessment]:
        """Those that anybody was given and that the filters leave, by title."""
        return [
            row
            for row in self.offered
            if self.assessment in (None, row.pk)
            and self.profile in (None, row.scope_profile_version_id)
        ]

    @cached_property
    def offered(self) -> Sequence[Assessment]:
        """Every assessment that anybody was given, by title and version."""
        tried = Attempt.objects.filter(
            enrolment__cohort__in=self.cohorts, assessment=OuterRef("pk")
        )
        rows = Assessment.objects.filter(Exists(tried)).select_related(
            "standard_version", "scope_profile_version__profile"
        )
        return list(rows.order_by("title", "number"))

    @cached_property
    def cohorts(self) -> Sequence[UUID]:
        if self.cohort is not None:
            return [self.cohort.pk]
        return list(self.program.cohorts.values_list("pk", flat=True))

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.program.timezone)

    @property
    def period(self) -> tuple[datetime, datetime]:
        """From the first moment to the first one after; all of time where no day is named."""
        since = datetime.combine(self.since, time.min, self.zone) if self.since else EVER[0]
        if self.until is None or self.until == date.max:
            return since, EVER[1]
        return since, datetime.combine(self.until + timedelta(days=1), time.min, self.zone)

    @property
    def cut(self) -> float | None:
        """The cut on the composite, where all assessments in view share one."""
        cuts = {row.standard_version.cut for row in self.assessments}
        return float(cuts.pop()) if len(cuts) == 1 else None

    def enrolments(self) -> QuerySet[Enrolment]:
        rows = Enrolment.objects.filter(cohort__in=self.cohorts)
        return rows if self.reader is None else rows.exclude(trainee=self.reader)

    def attempts(self) -> QuerySet[Attempt]:
        rows = Attempt.objects.filter(enrolment__in=self.enrolments())
        if self.narrowed:
            rows = rows.filter(assessment__in=[row.pk for row in self.assessments])
        if self.since or self.until:
            since, until = self.period
            rows = rows.filter(opens_at__gte=since, opens_at__lt=until)
        return rows

    def ratified(self) -> QuerySet[Decision]:
        """Every ratified result of these attempts: a proposal is none, nor is *refer*, which asks
        for more evidence first."""
        return Decision.objects.filter(
            state=DecisionState.RATIFIED,
            outcome__in=[Outcome.COMPETENT, Outcome.NOT_YET],
            attempt_id__in=self.attempts().values("pk"),
        )

    def decided(self) -> QuerySet[Decision]:
        """The last ratified result of each trainee, best composite first."""
        last = self.ratified().order_by("enrolment_id", "-settled_at", "pk")
        rows = Decision.objects.filter(pk__in=last.distinct("enrolment_id").values("pk"))
        return rows.defer("dossier").order_by(F("composite").desc(nulls_last=True), "pk")
