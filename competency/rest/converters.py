"""Parts of addresses."""

from django.urls.converters import StringConverter


class CodeConverter(StringConverter):
    """A code that an author gave: anything short that can be stored and looked up."""

    regex = r"[^/\x00-\x1f\x7f]{1,60}"
