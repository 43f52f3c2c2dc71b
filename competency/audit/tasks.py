"""Seal the trail in the background. Repeats, and two at once, do no harm."""

from celery import shared_task

from competency.audit import sealing


@shared_task
def seal() -> None:
    sealing.seal_events()


@shared_task
def seal_stragglers() -> None:
    """Look at every event, for one that was committed long after later ones were sealed."""
    sealing.seal_events(everything=True)
