"""A person's data as a ZIP: one page to read, and the same as JSON for machines."""

import io
import json
import zipfile
from typing import Any

from django.template.loader import render_to_string

PAGE, DATA = "my-data.html", "my-data.json"


def archive_of(data: dict[str, Any]) -> bytes:
    """The bytes of a ZIP with both files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(PAGE, render_to_string("assessments/rights/own_data.html", {"data": data}))
        archive.writestr(DATA, json.dumps(data, ensure_ascii=False, indent=2))
    return packed.getvalue()
