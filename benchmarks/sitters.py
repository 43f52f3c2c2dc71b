"""Many trainees write at once: each saves an answer every two seconds, over HTTP."""

import asyncio
import json
import socket
import time
from dataclasses import dataclass, field

from rest_framework.authtoken.models import Token

from assessments.attempts.models import Attempt
from benchmarks.figures import Result
from benchmarks.ground import FOLDER
from benchmarks.measuring import median, percentile
from benchmarks.world import World
from competency.accounts.models import User
from config import topology
from config.children import children

EVERY = 2.0  # seconds between two saves of one trainee
Ask = tuple[str, str, str]  # method, path, words
WORDS = "I stay where he can see me and say what I see. " * 12


@dataclass
class Heard:
    """What the trainees together were answered."""

    seconds: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def run(world: World, result: Result, *, sitters: tuple[int, ...], seconds: float) -> None:
    """Crowds of these sizes, one after the other, at the site as `make up` starts it."""
    attempts, item = world.writing(sum(sitters))
    tokens = _tokens([attempt.enrolment.trainee for attempt in attempts])
    port = _free_port()
    with children() as family:
        topology.start(family, port, logs=FOLDER / "site")
        for count in sitters:
            saves = [_save(attempts.pop(), item) for _ in range(count)]
            keys = [tokens.pop() for _ in range(count)]
            nothing = [("GET", "/healthz", "")] * count
            empty = asyncio.run(_all(port, seconds / 2, nothing, keys))
            began, used = time.perf_counter(), time.process_time()
            heard = asyncio.run(_all(port, seconds, saves, keys))
            share = (time.process_time() - used) / (time.perf_counter() - began)
            _tell(result, count, seconds, heard, empty)
            result.add(f"{count} sitters: one core's share of the load generator", share * 100, "%")


def _tell(result: Result, sitters: int, seconds: float, heard: Heard, empty: Heard) -> None:
    who = f"{sitters} sitters, a save every {EVERY:.0f} s"
    beside = {"beside_what": "ms, a page that does nothing"}
    for name, share in (("median", 0.5), ("95th percentile", 0.95), ("99th percentile", 0.99)):
        ours, theirs = (percentile(one.seconds, share) * 1e3 for one in (heard, empty))
        result.add(f"{who}: {name}", ours, "ms", beside=theirs, **beside)
    result.add(
        f"{who}: saves", len(heard.seconds) / seconds, "per s",
        beside=sitters / EVERY, beside_what="per s asked for",
    )  # fmt: skip
    result.add(f"{who}: errors", len(heard.refused), "", target="0")
    result.add(f"{who}: ten shortest", median(sorted(heard.seconds)[:10]) * 1e3, "ms")


def _tokens(people: list[User]) -> list[str]:
    made = [Token(user=person, key=Token.generate_key()) for person in people]
    Token.objects.bulk_create(made)
    return [token.key for token in made]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _save(attempt: Attempt, item: str) -> Ask:
    return "PUT", f"/api/v1/attempts/{attempt.pk}/submissions/1/answers/{item}/", WORDS


async def _all(
    port: int, seconds: float, asks: list[tuple[str, str, str]], tokens: list[str]
) -> Heard:
    heard = Heard()
    end = time.perf_counter() + seconds
    await asyncio.gather(
        *(
            _sit(port, end, number * EVERY / len(asks), ask, token, heard)
            for number, (ask, token) in enumerate(zip(asks, tokens, strict=True))
        )
    )
    return heard


async def _sit(port: int, end: float, offset: float, ask: Ask, token: str, heard: Heard) -> None:
    """One trainee on one connection, saving again and again."""
    await asyncio.sleep(offset)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    revision = 0
    while (began := time.perf_counter()) < end:
        writer.write(_request(*ask, token=token, revision=revision))
        status, body = await _answer(reader)
        heard.seconds.append(time.perf_counter() - began)
        if status != 200:
            heard.refused.append(f"{status} {body[:200]!r}")
        elif ask[0] == "PUT":
            revision = json.loads(body)["revision"]
        await asyncio.sleep(max(0.0, began + EVERY - time.perf_counter()))
    writer.close()


def _request(method: str, path: str, words: str, *, token: str, revision: int) -> bytes:
    given = {"revision": revision, "response": {"text": f"{words}{revision}"}}
    body = json.dumps(given).encode() if words else b""
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: localhost",
        f"Authorization: Bearer {token}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = int(head.split("content-length: ", 1)[1].split("\r\n", 1)[0])
    return int(head.split(" ", 2)[1]), await reader.readexactly(length)
