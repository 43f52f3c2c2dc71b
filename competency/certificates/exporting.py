"""Credentials, DID documents and status lists as files: a check that needs no site."""

import json
import os
from pathlib import Path

from competency.certificates.models import Credential, StatusList
from competency.credentials.models import FOLDER, IssuerIdentity
from competency.credentials.services import did_document

CHUNK = 200


def export(out: Path, *, program: str | None = None) -> dict[str, int]:
    """Write files below a folder, in constant memory; how many of each kind.

    `issuers/PATH/did.json`, `status/KEY.json`, `credentials/NUMBER/KEY.json`.
    """
    credentials = Credential.objects.select_related("certificate").order_by("signed_at", "pk")
    if program is not None:
        credentials = credentials.filter(certificate__program__code=program)
    written = {"credentials": 0, "status lists": 0, "DID documents": 0}
    for row in credentials.iterator(CHUNK):
        name = f"{row.pk}.json"
        _write(out / "credentials" / row.certificate.number / name, bytes(row.document))
        written["credentials"] += 1
    for status_list in StatusList.objects.order_by("created_at").iterator(CHUNK):
        _write(out / "status" / f"{status_list.pk}.json", bytes(status_list.document))
        written["status lists"] += 1
    for identity in IssuerIdentity.objects.order_by("path"):
        document = json.dumps(did_document(identity), ensure_ascii=False, indent=2).encode()
        _write(out / FOLDER / identity.path / "did.json", document)
        written["DID documents"] += 1
    return written


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all; for the owner alone, since it names people."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    partial.replace(path)
