"""The server of `dateline serve`: the interface for programs alone, without the window."""

import asyncio
import socket
import threading

import uvicorn

from rag.assemble import Dateline
from rag.settings import Settings
from ui.api.application import make_api
from ui.api.service import make_service
from ui.asking import Asking
from ui.listening import AnnouncingServer, listen
from ui.serving import Guard

_FAREWELL_SECONDS = 5.0


def serve_programs(dateline: Dateline, settings: Settings, *, host: str = "127.0.0.1") -> None:
    """Answer programs at the settings' port until Ctrl-C; DatelineError when that address cannot be had."""
    listening = listen(host, settings.port)
    running: dict[str, Asking] = {}
    config = uvicorn.Config(
        Guard(make_api(make_service(dateline, settings, running))),
        log_level="error",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    try:
        address = f"http://{host}:{listening.getsockname()[1]}/api/v1/docs"
        _WarmingServer(config, address, dateline).run(sockets=[listening])
    except KeyboardInterrupt:
        pass
    finally:
        listening.close()
        for asking in list(running.values()):
            asking.stop()
            asking.wait(_FAREWELL_SECONDS)


class _WarmingServer(AnnouncingServer):
    """Loads what the first question needs once it answers: before, that would keep everybody waiting."""

    def __init__(self, config: uvicorn.Config, address: str, dateline: Dateline) -> None:
        super().__init__(config, address, open_browser=False)
        self._warming = threading.Thread(target=dateline.warm, name="warm", daemon=True)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin."""
        await super().startup(sockets)
        self._warming.start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End; a library must not be closed under whoever loads it."""
        await super().shutdown(sockets)
        await asyncio.to_thread(self._warming.join, _FAREWELL_SECONDS)
