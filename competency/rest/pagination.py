"""Every list is paginated, by cursor: pages stay right while rows come and go."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError as ModelInvalid
from django.db.models import Q
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

PAGE, LARGEST_PAGE = 50, 200
PAGING = ("cursor", "page_size")


@dataclass(frozen=True)
class Cursor:
    """The place of a row in the order of a list, and on which side of it the page lies."""

    place: tuple[Any, ...]
    backwards: bool = False

    def __str__(self) -> str:
        plain = json.dumps([self.backwards, *map(str, self.place)])
        return urlsafe_b64encode(plain.encode()).decode()


class CreatedCursorPagination(BasePagination):
    """Newest first; ties are broken by key, so that no row is skipped or shown twice."""

    ordering: tuple[str, ...] = ("-created_at", "id")

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.url = request.build_absolute_uri()
        self.cursor = self._cursor(request, queryset.model)
        size, backwards = _size(request), self.cursor is not None and self.cursor.backwards
        rows = queryset.order_by(*(_turned(self.ordering) if backwards else self.ordering))
        if self.cursor is not None:
            rows = rows.filter(self._beyond(self.cursor))
        found = list(rows[: size + 1])
        more = len(found) > size
        self.page = found[:size][::-1] if backwards else found[:size]
        self.has_next = backwards or more
        self.has_previous = more if backwards else self.cursor is not None
        return self.page

    def get_paginated_response(self, data: Any) -> Response:
        return Response(
            {
                "next": self._link(-1, backwards=False) if self.has_next else None,
                "previous": self._link(0, backwards=True) if self.has_previous else None,
                "results": data,
            }
        )

    def _beyond(self, cursor: Cursor) -> Q:
        """The rows after the cursor's place, or before it."""
        found, level = Q(), Q()
        names = _turned(self.ordering) if cursor.backwards else self.ordering
        for name, value in zip(names, cursor.place, strict=True):
            field, side = name.lstrip("-"), "lt" if name.startswith("-") else "gt"
            found |= level & Q(**{f"{field}__{side}": value})
            level &= Q(**{field: value})
        return found

    def _link(self, at: int, *, backwards: bool) -> str:
        # Where every row of a page has gone meanwhile, the way leads back to where it came from.
        place = self._place(self.page[at]) if self.page else self.cursor.place  # type: ignore[union-attr]
        return replace_query_param(self.url, "cursor", str(Cursor(place, backwards)))

    def _place(self, row: Any) -> tuple[Any, ...]:
        return tuple(getattr(row, name.lstrip("-")) for name in self.ordering)

    def _cursor(self, request: Request, model: Any) -> Cursor | None:
        given = request.query_params.get("cursor")
        if given is None:
            return None
        fields = [model._meta.get_field(name.lstrip("-")) for name in self.ordering]
        try:
            backwards, *place = json.loads(urlsafe_b64decode(given.encode("ascii")))
            values = [
                field.to_python(str(value)) for field, value in zip(fields, place, strict=True)
            ]
        except (ModelInvalid, ValueError, TypeError, RecursionError) as error:
            raise ValidationError({"cursor": ["This cursor was not given out here."]}) from error
        return Cursor(tuple(values), backwards is True)

    def get_paginated_response_schema(self, schema: Any) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        size = {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE}
        return [
            {"name": "cursor", "in": "query", "required": False, "schema": {"type": "string"},
             "description": "From `next` or `previous`; take those addresses as they are."},
            {"name": "page_size", "in": "query", "required": False, "schema": size},
        ]  # fmt: skip


class BlindPagination(CreatedCursorPagination):
    """In the order of random keys: a blind list tells nothing of when work was handed in."""

    ordering = ("id",)


class TrailPagination(CreatedCursorPagination):
    """Audit events, newest first."""

    ordering = ("-id",)


def _turned(ordering: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name[1:] if name.startswith("-") else f"-{name}" for name in ordering)


def _size(request: Request) -> int:
    asked = request.query_params.get("page_size", str(PAGE))
    if not (asked.isascii() and asked.isdigit() and 1 <= int(asked[:9]) <= LARGEST_PAGE):
        raise ValidationError({"page_size": [f"Ask for 1 to {LARGEST_PAGE} rows."]})
    return int(asked)
