"""The ways that lie open to this reader, for the bar at the top of every page."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from competency.notifications.models import Notification
from competency.programs.roles import Permission
from competency.web.memberships import all_held_by, chosen_program, held_by
from competency.web.zones import zone_of

THEMES = ("light", "dark")
WAYS = (
    (Permission.REVIEW_DO, "reviews", gettext_lazy("Reviews")),
    (Permission.DECISION_VIEW, "decisions", gettext_lazy("Decisions")),
    (Permission.ATTEMPT_VIEW, "cohorts", gettext_lazy("Cohorts")),
    (Permission.ATTEMPT_VIEW, "sittings", gettext_lazy("Sittings")),
    (Permission.PROGRAM_RUN, "people", gettext_lazy("People")),
    (Permission.PROGRAM_RUN, "hours", gettext_lazy("Hours")),
    (Permission.ATTEMPT_SIT, "hours", gettext_lazy("Hours")),
    (Permission.CONTENT_VIEW, "content", gettext_lazy("Content")),
    (Permission.CERTIFICATE_VIEW, "certificates", gettext_lazy("Certificates")),
    (Permission.REPORT_EXPORT, "reports", gettext_lazy("Reports")),
    (Permission.AUDIT_VIEW, "audit", gettext_lazy("Audit trail")),
)
# Pages that lie under a way by what they are about, though not by their address.
ROOMS = {
    "places": "people",
    "rosters": "people",
    "trainees": "cohorts",
    "workload": "sittings",
    "programs": "reports",
    "auditors": "audit",
    "webhooks": "audit",
    "deliveries": "audit",
}
FOR_STAFF = (
    ("audit", gettext_lazy("Audit trail")),
    ("compared-programs", gettext_lazy("Programs")),
    ("parked", gettext_lazy("Parked work")),
)


@dataclass(frozen=True)
class Way:
    label: str
    url: str
    here: bool


def ways_for(request: HttpRequest) -> list[Way]:
    """Home, and what the reader's roles open; nothing without an account."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    granted = held_by(request).grants()
    places = [("home", _("Home"))]
    places += [(name, str(label)) for permission, name, label in WAYS if permission in granted]
    places += [(name, str(label)) for name, label in FOR_STAFF if user.is_staff]
    room = ROOMS.get(request.path.split("/")[1], "")
    return [
        _way(request.path, reverse(name), label, room == name)
        for name, label in dict(places).items()
    ]


def _unread(request: HttpRequest) -> int:
    """How many notifications this reader has not seen; none without an account."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return 0
    return int(Notification.objects.visible_to(user).unread().count())


def _way(path: str, url: str, label: str, under: bool) -> Way:
    here = path == url if url == reverse("home") else path == url or path.startswith(f"{url}/")
    return Way(label, url, here or under)


def shell(request: HttpRequest) -> dict[str, object]:
    """Context for `base.html`: ways, programs, zone, and a theme chosen over the system's."""
    theme = request.COOKIES.get("theme", "")
    programs = all_held_by(request).programs()
    return {
        "ways": ways_for(request),
        "own_programs": programs if len(programs) > 1 else [],
        "chosen_program": chosen_program(request),
        "zone": zone_of(request),
        "unread": _unread(request),
        "theme": theme if theme in THEMES else "",
    }
