"""Is this credential genuine, in force, and from an issuer we know? Everything, in one pass.

    report = verify(content, documents, now)
    report.verdict, report.findings, report.document

`documents` finds DID documents and status lists: those of the register
(`competency.certificates.published`), or files of a folder (`folders`). Nothing is fetched.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import Any, Protocol

import jsonschema
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from competency.credentials import bitstring, dids, form, multibase, pinned, proofs
from competency.credentials.findings import Check, Finding, Outcome, Stop, Verification, together

SKEW = timedelta(minutes=5)  # clocks differ
STATUS_MEMBERS = {"id", "type", "statusPurpose", "statusListIndex", "statusListCredential"}
INDEX = re.compile(r"0|[1-9][0-9]{0,8}")


class Documents(Protocol):
    """Where DID documents and status lists come from."""

    def did_document(self, did: str) -> dict[str, Any] | None:
        """The document of an issuer we know; None for anybody else."""

    def status_list(self, url: str) -> bytes | None:
        """The signed status list at this address; None when it cannot be had."""


def verify(content: bytes, documents: Documents, now: datetime) -> Verification:
    """Check a credential, or a transcript with every credential in it. Never raises."""
    document: dict[str, Any] | None = None
    findings: list[Finding] = []
    try:
        document = _read(content)
        findings.append(_passed(Check.FORM, _("It is spelled as credentials are spelled.")))
        kind = form.kind_of(document)
        if kind == "BitstringStatusListCredential":
            raise Stop(_failed(Check.FORM, "kind", _("This is a status list, no credential.")))
        findings += _checked(document, documents, now)
        for inner in document["credentialSubject"].get("verifiableCredential", ()):
            findings += _checked(inner, documents, now)
    except Stop as stopped:
        findings.append(stopped.finding)
    return together(findings, now, document)


def _read(content: bytes) -> dict[str, Any]:
    try:
        document = form.read(content)
        form.check(document)
        if not isinstance(document.get("credentialSubject"), dict):
            raise form.Malformed("it has no one subject")
    except form.Malformed as error:
        words = _("It is not spelled as our credentials are: %(why)s.") % {"why": error}
        raise Stop(_failed(Check.FORM, "malformed", words)) from error
    return document


def _checked(document: dict[str, Any], documents: Documents, now: datetime) -> Iterator[Finding]:
    badge = form.kind_of(document) == "AchievementCredential"
    yield _schema(document) if badge else _outline(document)
    issuer, keys = _issuer(document, documents)
    yield issuer
    yield _signature(document, keys)
    yield from _dates(document, now)
    if badge:
        yield _status(document, documents, keys, now)


@cache
def _validator() -> jsonschema.Draft201909Validator:
    return jsonschema.Draft201909Validator(pinned.documents()[pinned.SCHEMA])


def _schema(document: dict[str, Any]) -> Finding:
    """The official schema, and what we never leave out: an end, a status, a schema, an address."""
    broken = next(_validator().iter_errors(document), None)
    if broken is not None:
        where = "/".join(map(str, broken.absolute_path)) or _("the whole")
        words = _("It breaks the Open Badges 3.0 schema at %(where)s.") % {"where": where}
        raise Stop(_failed(Check.SCHEMA, "schema", words))
    status = document.get("credentialStatus")
    texts = [document.get(name) for name in ("id", "validFrom", "validUntil")]
    entry = status if isinstance(status, dict) and status.keys() == STATUS_MEMBERS else {"": None}
    if not all(isinstance(text, str) for text in (*texts, *entry.values())):
        words = _("It lacks its address, its dates or its status, which ours always have.")
        raise Stop(_failed(Check.SCHEMA, "incomplete", words))
    return _passed(Check.SCHEMA, _("It follows the Open Badges 3.0 schema."))


def _outline(document: dict[str, Any]) -> Finding:
    """A transcript: no official schema is at hand, so the outline we write is asked for."""
    inside = document["credentialSubject"].get("verifiableCredential")
    texts = [document.get(name) for name in ("id", "validFrom", "name")]
    if not isinstance(inside, list) or not inside or not all(isinstance(t, str) for t in texts):
        words = _("It lacks its address, its date, its name or the credentials in it.")
        raise Stop(_failed(Check.SCHEMA, "incomplete", words))
    if not all(isinstance(one, dict) and "@context" in one for one in inside):
        words = _("Something in it is not a whole credential.")
        raise Stop(_failed(Check.SCHEMA, "incomplete", words))
    return _passed(Check.SCHEMA, _("It has the outline of a transcript."))


def _issuer(document: dict[str, Any], documents: Documents) -> tuple[Finding, dict[str, Any]]:
    issuer = document.get("issuer")  # a mere address would say the same graph without its name
    did = issuer.get("id") if isinstance(issuer, dict) else None
    known = None
    if isinstance(did, str) and dids.DID.fullmatch(did):
        known = documents.did_document(did)
    if known is None or not isinstance(issuer, dict):
        words = _("Its issuer is not one whose register this is.")
        raise Stop(_failed(Check.ISSUER, "foreign", words))
    name = str(issuer.get("name", did))
    return _passed(Check.ISSUER, _("It names %(name)s as its issuer.") % {"name": name}), known


def _signature(document: dict[str, Any], keys: dict[str, Any]) -> Finding:
    """Made with a key that the issuer's own document lists, never one that it brings itself."""
    try:
        method = proofs.proof_of(document)["verificationMethod"]
    except ValueError as error:
        words = _("Its proof cannot be read: %(why)s.") % {"why": error}
        raise Stop(_failed(Check.SIGNATURE, "proof", words)) from error
    key = _key(keys, method)
    if key is None:
        words = _("It is signed with a key that its issuer does not list, or no longer.")
        raise Stop(_failed(Check.SIGNATURE, "key", words))
    if not proofs.holds(document, key):
        words = _("Its signature does not fit: something was changed after it was signed.")
        raise Stop(_failed(Check.SIGNATURE, "signature", words))
    return _passed(Check.SIGNATURE, _("Its signature fits, and nothing was changed since."))


