"""Input fields that take what the schema says and nothing that merely resembles it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

SHORT, LONG = 200, 20_000


class Text(serializers.CharField):
    """A string; numbers are not strings. `clean_text` has seen it already."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", LONG)
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Address(serializers.EmailField, Text):
    """An e-mail address, in lower case as accounts keep it."""

    def to_internal_value(self, data: Any) -> str:
        return super().to_internal_value(data).lower()


class Whole(serializers.IntegerField):
    """A whole number; neither a string nor a truth value."""

    def to_internal_value(self, data: Any) -> int:
        whole = isinstance(data, int) or (isinstance(data, float) and data.is_integer())
        if isinstance(data, bool) or not whole:
            self.fail("invalid")
        return super().to_internal_value(int(data))


class Truth(serializers.BooleanField):
    """true or false, not a word for it."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class Key(serializers.UUIDField):
    """The id of a row, as a string."""

    def to_internal_value(self, data: Any) -> UUID:
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class Input(serializers.Serializer):
    """What an action takes. A name it does not know is refused: it may be a misspelt one."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = sorted(set(data) - set(self.fields)) if isinstance(data, Mapping) else []
        if unknown:
            words = ErrorDetail("This name is not known here.", "unknown")
            raise serializers.ValidationError({name: [words] for name in unknown})
        return super().to_internal_value(data)


class Nothing(Input):
    """An action that takes no input."""


class Reason(Input):
    """Why something is done, for the record."""

    reason = Text()
