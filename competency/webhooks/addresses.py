"""Where a webhook may lead: never into our own network, by whatever name or notation.

The name is looked up once; what it stands for is checked, and that very address is connected to,
so that a second look-up cannot answer otherwise.
"""

import socket
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from competency.foundation.errors import InvalidInput

NAT64 = ip_network("64:ff9b::/96")
PORTS = {"https": 443, "http": 80}
Address = tuple[socket.AddressFamily, tuple[str, int]]


class AddressRefused(Exception):
    """This name leads to where nothing may be sent, or nowhere."""


def check_url(url: str) -> SplitResult:
    """The parts of an address that may be kept. Raises InvalidInput, in words."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise InvalidInput({"url": _("This is not an address.")}) from None
    schemes = ("https", "http") if settings.WEBHOOK_ALLOW_HTTP else ("https",)
    if parts.scheme not in schemes:
        raise InvalidInput({"url": _("The address begins with https://.")})
    plain = url.isascii() and url.isprintable() and " " not in url
    if not parts.hostname or not plain or "\\" in url or port == 0:
        raise InvalidInput({"url": _("This is not an address.")})
    if parts.username or parts.password or parts.fragment or "@" in parts.netloc:
        raise InvalidInput({"url": _("An address has no name, password or # part here.")})
    try:
        literal = ip_address(parts.hostname)
    except ValueError:
        return parts
    if not is_allowed(literal):
        raise InvalidInput({"url": _("This address is private; nothing is sent there.")})
    return parts


def lookup(parts: SplitResult) -> list[Address]:
    """Every address of a host, each one checked. Raises AddressRefused if one may not be."""
    host, port = str(parts.hostname), parts.port or PORTS[parts.scheme]
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AddressRefused(f"{host} was not found") from error
    addresses = [(family, (str(where[0]), int(where[1]))) for family, *_rest, where in found]
    for _family, (number, _port) in addresses:
        if not is_allowed(ip_address(number.partition("%")[0])):
            raise AddressRefused(f"{host} leads to {number}, which is private")
    return addresses


def is_allowed(address: IPv4Address | IPv6Address) -> bool:
    """Whether it is out in the world, or in a network that the settings allow."""
    inner = _inside(address)
    if any(each in network for network in _networks() for each in (address, inner)):
        return True
    return all(
        each.is_global and not each.is_multicast and not each.is_reserved
        for each in (address, inner)
    )


def _networks() -> list[IPv4Network | IPv6Network]:
    return [ip_network(network) for network in settings.WEBHOOK_ALLOWED_NETWORKS]


def _inside(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 address carries in one of the known ways, or itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None) or address