def _key(keys: dict[str, Any], method: str) -> bytes | None:
    listed = dids.key_in(keys, method)
    try:
        return None if listed is None else multibase.public_key_of(listed)
    except ValueError:
        return None


def _dates(document: dict[str, Any], now: datetime) -> Iterator[Finding]:
    begins, ends = _moment(document, "validFrom"), _moment(document, "validUntil")
    if begins is None or ("validUntil" in document and ends is None):
        raise Stop(_failed(Check.DATES, "date", _("One of its dates cannot be read.")))
    if begins > now + SKEW:
        yield _failed(Check.DATES, "not_yet", _("It is not valid yet."))
    elif ends is not None and ends <= now:
        yield _failed(Check.DATES, "expired", _("Its time is over."))
    else:
        yield _passed(Check.DATES, _("It is within its dates."))


def _moment(document: dict[str, Any], name: str) -> datetime | None:
    text = document.get(name)
    try:
        found = parse_datetime(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def _status(
    document: dict[str, Any], documents: Documents, keys: dict[str, Any], now: datetime
) -> Finding:
    entry = document["credentialStatus"]
    url, index = entry["statusListCredential"], entry["statusListIndex"]
    kind = (entry["type"], entry["statusPurpose"], entry["id"])
    usual = ("BitstringStatusListEntry", "revocation", f"{url}#{index}")
    if kind != usual or not INDEX.fullmatch(index):
        return _failed(Check.STATUS, "status", _("Its status entry is not of the usual kind."))
    content = documents.status_list(url)
    if content is None:
        return _unknown(_("Its status list cannot be had now, so nobody can say if it stands."))
    try:
        revoked = _is_revoked(content, url, int(index), document["issuer"], keys, now)
    except ValueError as error:
        return _unknown(_("Its status list cannot be relied on: %(why)s.") % {"why": error})
    if revoked:
        return _failed(Check.STATUS, "revoked", _("Its issuer has revoked it."))
    return _passed(Check.STATUS, _("Its issuer has not revoked it."))


def _is_revoked(
    content: bytes, url: str, index: int, issuer: Any, keys: dict[str, Any], now: datetime
) -> bool:
    """Whether the bit is set; ValueError, with the reason, when the list proves nothing."""
    statuses = form.read(content)
    if form.check(statuses) != "BitstringStatusListCredential" or statuses.get("id") != url:
        raise ValueError(_("it is another list"))
    listed_by = statuses.get("issuer")
    did = listed_by.get("id") if isinstance(listed_by, dict) else listed_by
    if did != (issuer.get("id") if isinstance(issuer, dict) else issuer):
        raise ValueError(_("it comes from another issuer"))
    key = _key(keys, proofs.proof_of(statuses)["verificationMethod"])
    if key is None or not _list_holds(content, key):
        raise ValueError(_("its signature does not fit"))
    ends = _moment(statuses, "validUntil")
    if ends is None or ends <= now:
        raise ValueError(_("it has lapsed"))
    bits = _bits_of(statuses.get("credentialSubject"))
    if index >= len(bits) * 8:
        raise ValueError(_("it is too short"))
    return bitstring.is_set(bits, index)


@lru_cache(maxsize=8)
def _list_holds(content: bytes, key: bytes) -> bool:
    """A list stands behind thousands of credentials; the same bytes are looked at once."""
    return proofs.holds(form.read(content), key)


def _bits_of(subject: Any) -> bytes:
    kind = isinstance(subject, dict) and (subject.get("type"), subject.get("statusPurpose"))
    if kind != ("BitstringStatusList", "revocation"):
        raise ValueError(_("it is not a list of revocations"))
    encoded = subject.get("encodedList")
    if not isinstance(encoded, str):
        raise ValueError(_("it holds no list"))
    return bitstring.decode(encoded)


def _passed(check: Check, words: str) -> Finding:
    return Finding(check, Outcome.PASSED, "ok", words)


def _failed(check: Check, code: str, words: str) -> Finding:
    return Finding(check, Outcome.FAILED, code, words)


def _unknown(words: str) -> Finding:
    return Finding(Check.STATUS, Outcome.UNKNOWN, "unavailable", words)
