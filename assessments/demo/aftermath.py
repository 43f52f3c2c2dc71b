"""What follows decisions: appeals, cases, complaints, and the register changing its mind."""

from collections.abc import Callable

from django.db import transaction

from assessments.attempts.models import Attempt
from assessments.demo import cast as casting
from assessments.demo.script import Script, load
from assessments.workflow.services import decide_appeal, lodge_appeal
from competency.appeals.models import Appeal
from competency.appeals.policies import check_hears
from competency.appeals.services import take_up_appeal, withdraw_appeal
from competency.audit.services import record
from competency.cases.services import answer_complaint, close_case, open_case, take_complaint
from competency.certificates.models import Certificate
from competency.certificates.services import reinstate, revoke, suspend
from competency.decisions.models import Decision
from competency.decisions.states import DecisionState
from competency.foundation.errors import NotAllowed
from competency.frameworks.services import draft_framework, retire_version

GROUNDS = {
    "withdrawn": "I was ill that week and should have said so before.",
    "lodged": "I asked about the pistol in the second paragraph; the feedback says I did not.",
    "granted": "My closing note names the nightstand twice. I think one reader missed it.",
    "denied": "The clock was unfair to people who type slowly.",
    "under_review": "Asking what he saw was meant to let him tell it, not to force him.",
}
DENIED = "Time was the same for all, and no accommodation had been asked for before the sitting."
GRANTED = "The passage cited is there, and neither rationale mentions it. Fresh people will judge."


def tell_aftermath(
    script: Script, cast: casting.Cast, judge_afresh: Callable[[Decision], None]
) -> None:
    """Appeals in every state, cases and complaints, certificates suspended and revoked."""
    judge_afresh(_appeals(script, cast).decision)
    _cases(script, cast)
    _certificates(cast)
    _content(cast)


def _decision(cast: casting.Cast, email: str) -> Decision:
    return Decision.objects.get(
        enrolment__trainee=cast.trainee(email),
        standard_version__number=1,
        state=DecisionState.RATIFIED,
    )


def _appeals(script: Script, cast: casting.Cast) -> Appeal:
    """Five appeals: one withdrawn, one waiting, one granted, one denied, one being heard."""
    appellants = [
        ("withdrawn", script.trainee("weak", 0)),
        ("lodged", script.trainee("weak", 2)),
        ("granted", script.trainee("weak", 3)),
        ("denied", script.trainee("blank")),
        ("under_review", script.trainee("forces-detail")),
    ]
    appeals = {}
    for name, email in appellants:
        trainee = cast.trainee(email)
        decision = _decision(cast, email)
        appeals[name] = lodge_appeal(decision, grounds=GROUNDS[name], by=trainee)
    withdraw_appeal(appeals["withdrawn"], by=cast.trainee(appellants[0][1]))
    for name in ("granted", "denied", "under_review"):
        _take_up(appeals[name], cast)
    _decide(appeals["denied"], granted=False, reason=DENIED)
    _decide(appeals["granted"], granted=True, reason=GRANTED)
    return appeals["granted"]


def _take_up(appeal: Appeal, cast: casting.Cast) -> None:
    for certifier in cast.certifiers:
        try:
            check_hears(certifier, appeal)
        except NotAllowed:
            continue
        take_up_appeal(appeal, by=certifier)
        return
    raise NotAllowed("no certifier comes to this appeal fresh")


def _decide(appeal: Appeal, *, granted: bool, reason: str) -> None:
    decider = appeal.decider
    if decider is not None:
        decide_appeal(appeal, granted=granted, reason=reason, by=decider)


def _cases(script: Script, cast: casting.Cast) -> None:
    """One case holds a decision; one was closed. One complaint waits, one was answered."""
    held, cleared = (
        Attempt.objects.get(
            enrolment__trainee=cast.trainee(script.trainee("strong", place)),
            assessment__number=1,
        )
        for place in (4, 3)
    )
    open_case(
        held.enrolment,
        held.pk,
        kind="copying",
        grounds="Two sentences of the plan stand word for word in a published case report.",
        by=cast.director,
    )
    case = open_case(
        cleared.enrolment,
        cleared.pk,
        kind="undisclosed_ai",
        grounds="The rhythm of the closing note reads unlike the rest.",
        by=cast.supervisors[0] if _free(cast, cleared) else cast.supervisors[1],
    )
    close_case(
        case,
        finding="not_upheld",
        reason="The draft history shows it written sentence by sentence over eleven minutes.",
        by=cast.director,
    )
    answered = take_complaint(
        cast.program,
        complainant_name="R. Okafor",
        subject="A certificate shown without its limits",
        text="A clinic quotes a pilot certificate in an advertisement.",
        by=None,
    )
    answer_complaint(
        answered, outcome="The clinic was written to and took it down.", by=cast.director
    )
    take_complaint(
        cast.program,
        complainant_name="A trainee’s partner",
        subject="Late evening sitting",
        text="The window closed at two in the morning in our time zone.",
        by=None,
    )


def _free(cast: casting.Cast, attempt: Attempt) -> bool:
    return not attempt.enrolment.placements.filter(supervisor=cast.supervisors[0]).exists()


def _certificates(cast: casting.Cast) -> None:
    """One is suspended, one suspended and reinstated, one revoked."""
    issued = Certificate.objects.filter(state="issued").order_by("number")
    certifier = cast.certifiers[0]
    suspended, cleared, revoked = issued[0:3]
    for certificate in (suspended, cleared):
        suspend(certificate, by=certifier, reason="A client’s complaint is being looked into.")
    reinstate(cleared, by=certifier, reason="The complaint was unfounded.")
    revoke(revoked, by=certifier, reason="Somebody else sat the assessment.")


def _content(cast: casting.Cast) -> None:
    """The first assessment is retired; a second version of the framework is being drafted."""
    retire_version(casting.assessment(cast, 1), by=cast.author, reason="Replaced by two vignettes.")
    with transaction.atomic():
        draft = draft_framework(
            cast.program, load("framework.yaml") | {"version": 2}, by=cast.author
        )
        record("framework.note", draft, by=cast.author, reason="For the panel in spring.")
