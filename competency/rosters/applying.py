"""Do what a plan says, through the services that people's own acts go through."""

from django.utils import timezone

from competency.accounts.models import User
from competency.accounts.sealing import Sealer
from competency.audit.services import record
from competency.invitations.services import invite
from competency.programs import cohorts, places, services
from competency.programs.models import Cohort, Enrolment, Program
from competency.programs.policies import holds_role
from competency.programs.roles import Role
from competency.rosters.models import Roster
from competency.rosters.rules import Outcome, Plan, Step

ROUNDS = (
    ("account", "rename"),
    ("role",),
    ("enrol", "transfer", "renumber"),
    ("supervise",),
)
WHY_MOVED = "Moved by the roster."


class Applying:
    """One import, inside the transaction of whoever confirms it."""

    def __init__(self, roster: Roster, plan: Plan, *, invites: bool, by: User) -> None:
        self.program: Program = roster.program
        self.roster, self.plan, self.invites, self.by = roster, plan, invites, by
        emails = {outcome.row.email for outcome in plan.outcomes}
        emails |= {email for outcome in plan.outcomes for email in outcome.row.supervisors}
        self.people = {user.email: user for user in User.objects.filter(email__in=emails)}
        self.cohorts = {
            cohort.name: cohort for cohort in Cohort.objects.filter(program=self.program)
        }
        self.acts = {
            "account": self._account,
            "rename": self._rename,
            "role": self._role,
            "enrol": self._enrol,
            "transfer": self._transfer,
            "renumber": self._renumber,
            "supervise": self._supervise,
        }

    def run(self) -> None:
        """Accounts and roles first: a supervisor may stand below the trainee."""
        self._hold_keys()
        self._open_cohorts()
        for round_of in ROUNDS:
            for outcome in self.plan.outcomes:
                for step in outcome.steps:
                    if step.act in round_of:
                        self.acts[step.act](outcome, step)

    def _open_cohorts(self) -> None:
        for name in self.plan.cohorts:
            self.cohorts[name] = cohorts.open_cohort(
                self.program, name=name, starts_on=timezone.now().date(), by=self.by
            )

    def _hold_keys(self) -> None:
        """Of everybody who moves, in one order: two imports then never wait for each other."""
        moving = {
            self.people[outcome.row.email].pk
            for outcome in self.plan.outcomes
            for step in outcome.steps
            if step.act == "transfer"
        }
        for pk in sorted(moving):
            Sealer.holding(pk)

    def _account(self, outcome: Outcome, step: Step) -> None:
        email = outcome.row.email
        if email in self.people:  # by an earlier row
            return
        person = User(email=email, name=step.after)
        person.set_unusable_password()
        person.full_clean()
        person.save()
        record("account.made", person, by=self.by, roster=str(self.roster.pk))
        self.people[email] = person
        if self.invites:
            roles = {each.row.role for each in self.plan.outcomes if each.row.email == email}
            invite(self.program, email, sorted(roles), by=self.by)

    def _rename(self, outcome: Outcome, step: Step) -> None:
        person = self.people[outcome.row.email]
        if person.name != step.after:
            person.name = step.after
            person.full_clean()
            person.save(update_fields=["name"])
            record("account.renamed", person, by=self.by, roster=str(self.roster.pk))

    def _role(self, outcome: Outcome, step: Step) -> None:
        person = self.people[outcome.row.email]
        if not holds_role(person, Role(step.after), self.program.pk):
            services.grant_role(self.program, person, step.after, by=self.by)

    def _enrol(self, outcome: Outcome, step: Step) -> None:
        services.enrol(
            self.cohorts[step.after],
            self.people[outcome.row.email],
            trainee_number=outcome.row.get("trainee_number"),
            by=self.by,
        )

    def _transfer(self, outcome: Outcome, step: Step) -> None:
        places.transfer(
            self._place(outcome, step.before),
            self.cohorts[step.after],
            reason=WHY_MOVED,
            by=self.by,
            trainee_number=outcome.row.get("trainee_number"),
        )

    def _renumber(self, outcome: Outcome, step: Step) -> None:
        places.renumber(self._place(outcome, outcome.row.get("cohort")), step.after, by=self.by)

    def _supervise(self, outcome: Outcome, step: Step) -> None:
        place = self._place(outcome, outcome.row.get("cohort"))
        services.place(place, self.people[step.after], by=self.by)

    def _place(self, outcome: Outcome, cohort: str) -> Enrolment:
        trainee = self.people[outcome.row.email]
        return Enrolment.objects.held().get(cohort=self.cohorts[cohort], trainee=trainee)
