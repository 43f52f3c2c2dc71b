"""Credentials signed per second and core, beside Digital Bazaar's library and bare Ed25519."""

import json
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils import timezone

from benchmarks.figures import Result, say
from benchmarks.journey import travel
from benchmarks.measuring import median
from benchmarks.world import World, copy_of
from competency.certificates import status
from competency.certificates.models import Credential, StatusList
from competency.certificates.published import check
from competency.certificates.states import Withdrawal
from competency.credentials import bitstring, canonical, form, pinned, proofs
from competency.credentials.findings import Verification

VERIFIERS = Path(__file__).resolve().parents[1] / "tests" / "verifiers"
METHOD = "did:web:certs.example.org#bench"
ONE_PERCENT = range(0, bitstring.ENTRIES, 100)


def run(world: World, result: Result, *, count: int, rounds: int) -> None:
    travel(world, world.sat(1))
    credential = Credential.objects.latest("signed_at")
    content = bytes(credential.document)
    unsigned = form.read(content)
    del unsigned["proof"]
    key = Ed25519PrivateKey.generate()
    ours = _each(lambda: _sign(unsigned, key), count, rounds)
    bare = _each(lambda: key.sign(bytes(64)), count, rounds)
    theirs = _digital_bazaar(unsigned, count, rounds)
    if theirs:
        result.add("credentials signed per core", 1 / ours, "per s",
                   beside=1 / theirs, beside_what="per s, @digitalbazaar/vc")  # fmt: skip
    else:
        say("without Node and its packages: @digitalbazaar/vc is left out")
    result.add("credentials signed per core", 1 / ours, "per s",
               beside=1 / bare, beside_what="per s, bare Ed25519")  # fmt: skip
    signed = {"beside": ours * 1000, "beside_what": "ms, signing a credential"}
    result.add("bare Ed25519", bare * 1000, "ms", **signed)
    for name, act in {
        "canonical form by PyLD": lambda: canonical.by_pyld(unsigned),
        "canonical form by pyoxigraph": lambda: canonical.by_pyoxigraph(unsigned),
        "guard of the form": lambda: form.check(unsigned),
        "whole check of a credential": lambda: _check(content),
    }.items():
        result.add(name, _each(act, count, rounds) * 1000, "ms", **signed)
    lists = _each(lambda: _list(credential, key), max(1, count // 10), rounds)
    result.add("status list signed anew, 1 % of 131,072 set", lists * 1000, "ms")
    result.add("status lists signed anew per core", 1 / lists, "per s",
               beside=1 / bare, beside_what="per s, bare Ed25519")  # fmt: skip
    published = _published(credential, max(1, count // 10), rounds)
    result.add("status list read, signed anew and stored", published * 1000, "ms",
               beside=lists * 1000, beside_what="ms, signed alone")  # fmt: skip


def _each(act: Callable[[], Any], count: int, rounds: int) -> float:
    """Seconds of processor time for one, the median of the rounds, warm."""
    act()
    seconds = []
    for _ in range(rounds):
        began = time.process_time()
        for _ in range(count):
            act()
        seconds.append((time.process_time() - began) / count)
    return median(seconds)


def _sign(document: dict[str, Any], key: Ed25519PrivateKey) -> dict[str, Any]:
    """As a new certificate is signed: nothing of it was seen before, its second included."""
    _forget()
    return proofs.sign(document, key, method=METHOD, created=timezone.now())


def _check(content: bytes) -> Verification:
    """As a stranger's file is checked; its status list was seen before."""
    _forget()
    return check(content)


def _forget() -> None:
    proofs._options_hash.cache_clear()
    proofs._hash_of_text.cache_clear()


def _list(credential: Credential, key: Ed25519PrivateKey) -> dict[str, Any]:
    document = form.read(bytes(credential.status_list.document))
    del document["proof"]
    document["credentialSubject"]["encodedList"] = bitstring.encode(ONE_PERCENT)
    return _sign(document, key)


def _published(credential: Credential, count: int, rounds: int) -> float:
    """Seconds of processor time here for a list of which one in a hundred was revoked."""
    now, listed = timezone.now(), credential.status_list
    withdrawn = {"withdrawn_at": now, "withdrawn_because": Withdrawal.REVOKED}
    free = set(ONE_PERCENT) - set(listed.credentials.values_list("status_index", flat=True))
    copies = (
        copy_of(credential, status_index=index, number=number, **withdrawn)
        for number, index in enumerate(free, start=2)
    )
    Credential.objects.bulk_create(copies, batch_size=200)
    due = StatusList.objects.filter(pk=listed.pk)

    def publish() -> None:
        _forget()
        due.update(revoked=0)
        if not status.publish(listed.pk):
            raise RuntimeError("The list was not signed anew.")

    return _each(publish, count, rounds)


def _digital_bazaar(document: dict[str, Any], count: int, rounds: int) -> float:
    """Seconds of processor time for one; 0 where Node or its packages are missing."""
    node = shutil.which("node")
    if node is None or not (VERIFIERS / "node_modules").is_dir():
        return 0.0
    contexts = {url: json.dumps(each) for url, each in pinned.documents().items()}
    told = {"documents": contexts, "credential": document, "count": count, "rounds": rounds}
    done = subprocess.run(  # noqa: S603  (a file of ours)
        [node, "sign.mjs"],
        cwd=VERIFIERS,
        input=json.dumps(told),
        capture_output=True,
        text=True,
        check=True,
    )
    return median(json.loads(done.stdout))
