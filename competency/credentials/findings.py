"""What a check of a credential found, in plain words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class Check(StrEnum):
    """What is looked at, in this order."""

    FORM = "form"
    SCHEMA = "schema"
    ISSUER = "issuer"
    SIGNATURE = "signature"
    DATES = "dates"
    STATUS = "status"


class Outcome(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"  # could not be checked


class Verdict(StrEnum):
    VALID = "valid"
    REVOKED = "revoked"
    EXPIRED = "expired"
    NOT_YET = "not_yet"
    REFUSED = "refused"  # forged, changed, or nothing of ours
    UNCHECKED = "unchecked"  # something could not be looked up


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `code` is for machines, `words` are for people."""

    check: Check
    outcome: Outcome
    code: str
    words: str


@dataclass(frozen=True)
class Verification:
    """The whole: everything found, and the document where it could be read."""

    findings: tuple[Finding, ...]
    at: datetime
    document: dict[str, Any] | None = None

    @property
    def verdict(self) -> Verdict:
        """The worst there is: a forgery first, and a lapse after a revocation."""
        codes = {finding.code for finding in self.findings if finding.outcome == Outcome.FAILED}
        for verdict in (Verdict.REVOKED, Verdict.EXPIRED, Verdict.NOT_YET):
            if verdict.value in codes and not codes - LAPSES:
                return verdict
        if codes:
            return Verdict.REFUSED
        if any(finding.outcome == Outcome.UNKNOWN for finding in self.findings):
            return Verdict.UNCHECKED
        return Verdict.VALID

    @property
    def valid(self) -> bool:
        return self.verdict == Verdict.VALID

    def of(self, check: Check) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.check == check)


LAPSES = frozenset({Verdict.REVOKED.value, Verdict.EXPIRED.value, Verdict.NOT_YET.value})


class Stop(Exception):
    """The check ends here: what follows would rest on sand."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.words)
        self.finding = finding


def together(
    findings: Iterable[Finding], at: datetime, document: dict[str, Any] | None
) -> Verification:
    return Verification(tuple(findings), at, document)
