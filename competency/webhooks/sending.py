"""One signed request: to a checked address, no redirect followed, nothing waited for too long."""

import http.client
import os
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Timer

from competency.foundation.errors import InvalidInput
from competency.webhooks.addresses import Address, AddressRefused, check_url, lookup

STEP, WHOLE = 5.0, 15.0  # seconds: for one step of it, and for all of it
LONGEST_BODY, LONGEST_HEAD = 16_384, 4_000
AGENT = "Credence-Webhooks/1"
SAID: Mapping[type[Exception], str] = {
    TimeoutError: "It did not answer in time",
    ssl.SSLError: "No secure connection could be made",
    http.client.HTTPException: "The answer could not be read",
}


@dataclass(frozen=True)
class Answer:
    """What came back, or what went wrong; heads as they went over the wire, shortened."""

    request_head: str
    status: int | None = None
    response_head: str = ""
    error: str = ""
    milliseconds: int = 0

    @property
    def taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Send it, and say what came of it. Never raises for what the other side does."""
    sent = {**headers, "user-agent": AGENT, "content-length": str(len(body))}
    began = time.monotonic()
    head, status, answered, error = _head(url, sent), None, "", ""
    try:
        parts = check_url(url)
        path = parts._replace(scheme="", netloc="").geturl() or "/"
        status, answered = _exchange(
            _Connection(parts.hostname or "", parts.port, parts.scheme, lookup(parts)),
            path,
            body,
            sent,
        )
    except InvalidInput as refused:
        error = refused.message
    except (AddressRefused, OSError, http.client.HTTPException) as problem:
        error = in_words(problem)[:300]
    milliseconds = int((time.monotonic() - began) * 1000)
    return Answer(head, status, answered[:LONGEST_HEAD], error, milliseconds)


def in_words(problem: Exception) -> str:
    """What went wrong, for the log: a person reads it, who may hand it on to an engineer.

    >>> in_words(TimeoutError("timed out")), in_words(AddressRefused("a.example was not found"))
    ('It did not answer in time (timed out)', 'a.example was not found')
    """
    if isinstance(problem, AddressRefused):
        return str(problem)
    known = (words for kind, words in SAID.items() if isinstance(problem, kind))
    said = next(known, "The connection failed")
    return f"{said} ({problem})" if str(problem) else said


class _Connection(http.client.HTTPConnection):
    """Connects to addresses that were checked, under the name that was asked for."""

    def __init__(self, host: str, port: int | None, scheme: str, addresses: list[Address]) -> None:
        self.default_port = 443 if scheme == "https" else 80
        super().__init__(host, port, timeout=STEP)
        self.scheme, self.addresses = scheme, addresses

    def connect(self) -> None:
        problem: OSError = OSError("no address")
        for family, where in self.addresses:
            found = socket.socket(family, socket.SOCK_STREAM)
            found.settimeout(STEP)
            failed = found.connect_ex(where)
            if not failed:
                self.sock = found
                break
            found.close()
            problem = OSError(failed, os.strerror(failed))
        else:
            raise problem
        if self.scheme == "https":
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host)


def _exchange(
    connection: _Connection, path: str, body: bytes, headers: Mapping[str, str]
) -> tuple[int, str]:
    """Status and head of the answer; cut off when all of it takes too long."""
    cutter = Timer(WHOLE, _cut, [connection])
    cutter.daemon = True
    cutter.start()
    try:
        connection.request("POST", path, body=body, headers=dict(headers))
        response = connection.getresponse()
        with suppress(OSError, http.client.HTTPException):
            response.read(LONGEST_BODY)  # taken off the wire, and left unread beyond that
        lines = [f"{name}: {value}" for name, value in response.getheaders()]
        return response.status, "\n".join([f"{response.status} {response.reason}", *lines])
    finally:
        cutter.cancel()
        connection.close()


def _cut(connection: _Connection) -> None:
    if connection.sock is not None:
        with suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)


def _head(url: str, headers: Mapping[str, str]) -> str:
    lines = [f"POST {url}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\n".join(lines)[:LONGEST_HEAD]
