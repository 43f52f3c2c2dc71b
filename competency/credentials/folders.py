"""Documents from a folder as `export_credentials` writes it: for checks far from the site."""

import json
from pathlib import Path
from typing import Any


class Folder:
    """DID documents (`did.json`) and status lists anywhere below one folder, by what they say."""

    def __init__(self, folder: Path) -> None:
        self._dids: dict[str, dict[str, Any]] = {}
        self._lists: dict[str, bytes] = {}
        for path in sorted(folder.rglob("*.json")):
            self._take(path)

    def _take(self, path: Path) -> None:
        content = path.read_bytes()
        try:
            document = json.loads(content)
        except ValueError:
            return
        if not isinstance(document, dict) or not isinstance(document.get("id"), str):
            return
        if path.name == "did.json":
            self._dids[document["id"]] = document
        elif "BitstringStatusListCredential" in (document.get("type") or ()):
            self._lists[document["id"]] = content

    def did_document(self, did: str) -> dict[str, Any] | None:
        return self._dids.get(did)

    def status_list(self, url: str) -> bytes | None:
        return self._lists.get(url)
