"""Disclosure, links to share, and the door of a wallet: for the holder alone, and on the trail."""

import secrets
from typing import Any
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from competency.accounts.models import User
from competency.audit.services import record
from competency.certificates.models import Certificate, Credential, Transcript
from competency.certificates.states import CertificateState
from competency.foundation.errors import DomainError, InvalidInput, NotAllowed
from competency.foundation.text import take_line
from competency.privacy import services as privacy
from competency.privacy.policies import shows_levels
from competency.privacy.purposes import Purpose
from competency.sharing.models import Agreement, Disclosure, ShareLink

MOST_LINKS = 20
LONGEST_NOTE = 80
TOKEN_BYTES = 18
WALLET_SECONDS = 15 * 60
WALLET_SALT = "competency.sharing.wallet"


@transaction.atomic
def agree(certificate: Certificate, agreement: str, *, by: User) -> Disclosure:
    """Give a consent; repeats return the one that stands."""
    _check_holder(certificate, by)
    if agreement not in Agreement.values:
        raise InvalidInput({"agreement": _("This is nothing to agree to.")})
    Certificate.objects.select_for_update(no_key=True).get(pk=certificate.pk)
    found, new = Disclosure.objects.standing().get_or_create(
        certificate=certificate, agreement=agreement, withdrawn_at=None
    )
    if new:
        record("disclosure.given", found, by=by, agreement=agreement)
    return found


@transaction.atomic
def withdraw_consent(certificate: Certificate, agreement: str, *, by: User) -> None:
    """Take a consent back, at once and everywhere; repeats do nothing."""
    _check_holder(certificate, by)
    if agreement == Agreement.DETAILS and shows_levels(by.pk):
        _agree_for_the_others(certificate, by=by)
    _take_back(Q(certificate=certificate, agreement=agreement), by=by)


def _agree_for_the_others(certificate: Certificate, *, by: User) -> None:
    """A consent for all certificates becomes one for each but this."""
    privacy.withdraw_consent(Purpose.PUBLIC_LEVELS, by=by)
    for other in Certificate.objects.of_holder(by).exclude(pk=certificate.pk):
        agree(other, Agreement.DETAILS, by=by)


@transaction.atomic
def hide_levels(*, by: User) -> None:
    """Take back the consent for all certificates, and with it each that was given for one."""
    privacy.withdraw_consent(Purpose.PUBLIC_LEVELS, by=by)
    _take_back(Q(certificate__holder=by, agreement=Agreement.DETAILS), by=by)


@transaction.atomic
def stop_sharing(holder: User, *, by: User) -> None:
    """Close every link, take back every consent, empty transcripts: part of erasing a person."""
    _take_back(Q(certificate__holder=holder), by=by)
    for link in ShareLink.objects.open().of_holder(holder).select_for_update(of=("self",)):
        _close(link, by=by)
    Transcript.objects.filter(holder=holder).update(document=None)


def _take_back(which: Q, *, by: User) -> None:
    for consent in Disclosure.objects.standing().filter(which).select_for_update(of=("self",)):
        consent.withdrawn_at = timezone.now()
        consent.save(update_fields=["withdrawn_at"])
        record("disclosure.withdrawn", consent, by=by, agreement=consent.agreement)


def agreed(certificate: Certificate) -> set[str]:
    """What the holder agrees to now, for this certificate or for all."""
    standing = Disclosure.objects.standing().filter(certificate=certificate)
    given = set(standing.values_list("agreement", flat=True))
    if Agreement.DETAILS not in given and shows_levels(certificate.holder_id):
        given.add(Agreement.DETAILS.value)
    return given


@transaction.atomic
def make_link(certificate: Certificate, *, by: User, note: str = "") -> ShareLink:
    """A link nobody can guess, to hand to somebody."""
    _check_holder(certificate, by)
    if certificate.issued_at is None:
        raise DomainError(_("There is nothing to share before it is issued."))
    Certificate.objects.select_for_update(no_key=True).get(pk=certificate.pk)
    return _linked(ShareLink(certificate=certificate), certificate.share_links, note, by)


@transaction.atomic
def share_transcript(transcript: Transcript, *, by: User, note: str = "") -> ShareLink:
    """A link to a transcript as it is; a newer one needs a link of its own."""
    _check_holder(transcript, by)
    Transcript.objects.select_for_update(no_key=True).get(pk=transcript.pk)
    return _linked(ShareLink(transcript=transcript), transcript.share_links, note, by)


def _linked(link: ShareLink, others: Any, note: str, by: User) -> ShareLink:
    link.note = take_line("note", note, LONGEST_NOTE)
    if others.filter(withdrawn_at=None).count() >= MOST_LINKS:
        raise DomainError(_("Withdraw a link first: there may be 20 at a time."))
    link.token = secrets.token_urlsafe(TOKEN_BYTES)
    link.save(force_insert=True)
    record("sharelink.made", link, by=by)
    return link


@transaction.atomic
def withdraw_link(link: ShareLink, *, by: User) -> None:
    """Close a link for good; whoever follows it is told so."""
    _check_holder(link.shown, by)
    locked = ShareLink.objects.open().select_for_update(of=("self",)).filter(pk=link.pk).first()
    if locked is None:
        raise DomainError(_("This link was withdrawn before."))
    _close(locked, by=by)


def _close(link: ShareLink, *, by: User) -> None:
    link.withdrawn_at = timezone.now()
    link.save(update_fields=["withdrawn_at"])
    record("sharelink.withdrawn", link, by=by)


def wallet_ticket(certificate: Certificate, *, by: User) -> str:
    """Opens the current credential to a wallet, for a quarter of an hour."""
    _check_holder(certificate, by)
    if not certificate.credentials.current().exists():
        raise DomainError(_("There is no credential in force to put into a wallet."))
    return signing.dumps(str(certificate.pk), salt=WALLET_SALT)


def credential_for(ticket: str) -> Credential | None:
    """What a wallet's ticket opens; None once it lapsed, or for anything else."""
    try:
        key = UUID(signing.loads(ticket, salt=WALLET_SALT, max_age=WALLET_SECONDS))
    except (signing.BadSignature, ValueError):
        return None
    return Credential.objects.current().of_somebody().filter(certificate=key).first()


def listed_as(asked: str) -> QuerySet[Certificate]:
    """Certificates of exactly this name or number whose holders agreed to be found."""
    rows = Certificate.objects.on_register().with_changed_at()
    open_to_all = Disclosure.objects.standing().filter(agreement=Agreement.LISTED)
    asked = " ".join(asked.split())
    issued_as = Q(corrected_name="", particulars__holder__iexact=asked)
    matching = issued_as | Q(corrected_name__iexact=asked) | Q(number__iexact=asked)
    if not asked or "\x00" in asked:
        return rows.none()
    found = rows.filter(matching, pk__in=open_to_all.values("certificate"))
    return found.exclude(state=CertificateState.AWARDED).order_by("-issued_at", "pk")


def _check_holder(shown: Certificate | Transcript, person: User) -> None:
    if shown.holder_id != person.pk:
        raise NotAllowed(_("Only the holder decides what others see of a certificate."))
