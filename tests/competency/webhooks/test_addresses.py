"""Nothing is sent into our own network, however its address is written."""

import socket
from ipaddress import ip_address
from urllib.parse import urlsplit

import pytest

from competency.foundation.errors import InvalidInput
from competency.webhooks import addresses, sending
from tests.competency.webhooks.receiver import receiving

PRIVATE = [
    *("127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1"),  # noqa: S104
    *("169.254.169.254", "100.64.0.1", "192.0.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254"),
    *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a00:1::1"),
    "2001:0:4136:e378:8000:63bf:80ff:fffe",  # Teredo to 127.0.0.1
]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_is_refused(address):
    assert not addresses.is_allowed(ip_address(address))
    written = f"[{address}]" if ":" in address else address
    with pytest.raises(InvalidInput, match="private"):
        addresses.check_url(f"https://{written}/hook")


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111"])
def test_an_address_out_in_the_world_is_not(address):
    assert addresses.is_allowed(ip_address(address))


def test_settings_open_a_network_and_no_other(settings):
    settings.WEBHOOK_ALLOWED_NETWORKS = ["10.0.0.0/8", "fd00::/8"]
    assert addresses.is_allowed(ip_address("10.1.2.3"))
    assert addresses.is_allowed(ip_address("::ffff:10.1.2.3"))
    assert addresses.is_allowed(ip_address("fd00::1"))
    assert not addresses.is_allowed(ip_address("127.0.0.1"))


@pytest.mark.parametrize(
    "url",
    [
        *("", "hook", "ftp://a.example/", "http://a.example/", "https://", "https:///hook"),
        *("https://me:secret@a.example/", "https://me@a.example/", "https://a.example/#part"),
        *("https://a.example:0/", "https://a.example:99999/", "https://a.example:x/"),
        *("https://[::1", "https://a b.example/", "https://ä.example/", "https://a.example\\@b/"),
    ],
)
def test_an_address_that_cannot_be_one_is_refused_in_words(url):
    with pytest.raises(InvalidInput) as refused:
        addresses.check_url(url)
    assert refused.value.field == "url"


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "017700000001", "127.1", "localhost"])
def test_other_spellings_of_this_machine_are_found_out_when_looked_up(host):
    with pytest.raises(addresses.AddressRefused):
        addresses.lookup(urlsplit(f"https://{host}/hook"))


def answering(monkeypatch, *answers):
    """A resolver that gives one answer after the other; returns the names that were asked."""
    asked, rows = [], iter(answers)

    def getaddrinfo(host, port, **more):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in next(rows)]

    monkeypatch.setattr(addresses.socket, "getaddrinfo", getaddrinfo)
    return asked


def test_one_private_address_among_several_is_enough_to_refuse(monkeypatch):
    answering(monkeypatch, ["8.8.8.8", "10.0.0.1"])
    with pytest.raises(addresses.AddressRefused, match=r"leads to 10\.0\.0\.1"):
        addresses.lookup(urlsplit("https://rebind.example/"))


def test_a_name_is_looked_up_once_and_what_was_checked_is_connected_to(monkeypatch, settings):
    settings.WEBHOOK_ALLOW_HTTP = True
    settings.WEBHOOK_ALLOWED_NETWORKS = ["127.0.0.1/32"]
    with receiving() as receiver:
        port = urlsplit(receiver.url).port
        asked = answering(monkeypatch, ["127.0.0.1"])  # a second look-up would find no answer
        answer = sending.post(f"http://rebind.example:{port}/", b"{}", {})
        assert (answer.status, asked) == (200, ["rebind.example"])
        assert receiver.taken[0][0]["host"] == f"rebind.example:{port}"


def test_a_redirect_is_an_answer_and_is_not_followed(settings):
    settings.WEBHOOK_ALLOW_HTTP = True
    settings.WEBHOOK_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    with receiving() as receiver:
        receiver.status, receiver.answers = 302, {"Location": receiver.url}
        answer = sending.post(receiver.url, b"{}", {})
        assert (answer.status, answer.taken, len(receiver.taken)) == (302, False, 1)


def test_a_private_address_is_never_connected_to(settings):
    settings.WEBHOOK_ALLOW_HTTP = True
    with receiving() as receiver:
        answer = sending.post(receiver.url, b"{}", {})
        assert (answer.status, receiver.taken) == (None, [])
        assert "private" in answer.error


def test_an_answer_without_end_is_read_no_further_than_a_bound(settings):
    settings.WEBHOOK_ALLOW_HTTP = True
    settings.WEBHOOK_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    with receiving() as receiver:
        receiver.body, receiver.answers = b"x" * 2_000_000, {"X-Long": "y" * 9_000}
        answer = sending.post(receiver.url, b"{}", {})
        assert answer.taken
        assert len(answer.response_head) <= sending.LONGEST_HEAD


def test_who_does_not_answer_is_cut_off(settings, monkeypatch):
    settings.WEBHOOK_ALLOW_HTTP = True
    settings.WEBHOOK_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    monkeypatch.setattr(sending, "WHOLE", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        answer = sending.post(f"http://127.0.0.1:{silent.getsockname()[1]}/", b"{}", {})
    assert (answer.status, bool(answer.error)) == (None, True)
