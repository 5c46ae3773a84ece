"""A socket at an address of this computer, and a server on it that says when the window can be opened."""

import errno
import logging
import socket
import webbrowser

import uvicorn

from index.errors import DatelineError
from ui import wording
from ui.serving import LOOPBACK_NAMES


def listen(host: str, port: int) -> socket.socket:
    """A socket listening at that address, so that a taken port is known before anything is built.

    Raises:
        DatelineError: other computers could reach it, or the port cannot be had.
    """
    if host not in LOOPBACK_NAMES:
        raise DatelineError(wording.foreign_address(host))
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        sentence = wording.port_taken(port) if error.errno == errno.EADDRINUSE else wording.port_refused(port)
        raise DatelineError(sentence) from error
    return listening


class AnnouncingServer(uvicorn.Server):
    """Says where the window is once it can be opened."""

    def __init__(self, config: uvicorn.Config, address: str, open_browser: bool) -> None:
        super().__init__(config)
        self._address = address
        self._open_browser = open_browser

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End, quietly."""
        # An open page listens for as long as it is open; that it is cut off now is no error worth a traceback.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin, and say so."""
        await super().startup(sockets)
        if self.started:
            print(wording.ready(self._address), flush=True)  # noqa: T201 - the line that the person waits for
            if self._open_browser:
                webbrowser.open(self._address)
