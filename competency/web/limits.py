"""Failed sign-ins and visits of strangers are counted in the cache, which forgets by itself."""

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any, TypeVar, cast

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from rest_framework.throttling import BaseThrottle

WINDOW_SECONDS = 15 * 60
VISITS_SECONDS = 60
PER_ADDRESS_AND_PLACE = 5
PER_PLACE = 50


def place_of(request: HttpRequest) -> str:
    """Where a request comes from; only as many proxies are believed as the settings name."""
    return str(BaseThrottle().get_ident(request))  # type: ignore[arg-type]


class FailedSignIns:
    """How often somebody failed lately, by e-mail address and network address, or by the latter."""

    def __init__(self, request: HttpRequest, email: str) -> None:
        place = place_of(request)
        self._counters = {
            _counter(place, email.strip().lower()): PER_ADDRESS_AND_PLACE,
            _counter(place): PER_PLACE,
        }

    def too_many(self) -> bool:
        counted = cache.get_many(self._counters)
        return any(counted.get(name, 0) >= most for name, most in self._counters.items())

    def add(self) -> None:
        for name in self._counters:
            _count(name, WINDOW_SECONDS)

    def forget(self) -> None:
        """A person who got in was not guessing; their place keeps its own count."""
        cache.delete(next(iter(self._counters)))


View = TypeVar("View", bound=Callable[..., Any])


def at_most(visits: int, room: str) -> Callable[[View], View]:
    """So many visits a minute from one place to the pages of one room; then 429, in words."""

    def limited(view: View) -> View:
        @wraps(view)
        def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            name = _counter(room, place_of(request))
            if _count(name, VISITS_SECONDS) <= visits:
                return view(request, *args, **kwargs)
            response: HttpResponse = render(request, "429.html", status=429)
            response["Retry-After"] = str(VISITS_SECONDS)
            return response

        return cast(View, counted)

    return limited


def _count(name: str, seconds: int) -> int:
    """One more of these; how many there were in this window."""
    cache.add(name, 0, seconds)
    try:
        return int(cache.incr(name))
    except ValueError:  # forgotten in this very moment
        cache.set(name, 1, seconds)
        return 1


def _counter(*parts: str) -> str:
    """Hashed, so that the cache holds no address."""
    return "seen:" + sha256("\n".join(parts).encode()).hexdigest()
