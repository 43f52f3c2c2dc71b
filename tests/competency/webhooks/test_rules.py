"""The scheme itself, against the vector that its authors publish and a second implementation."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest

from competency.webhooks import rules

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
KEY = base64.b64decode(SECRET.removeprefix("whsec_"))
ID, AT, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'


def test_the_published_vector_comes_out():
    assert rules.sign(KEY, ID, AT, BODY) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert rules.spelled(KEY) == SECRET


def verified(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """As a receiver checks it, from the words of the scheme alone."""
    key = base64.b64decode(secret[len("whsec_") :])
    content = b".".join(
        [headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body]
    )
    expected = base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
    given = [each.split(",", 1) for each in headers["webhook-signature"].split(" ")]
    return any(kind == "v1" and hmac.compare_digest(it, expected) for kind, it in given)


def test_each_key_signs_and_nothing_may_change():
    other = bytes(range(32))
    headers = rules.headers([KEY, other], ID, AT, BODY)
    assert verified(SECRET, headers, BODY)
    assert verified(rules.spelled(other), headers, BODY)
    assert not verified(rules.spelled(bytes(32)), headers, BODY)
    assert not verified(SECRET, headers, BODY + b" ")
    assert not verified(SECRET, headers | {"webhook-timestamp": "1614265331"}, BODY)


def test_the_body_names_the_event_and_nothing_private():
    at = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    assert rules.body("certificate.issued", at, subject="s", program="p") == (
        b'{"type":"certificate.issued","timestamp":"2026-03-01T09:30:00.000000+00:00",'
        b'"data":{"id":"s","program":"p"}}'
    )


@pytest.mark.parametrize("tries", range(1, rules.MOST_TRIES + 1))
def test_pauses_grow_up_to_half_a_day_and_are_spread(tries):
    least, middle, most = (rules.pause(tries, chance) for chance in (0.0, 0.5, 1.0))
    assert least < middle < most <= timedelta(hours=12) * 1.2
    assert (most - middle) / middle == pytest.approx(0.2)
    if tries > 1:
        assert middle >= rules.pause(tries - 1, 0.5)
