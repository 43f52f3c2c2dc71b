"""The Standard Webhooks scheme: secrets, signatures, bodies, and when to try again. Pure."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

PREFIX = "whsec_"
SECRET_BYTES = 32  # the scheme takes 24 to 64
FIRST, FACTOR, LONGEST = 10.0, 4, 12 * 3600.0  # seconds
MOST_TRIES = 12  # the last about three days after the first
JITTER = 0.2  # of the pause, either way


def spelled(key: bytes) -> str:
    """A secret as people copy it.

    >>> spelled(bytes(3))
    'whsec_AAAA'
    """
    return PREFIX + base64.b64encode(key).decode()


def sign(key: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """`v1` and the HMAC-SHA256 of id, time and body, joined by dots."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def headers(keys: Iterable[bytes], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """One signature for each key, so that a receiver may still hold the earlier one."""
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(sign(key, message_id, timestamp, body) for key in keys),
    }


def body(event: str, occurred_at: datetime, *, subject: str, program: str) -> bytes:
    """What is sent: which event, when, and the keys to ask the interface with. Nothing private."""
    content = {
        "type": event,
        "timestamp": occurred_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "data": {"id": subject, "program": program},
    }
    return json.dumps(content, separators=(",", ":")).encode()


def pause(tries: int, chance: float) -> timedelta:
    """How long to wait after so many tries; `chance` in [0, 1) spreads those that failed at once.

    >>> pause(1, 0.5), pause(3, 0.5), pause(11, 0.5) == timedelta(hours=12)
    (datetime.timedelta(seconds=10), datetime.timedelta(seconds=160), True)
    """
    seconds = min(FIRST * FACTOR ** (tries - 1), LONGEST)
    return timedelta(seconds=seconds * (1 + JITTER * (2 * chance - 1)))
