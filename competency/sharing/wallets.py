"""The way into a wallet: a link for Learner Credential Wallet, good for a quarter of an hour."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from competency.accounts.models import User
from competency.certificates.models import Certificate
from competency.sharing.services import WALLET_SECONDS, wallet_ticket

APP = "https://lcw.app/request.html"


@dataclass(frozen=True)
class Door:
    """Where a wallet fetches the credential, and the link that sends it there."""

    link: str
    vc_request_url: str
    expires_at: datetime


def open_door(certificate: Certificate, *, by: User) -> Door:
    """For the holder alone; DomainError where no credential is in force."""
    expires_at = timezone.now() + timedelta(seconds=WALLET_SECONDS)
    ticket = wallet_ticket(certificate, by=by)
    url = settings.SITE_URL + reverse("wallet", args=[ticket])
    query = {
        "issuer": settings.SITE_URL,
        "auth_type": "bearer",
        "challenge": ticket,
        "vc_request_url": url,
    }
    return Door(f"{APP}?{urlencode(query)}", url, expires_at)
