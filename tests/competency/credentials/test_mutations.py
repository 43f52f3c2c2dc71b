"""A valid credential, changed at random in any place: never accepted, never an error.

300 changes here, 10,000 in `make soak`, from a seed that the failure names.
"""

import copy
import json
import random
from typing import Any

import pytest

from competency.certificates.published import check
from competency.credentials.findings import Verdict
from tests.sizes import size

Place = tuple[Any, Any]  # a container and the key or index in it
IRIS = (
    "https://www.w3.org/2018/credentials#",
    "https://purl.imsglobal.org/spec/vc/ob/vocab.html#",
    "https://schema.org/",
)


def places(value: Any) -> list[Place]:
    """Every place in a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found = []
    for key, each in inner:
        found.append((value, key))
        if isinstance(each, dict | list):
            found += places(each)
    return found


def another(value: Any, chance: random.Random) -> Any:
    """Something else that might stand in place of a value."""
    choices = ["", "x", [], {}, None, 0, True, 1.5, [value], {"@value": value}, {"id": "_:b0"}]
    if isinstance(value, str) and value:
        at = chance.randrange(len(value))
        letter = chr(chance.choice([0, 9, 0x41, 0x7F, 0xE9, 0x2028, 0x202E, 0x1F600]))
        choices += [value[:at] + letter + value[at + 1 :]] * 8
        choices += [value[:at], value + value, value.upper(), value[::-1]]
    return chance.choice(
        [each for each in choices if each != value or type(each) is not type(value)]
    )


def mutated(document: Any, chance: random.Random) -> bytes:
    changed = copy.deepcopy(document)
    holder, key = chance.choice(places(changed))
    act = chance.randrange(7)
    if act <= 3:
        holder[key] = another(holder[key], chance)
    elif act == 4:
        del holder[key]
    elif act == 5 and isinstance(holder, dict):
        holder[chance.choice(IRIS) + str(key)] = holder.pop(key)
    elif isinstance(holder, dict):
        holder[str(key) + "x"] = holder[key]
    else:
        holder.append({"type": ["Result"], "value": "9"})
    return json.dumps(changed, ensure_ascii=True).encode()


def torn(content: bytes, chance: random.Random) -> bytes:
    """One byte changed, lost or added, wherever it is."""
    at = chance.randrange(len(content))
    return (
        content[:at] + bytes(chance.choices(range(256), k=chance.randrange(3))) + content[at + 1 :]
    )


def spelled(content: bytes) -> str | None:
    """What it says, whatever its white space; to Python alone, 0 and false are the same."""
    try:
        return json.dumps(json.loads(content), sort_keys=True)
    except (ValueError, RecursionError):
        return None


def assert_none_is_accepted(content: bytes, times: int, seed: int) -> None:
    document, chance = json.loads(content), random.Random(seed)
    for turn in range(times):
        tried = torn(content, chance) if turn % 3 == 0 else mutated(document, chance)
        same = spelled(tried) == spelled(content)
        verdict = check(tried).verdict
        accepted = verdict not in (Verdict.REFUSED, Verdict.EXPIRED, Verdict.NOT_YET)
        assert accepted == same, f"seed {seed}, turn {turn}: {verdict} for {tried!r}"


def test_300_random_changes(credential: Any) -> None:
    assert_none_is_accepted(bytes(credential.document), 300, seed=7)


@pytest.mark.soak
def test_10_000_random_changes(credential: Any) -> None:
    seed = random.randrange(2**32)
    assert_none_is_accepted(bytes(credential.document), size(10_000), seed=seed)
