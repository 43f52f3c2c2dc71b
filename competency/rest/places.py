"""What becomes of a trainee's place, and who supervises them."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import serializers

from competency.accounts.models import User
from competency.programs import places, services
from competency.programs.access import requires
from competency.programs.circumstances import Accommodation, Conflict, Placement
from competency.programs.models import Enrolment
from competency.programs.people import (
    accommodations_in,
    cohorts_of,
    conflicts_in,
    places_of,
    run_by,
    supervisions_in,
)
from competency.programs.roles import Permission
from competency.rest.enrolments import NUMBER, EnrolmentSerializer
from competency.rest.fields import SHORT, Address, Input, Key, Reason, Text, Whole
from competency.rest.people import PersonSerializer
from competency.rest.views import ActView
from competency.rest.visible import person_with


class LeaveGiven(Reason):
    """Why, and when the trainee means to be back."""

    expected_on = serializers.DateField(required=False)


class TransferGiven(Reason):
    """Why, to which cohort, and under which number there if it is another."""

    cohort = Key()
    trainee_number = Text(max_length=NUMBER, required=False)


class NumberGiven(Input):
    trainee_number = Text(max_length=NUMBER)


class SupervisorGiven(Input):
    """The address of a supervisor of the program."""

    email = Address(max_length=SHORT)


class AccommodationGiven(Reason):
    """More time, in percent of the Standard's; more pauses, in minutes; and why."""

    extra_percent = Whole(min_value=0, max_value=300, required=False)
    extra_pause_minutes = Whole(min_value=0, max_value=services.LONGEST_PAUSES, required=False)


class ConflictGiven(Reason):
    """Two people of the program who must not judge each other, and why."""

    person = Address(max_length=SHORT)
    other = Address(max_length=SHORT)


class PlacementSerializer(serializers.ModelSerializer[Placement]):
    supervisor = PersonSerializer(read_only=True)

    class Meta:
        model = Placement
        fields = ("id", "enrolment", "supervisor", "starts_on", "ends_on")
        read_only_fields = fields


class AccommodationSerializer(serializers.ModelSerializer[Accommodation]):
    reason = serializers.CharField(source="words", read_only=True)

    class Meta:
        model = Accommodation
        fields = (
            *("id", "enrolment", "extra_percent", "extra_pause_minutes"),
            *("reason", "starts_on", "ends_on"),
        )
        read_only_fields = fields


class ConflictSerializer(serializers.ModelSerializer[Conflict]):
    person = PersonSerializer(read_only=True)
    other = PersonSerializer(read_only=True)

    class Meta:
        model = Conflict
        fields = ("id", "program", "person", "other", "reason", "lifted_at", "lifted_reason")
        read_only_fields = fields


class RunsPlace(ActView):
    policy = requires(Permission.PROGRAM_RUN)
    model: Any = Enrolment
    shows: Any = EnrolmentSerializer

    def rows(self, person: User) -> QuerySet[Any]:
        return places_of(run_by(person))


class TakeLeave(RunsPlace):
    """A leave of absence from today on: nothing is opened or begun until the return."""

    takes = LeaveGiven

    def act(self, subject: Enrolment, **given: Any) -> None:
        places.take_leave(subject, **given, by=self.person)


class ReturnFromLeave(RunsPlace):
    """The trainee is back."""

    def act(self, subject: Enrolment, **given: Any) -> None:
        places.return_from_leave(subject, by=self.person)


class Withdraw(RunsPlace):
    """The trainee leaves the cohort. What was sat and decided stays."""

    takes = Reason

    def act(self, subject: Enrolment, **given: Any) -> None:
        places.withdraw(subject, **given, by=self.person)


class Transfer(RunsPlace):
    """Move a trainee to another cohort; answers with the new place."""

    takes = TransferGiven

    def act(self, subject: Enrolment, **given: Any) -> Enrolment:
        cohort = get_object_or_404(cohorts_of(run_by(self.person)), pk=given.pop("cohort"))
        return places.transfer(subject, cohort, **given, by=self.person)


class Renumber(RunsPlace):
    """Correct the trainee's number."""

    takes = NumberGiven

    def act(self, subject: Enrolment, **given: Any) -> None:
        places.renumber(subject, **given, by=self.person)


class AssignSupervisor(RunsPlace):
    """Assign the trainee's own supervisor, who from then on never judges this trainee."""

    takes = SupervisorGiven
    shows = PlacementSerializer
    success = 201

    def act(self, subject: Enrolment, **given: Any) -> Placement:
        return services.place(subject, person_with(given["email"]), by=self.person)


class Accommodate(RunsPlace):
    """Grant more time, for every attempt opened from now on."""

    takes = AccommodationGiven
    shows = AccommodationSerializer
    success = 201

    def act(self, subject: Enrolment, **given: Any) -> Accommodation:
        return services.accommodate(subject, **given, by=self.person)


class EndPlacement(RunsPlace):
    """End a supervision. They judge this trainee even then never."""

    model = Placement
    takes = Reason
    shows = PlacementSerializer

    def rows(self, person: User) -> QuerySet[Any]:
        return supervisions_in(run_by(person))

    def act(self, subject: Placement, **given: Any) -> None:
        places.end_placement(subject, **given, by=self.person)


class EndAccommodation(RunsPlace):
    """No more time for attempts that are opened from now on."""

    model = Accommodation
    shows = AccommodationSerializer

    def rows(self, person: User) -> QuerySet[Any]:
        return accommodations_in(run_by(person))

    def act(self, subject: Accommodation, **given: Any) -> None:
        services.end_accommodation(subject, by=self.person)


class DeclareConflict(RunsPlace):
    """Declare that two people of a program must not judge each other."""

    model = Conflict
    takes = ConflictGiven
    shows = ConflictSerializer
    success = 201

    def rows(self, person: User) -> QuerySet[Any]:
        return run_by(person)

    def act(self, subject: Any, **given: Any) -> Conflict:
        one, two = person_with(given["person"]), person_with(given["other"])
        return services.declare_conflict(subject, one, two, reason=given["reason"], by=self.person)


class LiftConflict(RunsPlace):
    """Take back what was declared by mistake. Neither of the two does."""

    model = Conflict
    takes = Reason
    shows = ConflictSerializer

    def rows(self, person: User) -> QuerySet[Any]:
        return conflicts_in(run_by(person))

    def act(self, subject: Conflict, **given: Any) -> None:
        services.lift_conflict(subject, **given, by=self.person)
