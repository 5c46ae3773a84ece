"""The network as httpcore sees it: hosts are resolved once, checked, and spoken to at the very address that was checked.

A name that answers with another address the next time it is asked (DNS rebinding) gains nothing. Every wait ends at one
deadline, so that a server that sends a byte now and then cannot hold on to anybody.
"""

import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore

from index.errors import PageNotFetchedError
from index.web.addresses import is_local_name, resolve_in_time
from index.web.rules import FetchRules


class PinnedNetwork(httpcore.NetworkBackend):
    """Connects to hosts under the rules; `deadline` is a time of `time.monotonic`."""

    def __init__(self, rules: FetchRules, deadline: float) -> None:
        self._rules = rules
        self._deadline = deadline
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the deadline holds
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of a host that answers.

        Raises:
            PageNotFetchedError: it is unknown, or one of its addresses is not allowed.
        """
        failure: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for address in self._find_addresses(host, port):
            try:
                stream = self._sockets.connect_tcp(
                    address, port, time_left(self._deadline), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self._deadline)
        raise failure or httpcore.ConnectError("no address")

    def _find_addresses(self, host: str, port: int) -> list[str]:
        addresses = []
        if not is_local_name(host):
            try:
                addresses = resolve_in_time(self._rules.resolve, host, port, self._deadline)
            except TimeoutError as error:
                raise httpcore.ConnectTimeout from error
            if not addresses:
                raise PageNotFetchedError(
                    f"No site called {host} was found; check the spelling of the address, and your connection to the "
                    "internet."
                )
        if not addresses or not all(map(self._rules.is_allowed, addresses)):
            raise PageNotFetchedError(
                f"{host} is a place inside your own computer or network, from where nothing is fetched; save the page "
                "from your browser into a folder instead."
            )
        return [str(address) for address in addresses]


class _TimedStream(httpcore.NetworkStream):
    """A connection each of whose waits ends at the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - the deadline holds
        return self._stream.read(max_bytes, time_left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - the deadline holds
        self._stream.write(buffer, time_left(self._deadline))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - the deadline holds
    ) -> httpcore.NetworkStream:
        try:
            secured = self._stream.start_tls(ssl_context, server_hostname, time_left(self._deadline))
        except httpcore.ConnectError as error:
            # Said here: the connection pool drops the cause.
            if isinstance(error.__cause__, ssl.SSLCertVerificationError):
                raise PageNotFetchedError(
                    f"{server_hostname} cannot prove that it is {server_hostname} ({error.__cause__.verify_message}); do not "
                    "trust what comes from there, and try again later."
                ) from error
            raise
        return _TimedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def time_left(deadline: float) -> float:
    """Seconds until the deadline.

    Raises:
        httpcore.ReadTimeout: there are none.
    """
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return left
