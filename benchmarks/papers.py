"""Whole certificates: signed and stored, then drawn, sealed and stored, in one process."""

import time
from collections.abc import Callable, Iterable
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from django.utils import timezone

from benchmarks.figures import Result
from benchmarks.journey import steps
from benchmarks.measuring import median
from benchmarks.world import World
from competency.certificates import issuing
from competency.certificates.models import Certificate
from competency.credentials import vault
from competency.renderings import making
from competency.renderings.models import Paper, Rendering
from competency.renderings.sealing import seal_pdf


def run(world: World, result: Result, *, count: int, rounds: int) -> None:
    _round(world, 1)  # fonts and contexts are read once
    taken = [_round(world, count) for _ in range(rounds)]
    names = ("signed and stored", "drawn", "sealed", "whole, stored")
    bare = _bare_signatures(1000)
    for place, name in enumerate(names):
        figures = [one[place] for one in taken]
        result.add(f"certificates {name}", median(figures), "per s",
                   beside=bare, beside_what="bare P-256 signatures/s")  # fmt: skip


def _round(world: World, count: int) -> tuple[float, float, float, float]:
    """Certificates a second: signed, drawn alone, sealed alone, and the whole of it."""
    certificates = [_awarded(world, attempt) for attempt in world.sat(count)]
    signing = _seconds(lambda row: issuing.issue(row.pk), certificates)
    rows = [
        Rendering.objects.create(credential=row.credentials.get(), paper=Paper.A4)
        for row in certificates
    ]
    drawn: list[bytes] = []
    drawing = _seconds(lambda row: drawn.append(making.drawn_for(row)), rows)
    seal = making.seal_of(rows[0].credential.achievement.identity.issuer, timezone.now())
    key, _in_force = vault.unseal_bytes(seal.sealed or b"", seal.pk)
    chain = bytes(seal.chain)
    sealing = _seconds(lambda pdf: seal_pdf(pdf, key, chain, name="A", reason="B"), drawn)
    making_all = _seconds(lambda row: making.make(row.pk), rows)
    return count / signing, count / drawing, count / sealing, count / (signing + making_all)


def _awarded(world: World, attempt: Any) -> Certificate:
    for name, act in steps(world, attempt):
        if name == "issue":
            break
        act()
    return Certificate.objects.get(decision__attempt_id=attempt.pk)


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
