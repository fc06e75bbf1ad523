"""Where a connector may lead: public hosts by https, and private networks that a setting names.

The name is resolved once and the address that was looked at is the one that is called: a name that points elsewhere a
moment later leads nowhere.
"""

import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util.connection import create_connection

from . import ForbiddenAddress

Network = IPv4Network | IPv6Network


def allowed_networks() -> list[Network]:
    """Private networks in which tills stand, by the setting."""
    return [ip_network(name) for name in settings.TILL_NETWORKS]


def may_be_called(address: str, *, encrypted: bool, networks: Iterable[Network]) -> bool:
    """A public address by https alone; an address in a network named by the setting also without."""
    at: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    at = getattr(at, "ipv4_mapped", None) or at
    if any(at.version == network.version and at in network for network in networks):
        return True
    return encrypted and at.is_global and not at.is_multicast


def looks_callable(url: str) -> bool:
    """What can be said of an address without asking anybody: for the form. The call itself looks again."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.scheme not in {"http", "https"} or not host or parts.username or parts.password:
        return False
    try:
        return may_be_called(host, encrypted=parts.scheme == "https", networks=allowed_networks())
    except ValueError:  # a name, not an address
        return parts.scheme == "https" or bool(allowed_networks())


@contextmanager
def guarded(seconds: float) -> Iterator[PoolManager]:
    """Opens connections to such addresses only, whatever the environment says of proxies, and shuts them in time.

    A socket's own timeout begins anew with every byte; a server that drips would keep us for hours.
    """
    opened: list[socket.socket] = []

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _open(self, opened, encrypted=False)

    class Encrypted(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _open(self, opened, encrypted=True)

    manager, timer = PoolManager(num_pools=1), threading.Timer(seconds, _shut, [opened])
    manager.pool_classes_by_scheme = {
        "http": type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": Plain}),
        "https": type("EncryptedPool", (HTTPSConnectionPool,), {"ConnectionCls": Encrypted}),
    }
    timer.start()
    try:
        yield manager
    finally:
        timer.cancel()
        manager.clear()
        for twin in opened:
            twin.close()


def _open(connection: Any, opened: list[socket.socket], *, encrypted: bool) -> socket.socket:
    """A connection to an address of the host that may be called."""
    found = socket.getaddrinfo(connection.host, connection.port, type=socket.SOCK_STREAM)
    networks = allowed_networks()
    addresses = [str(one[4][0]) for one in found]
    good = [one for one in addresses if may_be_called(one, encrypted=encrypted, networks=networks)]
    if not good or len(good) < len(addresses):  # a host that is public and private at once is neither
        raise ForbiddenAddress
    made = create_connection((good[0], connection.port), connection.timeout, socket_options=connection.socket_options)
    opened.append(made.dup())  # encryption will take the socket over; its twin can still be shut
    return made


def _shut(opened: list[socket.socket]) -> None:
    for twin in opened:
        with suppress(OSError):
            twin.shutdown(socket.SHUT_RDWR)
