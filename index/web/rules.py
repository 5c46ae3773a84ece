"""What may be fetched, and at what price."""

import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.web.addresses import IpAddress, is_public, resolve_host


@dataclass(frozen=True, slots=True)
class FetchRules:
    """The defaults are the product's; tests allow a server of their own.

    `resolve(host, port)` gives every address of a host or raises OSError; each of them must be allowed. `seconds` is for
    everything together: finding the host, redirects, and the last byte. `max_bytes` holds before and after unpacking.
    `tls` is None for the certificate authorities that come with httpx.
    """

    ports: frozenset[int] = frozenset({80, 443})
    resolve: Callable[[str, int], Sequence[str]] = resolve_host
    is_allowed: Callable[[IpAddress], bool] = is_public
    seconds: float = 10.0
    max_bytes: int = 10_000_000
    max_redirects: int = 5
    tls: ssl.SSLContext | None = None


DEFAULT_RULES = FetchRules()
