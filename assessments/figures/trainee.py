"""The whole record of one trainee, in a number of queries that does not grow with it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q
from django.utils import timezone

from assessments.attempts.models import Attempt, Submission
from assessments.attempts.states import Marking
from assessments.harm.models import HarmFlag
from competency.accounts.models import User
from competency.appeals.models import Appeal, RemediationPlan
from competency.cases.models import Case
from competency.certificates.models import Certificate
from competency.decisions.models import Decision
from competency.decisions.states import DecisionState
from competency.evidence.models import Evidence
from competency.hours.ledger import Course, courses_of
from competency.hours.models import HoursEntry
from competency.programs.circumstances import Accommodation, Placement
from competency.programs.models import Enrolment
from competency.programs.policies import in_reach, programs_where
from competency.programs.roles import Permission

SETTLED = (DecisionState.RATIFIED, DecisionState.SUPERSEDED)


@dataclass(frozen=True)
class Level:
    code: str
    title: str
    value: float
    error: float


@dataclass(frozen=True)
class Ruling:
    """A decision; its outcome and levels only once somebody ratified it."""

    decision: Decision
    levels: Sequence[Level] = ()

    @property
    def told(self) -> bool:
        return self.decision.state in SETTLED


@dataclass(frozen=True)
class Flagged:
    """Possible harm in one response: on which competency, or by which choice; what became of it."""

    flag: HarmFlag
    case_position: int

    @property
    def ground(self) -> str:
        if self.flag.criterion is not None:
            return str(self.flag.criterion.competency)
        return str(self.flag.option)


@dataclass
class Sitting:
    """An attempt with everything that came of it."""

    attempt: Attempt
    responses: int = 0
    marked: int = 0
    rulings: list[Ruling] = field(default_factory=list)
    flags: list[Flagged] = field(default_factory=list)

    @property
    def in_force(self) -> Ruling | None:
        """The ruling that counts: ratified, and not superseded since."""
        ratified = [row for row in self.rulings if row.decision.state == DecisionState.RATIFIED]
        return ratified[-1] if ratified else None


class TraineeRecord:
    """What `reader` may see of a person: their enrolments in programs that let the reader see
    attempts by name, and what belongs to these. Never the reader's own record."""

    def __init__(self, person_id: UUID, reader: User) -> None:
        self.person_id, self.reader = person_id, reader

    @cached_property
    def enrolments(self) -> Sequence[Enrolment]:
        """Latest cohort first; nothing for whoever may not see the person."""
        reach = in_reach(self.reader, Permission.ATTEMPT_VIEW, "cohort")
        rows = Enrolment.objects.filter(reach, trainee=self.person_id)
        rows = rows.exclude(trainee=self.reader).select_related("trainee", "cohort__program")
        return list(rows.order_by("-cohort__starts_on", "cohort__name", "pk"))

    @property
    def person(self) -> User:
        trainee: User = self.enrolments[0].trainee
        return trainee

    @cached_property
    def run(self) -> set[UUID]:
        """The programs of these enrolments that the reader runs."""
        here = [row.program_id for row in self.enrolments]
        running = programs_where(self.reader, Permission.PROGRAM_RUN).filter(pk__in=here)
        return set(running.values_list("pk", flat=True))

    @cached_property
    def sittings(self) -> Sequence[Sitting]:
        """Every attempt, the latest first."""
        rows = Attempt.objects.filter(enrolment__in=self.enrolments).select_related(
            "assessment__standard_version", "form", "enrolment__cohort__program"
        )
        found = {row.pk: Sitting(row) for row in rows.order_by("-opens_at", "-number", "pk")}
        counted = Submission.objects.filter(attempt__in=list(found)).order_by().values("attempt")
        for row in counted.annotate(
            responses=Count("pk"), done=Count("pk", filter=Q(state=Marking.MARKED))
        ):
            found[row["attempt"]].responses = row["responses"]
            found[row["attempt"]].marked = row["done"]
        levels = self._levels(list(found))
        for decision in self._decisions(list(found)):
            given = levels.get((decision.attempt_id, decision.round), ())
            ruling = Ruling(decision, given if decision.state in SETTLED else ())
            found[decision.attempt_id].rulings.append(ruling)
        for flag in self._flags(list(found)):
            sitting = found[flag.submission.attempt_id]
            sitting.flags.append(Flagged(flag, flag.submission.position))
        return list(found.values())

    def _decisions(self, attempts: Sequence[UUID]) -> Any:
        rows = Decision.objects.filter(attempt_id__in=attempts).defer("dossier")
        return rows.select_related("settled_by", "standard_version").order_by("round")

    def _levels(self, attempts: Sequence[UUID]) -> Mapping[tuple[UUID, int], Sequence[Level]]:
        found: dict[tuple[UUID, int], list[Level]] = defaultdict(list)
        rows = Evidence.objects.filter(source_type="attempt", source_id__in=attempts)
        rows = rows.select_related("competency").order_by(
            "competency__domain__position", "competency__position"
        )
        for row in rows:
            competency = row.competency
            found[row.source_id, row.round].append(
                Level(
                    competency.code,
                    competency.title,
                    float(row.value),
                    float(row.standard_error),
                )
            )
        return found

    def _flags(self, attempts: Sequence[UUID]) -> Any:
        rows = HarmFlag.objects.filter(
            submission__attempt__in=attempts, round__gte=F("submission__base_round")
        )
        related = ("submission", "criterion__competency", "option__item")
        return rows.select_related(*related).order_by("created_at", "pk")

    @cached_property
    def hours(self) -> Sequence[Course]:
        """What was done and approved in each program, and what is required there."""
        return courses_of(self.enrolments)

    @cached_property
    def opens_hours(self) -> bool:
        """Whether the reader may open the entries, each with its note and its evidence."""
        rows = HoursEntry.objects.visible_to(self.reader)
        return bool(rows.filter(trainee=self.person_id).exists())

    @cached_property
    def appeals(self) -> Sequence[Appeal]:
        rows = Appeal.objects.filter(decision__enrolment__in=self.enrolments)
        return list(rows.defer("sealed_grounds").order_by("-lodged_at", "pk"))

    @cached_property
    def plans(self) -> Sequence[RemediationPlan]:
        rows = RemediationPlan.objects.filter(decision__enrolment__in=self.enrolments)
        rows = rows.select_related("written_by").prefetch_related("competencies")
        return list(rows.order_by("-created_at", "pk"))

    @cached_property
    def certificates(self) -> Sequence[Certificate]:
        """Of the programs whose register the reader may see."""
        rows = Certificate.objects.visible_to(self.reader)
        rows = rows.filter(decision__enrolment__in=self.enrolments).defer("particulars")
        return list(rows.order_by("-awarded_at", "pk"))

    @cached_property
    def cases(self) -> Sequence[Case]:
        """Suspected breaches, for whoever runs the program or certifies for it."""
        rows = Case.objects.visible_to(self.reader).filter(enrolment__in=self.enrolments)
        return list(rows.order_by("-created_at", "pk"))

    @cached_property
    def supervisors(self) -> Sequence[Placement]:
        """The trainee's own supervisors, past ones too, for whoever runs the program."""
        rows = Placement.objects.filter(
            enrolment__in=self.enrolments, enrolment__cohort__program__in=self.run
        )
        return list(rows.select_related("supervisor").order_by("-starts_on", "pk"))

    @cached_property
    def accommodated(self) -> bool | None:
        """Whether an accommodation holds today; None for whoever may not know. Never why."""
        if not self.run:
            return None
        rows = Accommodation.objects.current(timezone.localdate())
        here = rows.filter(enrolment__in=self.enrolments, enrolment__cohort__program__in=self.run)
        return bool(here.exists())
