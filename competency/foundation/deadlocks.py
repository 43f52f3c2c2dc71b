"""Two acts that hold what the other needs: PostgreSQL ends one of them, which may be done again.

Locks are taken from the whole to its part (attempt, submission, review), then the program and its
register, so that this should not happen. Where it does, tasks are tried again by Celery, pages by
`competency.web.middleware.OnceMore`, and a client of the interface is told to ask again.
"""

from django.db import OperationalError
from psycopg.errors import DeadlockDetected

TRIES = 3


def is_deadlock(error: BaseException) -> bool:
    """Whether the transaction was ended for the sake of another, and undone as a whole."""
    return isinstance(error, OperationalError) and isinstance(error.__cause__, DeadlockDetected)
