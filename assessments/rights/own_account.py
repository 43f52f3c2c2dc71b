"""What is kept of a person around their account: how they sign in, what they were told, what they
set up. Never what opens the account, and nobody else's name."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from rest_framework.authtoken.models import Token

from assessments.desk.models import Comment, DeskChoice
from assessments.practice.models import PracticeSitting
from assessments.practice.services import answers_of
from assessments.rights.plain import Rows, when
from competency.accounts.models import User
from competency.certificates.models import Transcript
from competency.invitations.models import Invitation
from competency.notifications.models import Muted, Notification
from competency.privacy.models import Erasure
from competency.programs.circumstances import Conflict
from competency.reports.models import Report, ReportSchedule
from competency.rosters.models import Roster
from competency.sharing.models import Disclosure, ShareLink
from competency.webhooks.models import Endpoint


def own_account(person: User) -> dict[str, Any]:
    """Section → rows."""
    return {
        "sign_in": _sign_in(person),
        "signed_in_from": [
            {
                "since": when(row.created_at),
                "last_seen": when(row.last_seen_at),
                "address": row.ip,
                "browser": row.user_agent,
            }
            for row in UserSession.objects.filter(user=person).order_by("created_at")
        ],
        "invitations": _invitations(person),
        "notifications": [
            {
                "about": row.kind,
                "at": when(row.created_at),
                "read_at": when(row.read_at),
                "mailed_at": when(row.mailed_at),
            }
            for row in Notification.objects.filter(person=person).order_by("created_at")
        ],
        "choices": _choices(person),
        "practice": [
            {"stage": row.stage, "answers": answers_of(row)}
            for row in PracticeSitting.objects.filter(trainee=person)
        ],
        "sharing": _sharing(person),
        "conflicts": _conflicts(person),
        "set_up": _set_up(person),
        "erasures": [{"at": when(row.erased_at)} for row in Erasure.objects.filter(person=person)],
    }


def _sign_in(person: User) -> Rows:
    """Ways to sign in, without what makes them work."""
    addresses = EmailAddress.objects.filter(user=person).order_by("pk")
    factors = Authenticator.objects.filter(user=person).order_by("created_at")
    elsewhere = SocialAccount.objects.filter(user=person).order_by("date_joined")
    tokens = Token.objects.filter(user=person)
    return [
        *({"way": "address", "email": row.email, "verified": row.verified} for row in addresses),
        *(
            {"way": f"second factor: {row.type}", "since": when(row.created_at),
             "used_at": when(row.last_used_at)}
            for row in factors
        ),
        *(
            {"way": "single sign-on", "with": row.provider, "as": row.uid,
             "since": when(row.date_joined)}
            for row in elsewhere
        ),
        *({"way": "interface token", "since": when(row.created)} for row in tokens),
    ]  # fmt: skip


def _invitations(person: User) -> Rows:
    rows = Invitation.objects.filter(accepted_by=person).select_related("program")
    return [
        {
            "program": row.program.name,
            "email": row.email,
            "roles": list(row.roles),
            "sent_at": when(row.mailed_at),
            "accepted_at": when(row.accepted_at),
        }
        for row in rows.order_by("created_at")
    ]


def _choices(person: User) -> Rows:
    comments = Comment.objects.kept_by(person).order_by("created_at")
    muted = Muted.objects.visible_to(person).order_by("created_at")
    keys = DeskChoice.objects.filter(reviewer=person)
    return [
        *({"kept_comment": row.text, "on": row.criterion} for row in comments),
        *({"muted": row.kind, "by": row.channel} for row in muted),
        *({"single_keys": row.single_keys} for row in keys),
    ]


def _sharing(person: User) -> Rows:
    """What was agreed to and handed out; the address of a link opens it, so it is left out."""
    agreed = Disclosure.objects.filter(certificate__holder=person).select_related("certificate")
    links = ShareLink.objects.of_holder(person)
    signed = Transcript.objects.filter(holder=person).order_by("signed_at")
    return [
        *(
            {"agreed_to": row.agreement, "certificate": row.certificate.number,
             "from": when(row.created_at), "to": when(row.withdrawn_at)}
            for row in agreed.order_by("created_at")
        ),
        *(
            {"link": row.note, "from": when(row.created_at), "to": when(row.withdrawn_at)}
            for row in links.order_by("created_at")
        ),
        *({"transcript_signed_at": when(row.signed_at)} for row in signed),
    ]  # fmt: skip


def _conflicts(person: User) -> Rows:
    """That somebody and this person must not judge each other. Whom, and why, is theirs too."""
    rows = Conflict.objects.filter(person=person) | Conflict.objects.filter(other=person)
    return [
        {
            "program": row.program.name,
            "declared_at": when(row.created_at),
            "lifted_at": when(row.lifted_at),
        }
        for row in rows.select_related("program").order_by("created_at")
    ]


def _set_up(person: User) -> Rows:
    """Webhooks, reports and rosters, and what was changed in the administration."""
    hooks = Endpoint.objects.filter(made_by=person).order_by("created_at")
    asked = Report.objects.filter(asked_by=person).order_by("created_at")
    monthly = ReportSchedule.objects.filter(created_by=person).order_by("created_at")
    received = ReportSchedule.objects.filter(recipients=person).order_by("created_at")
    rosters = Roster.objects.filter(uploaded_by=person).order_by("created_at")
    changes = LogEntry.objects.filter(user=person).order_by("pk")
    return [
        *(
            {"webhook": row.url, "note": row.note, "at": when(row.created_at)}
            for row in hooks
        ),
        *({"report": row.format, "state": row.state, "at": when(row.created_at)} for row in asked),
        *({"monthly_report": row.format, "at": when(row.created_at)} for row in monthly),
        *({"receives_report": row.format, "at": when(row.created_at)} for row in received),
        *({"roster": row.file_name, "state": row.state, "at": when(row.created_at)}
          for row in rosters),
        *({"administration": row.action_flag, "at": when(row.action_time)} for row in changes),
    ]  # fmt: skip
