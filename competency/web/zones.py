"""In which zone a reader sees times: the one they chose, else the browser's, else UTC."""

from django.http import HttpRequest

from competency.accounts.models import known_timezones

COOKIE = "zone"  # written by zone.js
FALLBACK = "UTC"


def zone_of(request: HttpRequest) -> str:
    user = getattr(request, "user", None)
    chosen = user.timezone if user is not None and user.is_authenticated else ""
    return chosen or browser_zone(request) or FALLBACK


def browser_zone(request: HttpRequest) -> str:
    """What the browser says of itself; empty where it says nothing that makes sense."""
    said = request.COOKIES.get(COOKIE, "")
    return said if said in known_timezones() else ""


def zones_to_choose() -> list[str]:
    """Zones by region and city; the short and the outdated names are left to those who know."""
    places = ("Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/",
              "Indian/", "Pacific/")  # fmt: skip
    return ["UTC", *sorted(name for name in known_timezones() if name.startswith(places))]
