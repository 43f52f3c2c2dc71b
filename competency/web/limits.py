"""Failed sign-ins are counted per address and place, in the cache, which forgets by itself."""

from hashlib import sha256

from django.core.cache import cache
from django.http import HttpRequest
from rest_framework.throttling import BaseThrottle

WINDOW_SECONDS = 15 * 60
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
            cache.add(name, 0, WINDOW_SECONDS)
            try:
                cache.incr(name)
            except ValueError:  # forgotten in this very moment
                cache.set(name, 1, WINDOW_SECONDS)

    def forget(self) -> None:
        """A person who got in was not guessing; their place keeps its own count."""
        cache.delete(next(iter(self._counters)))


def _counter(*parts: str) -> str:
    """Hashed, so that the cache holds no address."""
    return "sign-in:" + sha256("\n".join(parts).encode()).hexdigest()
