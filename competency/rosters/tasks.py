"""Rosters in the background: that they are forgotten in time."""

from celery import shared_task

from competency.rosters import expiring


@shared_task
def sweep() -> None:
    """Delete the rows of what nobody confirmed within a day."""
    expiring.expire()
