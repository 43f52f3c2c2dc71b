"""Whole certificates: signed and stored, then drawn, sealed and stored; here and by workers."""

import time
from collections.abc import Callable, Iterable
from typing import Any

import redis
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from benchmarks.figures import Result
from benchmarks.journey import steps
from benchmarks.measuring import Cost, Meter, median, medians
from benchmarks.shares import Shares, shares
from benchmarks.through_workers import EMPTY_FOR_EACH, empty_tasks
from benchmarks.worker import QUEUE, hold, release, workers
from benchmarks.world import World
from competency.certificates import issuing, signing
from competency.certificates.models import Certificate, Credential
from competency.certificates.tasks import issue_certificate
from competency.credentials import form, proofs, vault
from competency.renderings import making
from competency.renderings.models import Paper, Rendering
from competency.renderings.sealing import seal_pdf
from competency.renderings.services import ask_for

PARTS = {
    "canonical form, by both": (proofs, "canonical_form"),
    "opening the key, signing": (signing, "sign_with"),
    "guard of the form": (form, "check"),
    "verification before storing": (signing, "verify"),
    "layout by Typst, with QR and seal": (making, "draw"),
    "sealing by pyHanko": (making, "seal_pdf"),
}


def run(world: World, result: Result, *, count: int, rounds: int) -> None:
    _round(world, 1)  # fonts and contexts are read once
    taken = [_round(world, count) for _ in range(rounds)]
    names = ("signed and stored", "drawn", "sealed", "whole, stored")
    bare = _bare_signatures(1000)
    for place, name in enumerate(names):
        figures = [one[place] for one in taken]
        result.add(f"one process: certificates {name}", median(figures), "per s",
                   beside=bare, beside_what="bare P-256 signatures/s")  # fmt: skip
    _costs(world, result, count * rounds)
    _where_time_goes(world, result, count, rounds)
    for processes in (1, 2):
        _through_workers(world, result, processes, count, rounds)


def _round(world: World, count: int) -> tuple[float, float, float, float]:
    """Certificates a second: signed, drawn alone, sealed alone, and the whole of it."""
    keys = _awarded(world, count)
    issued = _seconds(issuing.issue, keys)
    rows = [_asked(key) for key in keys]
    drawn: list[bytes] = []
    drawing = _seconds(lambda row: drawn.append(making.drawn_for(row)), rows)
    with transaction.atomic():
        seal = making.seal_of(rows[0].credential.achievement.identity.issuer, timezone.now())
    key, _in_force = vault.unseal_bytes(seal.sealed or b"", seal.pk)
    chain = bytes(seal.chain)
    sealing = _seconds(lambda pdf: seal_pdf(pdf, key, chain, name="A", reason="B"), drawn)
    whole = issued + _seconds(lambda row: making.make(row.pk), rows)
    return count / issued, count / drawing, count / sealing, count / whole


def _awarded(world: World, count: int) -> list[Any]:
    """Keys of so many certificates that wait to be issued."""
    return [_take_steps(world, attempt) for attempt in world.sat(count)]


def _take_steps(world: World, attempt: Any) -> Any:
    for name, act in steps(world, attempt):
        if name == "issue":
            break
        act()
    return Certificate.objects.values_list("pk", flat=True).get(decision__attempt_id=attempt.pk)


def _asked(key: Any) -> Rendering:
    credential = Credential.objects.select_related("certificate").get(certificate=key)
    return Rendering.objects.create(credential=credential, paper=Paper.A4)


def _seconds(act: Callable[[Any], object], rows: Iterable[Any]) -> float:
    began = time.perf_counter()
    for row in rows:
        act(row)
    return time.perf_counter() - began


def _bare_signatures(count: int) -> float:
    secret, content = ec.generate_private_key(ec.SECP256R1()), b"x" * 60_000
    began = time.perf_counter()
    for _ in range(count):
        secret.sign(content, ec.ECDSA(SHA256()))
    return count / (time.perf_counter() - began)


def _costs(world: World, result: Result, count: int) -> None:
    """Of one certificate, the median: time, processor time, statements."""
    meter = Meter()
    for key in _awarded(world, count):
        with meter.step("signed and stored"):
            issuing.issue(key)
        row = _asked(key)
        with meter.step("PDF drawn, sealed and stored"):
            making.make(row.pk)
    for name, cost in medians(meter.costs).items():
        _tell(result, name, cost)


def _tell(result: Result, name: str, cost: Cost) -> None:
    result.add(f"{name}: time", cost.wall * 1e3, "ms")
    result.add(f"{name}: processor time here", cost.client * 1e3, "ms")
    result.add(f"{name}: processor time in PostgreSQL", cost.server * 1e3, "ms")
    result.add(f"{name}: statements", cost.statements, "")


def _where_time_goes(world: World, result: Result, count: int, rounds: int) -> None:
    """Shares of a whole certificate, in one process: the median of the rounds."""
    taken = [_shares_of(_awarded(world, count)) for _ in range(rounds)]
    found = {
        name: median([one.seconds.get(name, 0.0) for one in taken])
        for name in sorted({name for one in taken for name in one.seconds})
    }
    together = sum(found.values())
    for name, seconds in sorted(found.items(), key=lambda one: -one[1]):
        result.add(f"of a whole certificate: {name}", seconds / count * 1e3, "ms",
                   beside=together / count * 1e3, beside_what="ms")  # fmt: skip


def _shares_of(keys: list[Any]) -> Shares:
    with shares(PARTS) as found:
        for key in keys:
            issuing.issue(key)
    rows = [_asked(key) for key in keys]
    with shares(PARTS) as drawing:
        for row in rows:
            making.make(row.pk)
    for name, seconds in drawing.seconds.items():
        found.seconds[name] += seconds
    return found


def _through_workers(world: World, result: Result, processes: int, count: int, rounds: int) -> None:
    idle, signed, drawn, whole = [], [], [], []
    with workers(processes):
        for _ in range(rounds):
            idle.append(empty_tasks(count * EMPTY_FOR_EACH))
            issuing_took, making_took = _by_tasks(world, count)
            signed.append(count / issuing_took)
            drawn.append(count / making_took)
            whole.append(count / (issuing_took + making_took))
    who = f"worker with {processes} process{'es' if processes > 1 else ''}"
    beside = {"beside": median(idle), "beside_what": "empty tasks/s"}
    result.add(f"{who}: certificates signed and stored", median(signed), "per s", **beside)
    result.add(f"{who}: PDFs drawn, sealed and stored", median(drawn), "per s", **beside)
    result.add(f"{who}: whole certificates", median(whole), "per s", **beside)


def _by_tasks(world: World, count: int) -> tuple[float, float]:
    """Seconds until all are issued, and until each then has its PDF: one task for each."""
    hold()
    keys = _awarded(world, count)
    _forget_what_is_queued()
    for key in keys:
        issue_certificate.delay(str(key))
    credentials = Credential.objects.filter(certificate__in=keys)
    issued = release(lambda: credentials.count() == count)
    hold()
    for credential in credentials:
        ask_for(credential, Paper.A4)
    there = Rendering.objects.filter(credential__certificate__in=keys, made_at__isnull=False)
    return issued, release(lambda: there.count() == count)


def _forget_what_is_queued() -> None:
    """Awarding has asked for further steps already; each certificate is to be issued once."""
    with redis.Redis.from_url(settings.REDIS_URL) as server:
        server.delete(QUEUE)
