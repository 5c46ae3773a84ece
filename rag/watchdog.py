"""A connection that takes too long is ended, whatever its reader is waiting for."""

import socket
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Any, Self


class Watchdog:
    """Shuts a socket down when what was expected did not come in time.

    A read timeout bounds the wait for the next byte; a server that drips bytes, or pings without ever saying
    anything, passes it for ever. Shutting the socket down wakes a reader that is blocked in another thread.
    """

    def __init__(self, total: float) -> None:
        self.expired: str | None = None
        self._end = (time.monotonic() + total, f"it was not done after {total:g} s")
        self._due = self._end
        self._wakes = self._end
        self._socket: socket.socket | None = None
        self._changed = threading.Condition()
        self._stopped = False
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    @property
    def seconds_left(self) -> float:
        """Seconds until the total is used up."""
        return self._end[0] - time.monotonic()

    def expect(self, seconds: float, otherwise: str) -> None:
        """Forget the last expectation; `otherwise` becomes `expired` unless the next one comes within `seconds`."""
        with self._changed:
            due = time.monotonic() + seconds
            self._due = min((due, otherwise), self._end)
            if self._due < self._wakes:
                self._changed.notify()

    def end(self, why: str) -> None:
        """End the connection now, or as soon as there is one; `why` becomes `expired`."""
        with self._changed:
            self.expired = self.expired or why
            self._shut_down()

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """Learn of the sockets that a request uses, as httpx's "trace" extension tells them."""
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            with self._changed:
                self._socket = info["return_value"].get_extra_info("socket")
                if self.expired is not None:
                    self._shut_down()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify()
        self._thread.join()

    def _watch(self) -> None:
        with self._changed:
            while not self._stopped:
                self._wakes = self._due
                due, otherwise = self._due
                left = due - time.monotonic()
                if left <= 0:
                    self.expired = otherwise
                    self._shut_down()
                    return
                self._changed.wait(left)

    def _shut_down(self) -> None:
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
