"""What a certifier can do to a certificate, in the words of the page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from competency.accounts.models import User
from competency.certificates import services
from competency.certificates.models import Certificate
from competency.certificates.states import CertificateState
from competency.programs.policies import has_permission
from competency.programs.roles import Permission
from competency.web.forms import NameForm, ReasonForm

ISSUED, SUSPENDED = CertificateState.ISSUED, CertificateState.SUSPENDED
Words = str | Promise


@dataclass(frozen=True)
class Act:
    """One change of status: the service, the states it starts from, and its words."""

    name: str
    run: Callable[..., Any]
    states: tuple[str, ...]
    title: Words
    explains: Words
    done: Words
    form: type[Form] = ReasonForm


ACTS = {
    act.name: act
    for act in (
        Act(
            "suspend",
            services.suspend,
            (ISSUED,),
            _("Suspend"),
            _("Verifiers refuse it from now on, until the suspension is lifted."),
            _("Suspended."),
        ),
        Act(
            "reinstate",
            services.reinstate,
            (SUSPENDED,),
            _("Lift the suspension"),
            _("A new credential is signed in place of the one that verifiers refuse."),
            _("Lifted. The new credential is signed in a moment."),
        ),
        Act(
            "renew",
            services.renew,
            (ISSUED,),
            _("Renew"),
            _(
                "For another period of the Standard, in the last 180 days before it expires, on "
                "grounds that you name. The code stays the same."
            ),
            _("Renewed. The new credential is signed in a moment."),
        ),
        Act(
            "correct",
            services.correct_name,
            (ISSUED, SUSPENDED),
            _("Correct the name"),
            _("The code stays the same. Credential and PDF with the earlier name are replaced."),
            _("Corrected. The new credential is signed in a moment."),
            NameForm,
        ),
        Act(
            "revoke",
            services.revoke,
            (ISSUED, SUSPENDED),
            _("Revoke"),
            _("For good. The public page says since when, never why."),
            _("Revoked."),
        ),
    )
}


def acts_open_to(certificate: Certificate, person: User) -> list[Act]:
    """What this person may do to it now: nobody changes their own."""
    if certificate.holder_id == person.pk:
        return []
    if not has_permission(person, Permission.DECISION_RATIFY, certificate.program_id):
        return []
    return [act for act in ACTS.values() if certificate.state in act.states]
