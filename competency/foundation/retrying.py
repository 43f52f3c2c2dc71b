"""How a task of ours goes on when the database is away, and how long a long one may take."""

from typing import Any

from django.db import OperationalError

RETRY: dict[str, Any] = {
    "acks_late": True,
    "autoretry_for": (OperationalError,),
    "retry_backoff": True,
    "max_retries": 8,
}
# A long trail or report takes minutes; less than the broker waits until it hands a message out
# again, in seconds.
LONG = RETRY | {"soft_time_limit": 780, "time_limit": 840}
