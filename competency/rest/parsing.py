"""Read a body: JSON of bounded size, whose every text can be stored, shown and signed."""

import json
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import APIException, ErrorDetail, ParseError, ValidationError
from rest_framework.parsers import JSONParser
from rest_framework.utils.json import strict_constant

from competency.foundation.text import clean_deeply


class TooLarge(APIException):
    status_code = 413
    default_detail = "The body is larger than this interface takes."
    default_code = "too_large"


class CleanJSONParser(JSONParser):
    """One object in UTF-8. Line ends are normalised; control characters are refused by field."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None
    ) -> dict[str, Any]:
        raw = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        if len(raw) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise TooLarge()
        faults: dict[str, str] = {}
        try:
            body = json.loads(raw.decode("utf-8"), parse_constant=strict_constant)
            cleaned = clean_deeply(body, "", faults)
        except RecursionError as error:
            raise ParseError("The body is nested too deeply.") from error
        except ValueError as error:
            raise ParseError("The body is not JSON in UTF-8.") from error
        if not isinstance(cleaned, dict):
            raise ParseError("The body is not a JSON object.")
        if faults:
            raise ValidationError(
                {at: [ErrorDetail(words, "unstorable")] for at, words in faults.items()}
            )
        return cleaned
