"""Lists come in pages; each list on a page turns its own, in the URL."""

from collections.abc import Sequence
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest


class ListPage(Page[Any]):
    """A page of rows that knows the way to its neighbours."""

    previous_url = ""
    next_url = ""


class ListPaginator(Paginator):
    def _get_page(self, *args: Any, **kwargs: Any) -> ListPage:
        return ListPage(*args, **kwargs)


def page_of(
    request: HttpRequest,
    rows: QuerySet[Any] | Sequence[Any],
    *,
    name: str = "page",
    size: int = 20,
) -> ListPage:
    """The page that the URL asks for; a number that makes no sense means the nearest page."""
    page = cast(ListPage, ListPaginator(rows, size).get_page(request.GET.get(name)))
    if page.has_previous():
        page.previous_url = _url(request, name, page.previous_page_number())
    if page.has_next():
        page.next_url = _url(request, name, page.next_page_number())
    return page


def _url(request: HttpRequest, name: str, number: int) -> str:
    query = request.GET.copy()
    query[name] = str(number)
    return f"?{query.urlencode()}"
