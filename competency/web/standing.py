"""What the register says of a certificate at a moment, and whether its signature bears it out."""

from dataclasses import dataclass
from datetime import datetime

from competency.certificates.models import Certificate
from competency.certificates.published import check
from competency.certificates.states import CertificateState
from competency.credentials.findings import Verdict, Verification

PILOT, VALID, UNCHECKED = "pilot", "valid", "unchecked"
REPORT = "report"  # its manifest holds


@dataclass(frozen=True)
class Standing:
    """`since` where a person changed it."""

    code: str
    since: datetime | None = None

    @property
    def good(self) -> bool:
        return self.code in (VALID, REPORT)


def standing_of(row: Certificate, now: datetime) -> Standing:
    """Trouble first, then the date, then whether it was ever more than a pilot."""
    if row.state != CertificateState.ISSUED:
        return Standing(row.state, getattr(row, "changed_at", None))
    if row.valid_until is None or row.valid_until <= now:
        return Standing(CertificateState.EXPIRED, row.valid_until)
    return Standing(PILOT if row.pilot else VALID)


def checked_standing(row: Certificate, now: datetime) -> tuple[Standing, Verification | None]:
    """The standing, with the signature of the credential checked where there is one in force.

    What the register calls good and its signature does not bear out *could not be checked*.
    """
    standing = standing_of(row, now)
    if standing.code not in (VALID, PILOT):
        return standing, None
    credential = row.credentials.current().first()
    found = check(bytes(credential.document)) if credential else None
    if found is None or found.verdict != Verdict.VALID:
        return Standing(UNCHECKED), found
    return standing, found
