"""Which machines may be spoken to: those of the open internet, whatever their address is dressed up as."""

import ipaddress
import queue
import socket
import threading
import time
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

IpAddress = IPv4Address | IPv6Address

# What `is_global` lets through in one Python or another, though no news site lives there: protocol assignments, relays of
# 6to4, benchmarks, multicast, and the address under which Azure tells a machine its secrets.
_CLOSED_V4 = tuple(
    map(IPv4Network, "0.0.0.0/8 192.0.0.0/24 192.88.99.0/24 198.18.0.0/15 224.0.0.0/3 168.63.129.16/32".split())
)
_OPEN_V6 = IPv6Network("2000::/3")
# In these some other address is wrapped up (6to4, Teredo), or nothing is served (documentation).
_CLOSED_V6 = tuple(map(IPv6Network, "2001::/23 2001:db8::/32 2002::/16 3fff::/20".split()))
# The way to IPv4 sites from networks that have IPv6 alone; the last 32 bits say where it leads.
_NAT64 = IPv6Network("64:ff9b::/96")
# Names that mean something inside one network only.
_LOCAL_ENDINGS = (
    "localhost",
    "localdomain",
    "local",
    "internal",
    "intranet",
    "lan",
    "home",
    "corp",
    "private",
    "home.arpa",
)


def is_public(address: IpAddress) -> bool:
    """Whether an address is one of the open internet: not of this machine, its network, its cloud, nor of a group."""
    if isinstance(address, IPv6Address):
        wrapped = address.ipv4_mapped
        if wrapped is None and address in _NAT64:
            wrapped = IPv4Address(int(address) & 0xFFFFFFFF)
        if wrapped is not None:
            return is_public(wrapped)
        return address in _OPEN_V6 and address.is_global and not any(address in closed for closed in _CLOSED_V6)
    return address.is_global and not any(address in closed for closed in _CLOSED_V4)


def is_local_name(host: str) -> bool:
    """Whether a name is one that only this machine or its network can know."""
    name = host.rstrip(".").lower()
    return any(name == ending or name.endswith(f".{ending}") for ending in _LOCAL_ENDINGS)


def resolve_host(host: str, port: int) -> Sequence[str]:
    """Every address that the system knows for a host, which may also be an address in any spelling.

    Raises:
        OSError: there is none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def resolve_in_time(
    resolve: Callable[[str, int], Sequence[str]], host: str, port: int, deadline: float
) -> list[IpAddress]:
    """The addresses of a host, or none when there are none; `deadline` is a time of `time.monotonic`.

    Raises:
        TimeoutError: they were not found in time.
    """
    found: queue.SimpleQueue[list[IpAddress]] = queue.SimpleQueue()

    def ask() -> None:
        try:
            found.put([ipaddress.ip_address(address) for address in resolve(host, port)])
        except (OSError, ValueError):  # unknown, or no name that could be one
            found.put([])

    # A thread of its own, since the system's resolver takes the time that it likes.
    threading.Thread(target=ask, daemon=True).start()
    try:
        return found.get(timeout=max(0.0, deadline - time.monotonic()))
    except queue.Empty:
        raise TimeoutError from None
