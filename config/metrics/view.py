"""`/metrics`: closed unless METRICS_TOKEN is shown or one of the site's staff asks.

Everything is read when it is asked for, from the rows and the broker, so each web process gives
the same answer. A part that cannot be read in time is left out, and named.
"""

from collections.abc import Callable, Iterator

import structlog
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from competency.programs.access import staff_only
from config.metrics import broker, rows

PARTS: dict[str, Callable[[], Iterator[Metric]]] = {
    "states": rows.states,
    "work": rows.work,
    "people": rows.people,
    "queues": broker.queues,
    "steps": broker.steps,
}

logger = structlog.get_logger(__name__)


class Site(Collector):
    """Every part that can be read, and which cannot."""

    def collect(self) -> Iterator[Metric]:
        read = GaugeMetricFamily(
            "credence_part_read", "Whether this part of the metrics could be read.", labels=["part"]
        )
        for part, metrics_of in PARTS.items():
            try:
                yield from list(metrics_of())
            except Exception:  # what the others say is needed most when one is silent
                logger.warning("metrics_part_failed", part=part, exc_info=True)
                read.add_metric([part], 0)
            else:
                read.add_metric([part], 1)
        yield read


def _shows_the_token(request: HttpRequest) -> bool:
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    token = settings.METRICS_TOKEN
    return bool(token) and scheme == "Bearer" and constant_time_compare(shown, token)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    if not _shows_the_token(request) and not staff_only.admits(request.user):
        if request.user.is_authenticated:
            raise PermissionDenied("Metrics are for the site's staff.")
        return HttpResponse(status=401, headers={"WWW-Authenticate": 'Bearer realm="metrics"'})
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Site())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


metrics.policy = staff_only  # type: ignore[attr-defined]
