"""The whole way once more, with a certificate whose time is over while one looks on."""

from datetime import timedelta

from django.utils import timezone

from assessments.attempts.models import Attempt
from assessments.attempts.services import assign_attempt
from assessments.demo.cast import Cast
from assessments.demo.marking import Supervisors
from assessments.demo.script import Script
from assessments.demo.sitting import sit
from assessments.demo.telling import wait_for
from assessments.instruments.models import Assessment
from assessments.workflow.services import ratify
from competency.certificates.models import Certificate
from competency.certificates.states import CertificateState
from competency.certificates.tasks import sweep
from competency.credentials.services import create_key, mark_compromised, rotate_key
from competency.decisions.models import Decision
from competency.decisions.policies import conflicts_with
from competency.programs.models import Enrolment

CODE = "PAT-REHEARSAL"
DRILL = "A drill: had this key been copied, this is what would be done."


def tell_rehearsal(script: Script, cast: Cast) -> None:
    """Under a key of its own one certificate is issued and expires; then the key is given up."""
    issuer = cast.program.issuer
    key = rotate_key(issuer, by=cast.staff)
    _certify_once(script, cast)
    mark_compromised(key, reason=DRILL, by=cast.staff)
    create_key(issuer, by=cast.staff)
    sweep.delay()


def _certify_once(script: Script, cast: Cast) -> None:
    """One trainee sits, two people review, a certifier ratifies; what is issued expires."""
    attempt = _assign(script, cast)
    sit(script, attempt)
    supervisors = Supervisors(script, [attempt.pk])
    proposals = Decision.objects.filter(attempt_id=attempt.pk)
    wait_for("the rehearsed decision", lambda: not supervisors.judge_all() and proposals.exists())
    decision = proposals.get()
    certifier = next(person for person in cast.certifiers if not conflicts_with(person, decision))
    ratify(decision, by=certifier)
    mine = Certificate.objects.filter(decision=decision)
    wait_for("the end of its time", lambda: mine.filter(valid_until__lte=timezone.now()).exists())
    sweep.delay()  # as beat does every half minute
    wait_for("an expired certificate", mine.filter(state=CertificateState.EXPIRED).exists)


def _assign(script: Script, cast: Cast) -> Attempt:
    rehearsed = Assessment.objects.get(program=cast.program, code=CODE)
    now = timezone.now()
    return assign_attempt(
        Enrolment.objects.get(
            cohort=cast.cohort, trainee=cast.trainee(script.trainee("strong", 2))
        ),
        rehearsed,
        rehearsed.forms.get(number=1),
        opens_at=now,
        closes_at=now + timedelta(days=1),
        by=cast.director,
    )
