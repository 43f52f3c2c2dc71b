"""The link in the mail: the key of the invitation, signed, so that nobody can guess one."""

from uuid import UUID

from django.core.signing import BadSignature, Signer

SALT = "competency.invitations"


def token_of(invitation_id: UUID) -> str:
    return Signer(salt=SALT).sign(invitation_id.hex)


def read_token(token: str) -> UUID | None:
    """The key that a token carries; None for one that we did not write."""
    try:
        return UUID(Signer(salt=SALT).unsign(token))
    except (BadSignature, ValueError):
        return None
