"""Which cluster is meant, and whether hidden tests may travel there: in the clear they stay on this machine."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from contextlib import closing
from urllib.parse import urlsplit

from distributed import Security

from autograder.errors import AutograderError

LOCAL = "local"
"""Instead of an address: a cluster of this machine's own, for one run."""
SCHEMES = ("tcp", "tls")


class ClusterError(AutograderError):
    """The cluster can't be used; the message says why and what to do."""


def check(address: str) -> None:
    """Raise ClusterError where something is no address of a scheduler."""
    try:
        parts = urlsplit(address)
        fits = parts.scheme in SCHEMES and parts.hostname and parts.port
    except ValueError:  # a port that is no number
        fits = False
    if not fits:
        raise ClusterError(f"{address} is no address of a scheduler; give {LOCAL}, tcp://host:port or tls://host:port")


def check_certified(address: str) -> None:
    """Raise ClusterError where an address is spoken to by TLS and Dask was given no certificate to do so with."""
    if urlsplit(address).scheme == "tls" and Security().get_connection_args("client")["ssl_context"] is None:
        raise ClusterError(
            f"{address} asks for a certificate, and this command has none; docs/scale.md says how Dask is given one"
        )


def check_private(addresses: Iterable[str]) -> None:
    """Raise ClusterError where one of some addresses, of a scheduler or of its workers, is in the clear elsewhere."""
    for address in addresses:
        parts = urlsplit(address)
        if parts.scheme != "tls" and not _is_here(parts.hostname or ""):
            raise ClusterError(
                f"hidden tests and solutions would go to {address} in the clear; use TLS (docs/scale.md), or say "
                "--plain-tcp where nobody else can listen on the way, nor reach the cluster"
            )


def _is_here(host: str) -> bool:
    """Is it an address of this machine? Then a socket can be bound to it."""
    try:
        for family, kind, protocol, _, where in socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM):
            with closing(socket.socket(family, kind, protocol)) as one:
                one.bind(where)
    except OSError:
        return False
    return True
