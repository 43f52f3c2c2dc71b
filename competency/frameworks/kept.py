"""What a published version says, read once by each process: behind a content hash nothing changes.

    @of_published
    def keyed_options(key: Key) -> Mapping[…]: ...

A draft is read every time. What is returned is shared by every caller, who must leave it as it is.
"""

from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any, TypeVar
from uuid import UUID

V = TypeVar("V", bound=Any)
T = TypeVar("T")
MOST = 256  # versions that each function keeps; the one kept longest makes room


def of_published(read: Callable[[V], T]) -> Callable[[V], T]:
    """Keep what `read` returns for a version that has been published.

    The hash is part of the name: were a publication rolled back, and the draft changed before it
    is published at last, its words would have another hash.
    """
    kept: dict[tuple[UUID, str], T] = {}
    lock = Lock()

    @wraps(read)
    def reading(version: V) -> T:
        if not version.content_hash:
            return read(version)
        name = (version.pk, version.content_hash)
        with lock:
            if name in kept:
                return kept[name]
        found = read(version)
        with lock:
            while len(kept) >= MOST:
                del kept[next(iter(kept))]
            return kept.setdefault(name, found)

    return reading
