"""The child process that runs the embedded language model; rag/local_model.py starts it, by its path.

It is told what to load in one line of JSON on stdin, says its port in one line of JSON on stdout when it is ready, and
ends when its stdin does: so it never outlives its parent, not even one that was killed. The key travels through the
pipe because a command line can be read by every user of the machine.
"""

import asyncio
import importlib
import json
import os
import socket
import sys
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import uvicorn

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Any, Receive, Send], Awaitable[None]]
_GONE = {"type": "http.disconnect"}


class Leaving:
    """Notices that whoever asked has hung up, which the server itself looks for only once there is a first token.

    While another request waits for its turn it cannot be told whose prompt is being read, so then nobody has left.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self._open = 0
        self.has_left = False
        # The runtime calls it as long as it lives.
        self.callback: object = None

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Pass a request on, and listen to its connection meanwhile."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        messages: asyncio.Queue[Message] = asyncio.Queue()
        is_gone = is_answered = False

        async def listen() -> None:
            nonlocal is_gone
            while not is_gone:
                message = await receive()
                is_gone = message["type"] == _GONE["type"]
                # The end of an answer looks the same.
                self.has_left = self.has_left or (is_gone and not is_answered and self._open == 1)
                await messages.put(message)

        async def hear() -> Message:
            return _GONE if is_gone and messages.empty() else await messages.get()

        async def answer(message: Message) -> None:
            nonlocal is_answered
            is_answered = message["type"] == "http.response.body" and not message.get("more_body")
            await send(message)

        self._open += 1
        listening = asyncio.create_task(listen())
        try:
            await self._app(scope, hear, answer)
        finally:
            listening.cancel()
            self._open -= 1
            self.has_left = False


def main() -> None:
    """Load the model and serve it on loopback until the parent is gone."""
    told = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # Whatever the libraries print goes to the log; only the port goes to the parent.
    report = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    # The server takes every setting it was not given from variables such as MODEL, CACHE or CONFIG_FILE.
    os.environ.clear()  # noqa: TID251 - the opposite of reading it
    # Threads that wait for each other spin, and on a busy machine they spin away the time of those they wait for: two
    # busy cores wrote 1 token a second at GCC's default, 7 at this number; two idle ones 15 and 13.
    os.environ["GOMP_SPINCOUNT"] = "1000"  # noqa: TID251
    app = _load(told)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        with report:
            report.write(json.dumps({"port": listener.getsockname()[1]}) + "\n")
        config = uvicorn.Config(app, log_level="warning", access_log=False)
        uvicorn.Server(config).run(sockets=[listener])


def _load(told: dict[str, Any]) -> Leaving:
    server = importlib.import_module("llama_cpp.server.app")
    settings = importlib.import_module("llama_cpp.server.settings")
    app = server.create_app(
        # Without this a second question would end the answer to the first.
        server_settings=settings.ServerSettings(api_key=told["key"], interrupt_requests=False),
        model_settings=[
            settings.ModelSettings(
                model=told["model"],
                n_ctx=told["context_tokens"],
                n_threads=told["threads"],
                n_threads_batch=told["threads"],
                # The server's default keeps the logits of every token: 2.5 GB for 4,096 tokens of this vocabulary.
                logits_all=False,
                verbose=False,
            )
        ],
    )
    leaving = Leaving(app)
    _stop_reading_for(leaving)
    return leaving


def _stop_reading_for(leaving: Leaving) -> None:
    """Let the model stop in the middle of a prompt that nobody waits for: it takes half a minute to read, and one is read at a time."""
    runtime = importlib.import_module("llama_cpp")
    # No other way leads to the model that the server has loaded.
    model = importlib.import_module("llama_cpp.server.app")._llama_proxy()  # noqa: SLF001
    leaving.callback = runtime.ggml_abort_callback(lambda _: leaving.has_left)
    runtime.llama_set_abort_callback(model._ctx.ctx, leaving.callback, None)  # noqa: SLF001


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()
