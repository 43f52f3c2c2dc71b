"""Where what credentials name is found. They carry these addresses for years."""

from uuid import UUID

from django.conf import settings

from competency.credentials.models import FOLDER


def credential_url(pk: UUID) -> str:
    return f"{settings.SITE_URL}/credentials/{pk}"


def achievement_url(pk: UUID) -> str:
    return f"{settings.SITE_URL}/achievements/{pk}"


def status_list_url(pk: UUID) -> str:
    return f"{settings.SITE_URL}/status/{pk}"


def transcript_url(pk: UUID) -> str:
    return f"{settings.SITE_URL}/transcripts/{pk}"


def did_document_url(path: str) -> str:
    return f"{settings.SITE_URL}/{FOLDER}/{path}/did.json"


def status_list_key(url: str) -> UUID | None:
    """The status list that an address of ours names; None for any other address."""
    ours, found, key = url.partition(f"{settings.SITE_URL}/status/")
    try:
        pk = UUID(key)
    except ValueError:
        return None
    return pk if found and not ours and str(pk) == key else None
