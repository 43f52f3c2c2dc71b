"""What the broker's server says: how long each queue is, and how long the steps took."""

from collections.abc import Iterator
from itertools import accumulate

import redis
from django.conf import settings
from prometheus_client.metrics_core import GaugeMetricFamily, HistogramMetricFamily, Metric

from competency.foundation import timings

LONGEST_READ = 2.0
UNACKNOWLEDGED = "unacked"  # where Celery keeps what a worker has fetched and not finished


def queues() -> Iterator[Metric]:
    waiting = GaugeMetricFamily(
        "credence_queue_messages", "Messages that no worker has fetched.", labels=["queue"]
    )
    with redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=LONGEST_READ, socket_connect_timeout=LONGEST_READ
    ) as server:
        for queue in settings.CELERY_TASK_QUEUES:
            waiting.add_metric([queue], int(server.llen(queue)))
        fetched = int(server.hlen(UNACKNOWLEDGED))
    yield waiting
    yield GaugeMetricFamily(
        "credence_queue_unacknowledged_messages",
        "Messages that a worker has fetched and not finished.",
        value=fetched,
    )


def steps() -> Iterator[Metric]:
    found = HistogramMetricFamily(
        "credence_step_seconds", "Duration of automatic steps, commit included.", labels=["step"]
    )
    names = [*map(str, timings.BOUNDS), "+Inf"]
    for step, timing in sorted(timings.read().items()):
        buckets = list(zip(names, accumulate(timing.counts), strict=True))
        found.add_metric([step], buckets, sum_value=timing.seconds)
    yield found
