"""The child process that runs the embedded language model; rag/local_model.py starts it, by its path.

It is told what to load in one line of JSON on stdin, says its port in one line of JSON on stdout when it is ready, and
ends when its stdin does: so it never outlives its parent, not even one that was killed. The key travels through the
pipe because a command line can be read by every user of the machine.
"""

import asyncio
import contextlib
import ctypes
import importlib
import json
import os
import socket
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, MutableMapping
from typing import Annotated, Any

import numpy as np
import uvicorn
from fastapi import Body, Depends, FastAPI
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Any, Receive, Send], Awaitable[None]]
_GONE = {"type": "http.disconnect"}
_CHOICES = (("YES", "Yes", "yes"), ("NO", "No", "no"))


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
    _serve_weighing(app, server)
    leaving = Leaving(app)
    _stop_reading_for(leaving)
    return leaving


def _serve_weighing(app: FastAPI, server: Any) -> None:
    """Add `/weighing/v1/chat/completions`: what is said there is how much likelier YES is than NO as the next word.

    It is the natural logarithm of the odds, as text; the server itself tells likelihoods only at 2.5 GB (see above).
    """
    # No other way leads to the model that the server has loaded.
    memories = _TwoMemories(server._llama_proxy())  # noqa: SLF001

    @app.post("/weighing/v1/chat/completions", dependencies=[Depends(server.authenticate)])
    async def weigh(messages: Annotated[list[dict[str, str]], Body(embed=True)]) -> StreamingResponse:
        async def say() -> AsyncIterator[str]:
            # One at a time, as the server's own requests are.
            async with contextlib.asynccontextmanager(server.get_llama_proxy)() as models:
                odds = await run_in_threadpool(_weigh, models(None), messages, memories)
            choice = {"index": 0, "delta": {"role": "assistant", "content": f"{odds:.4f}"}, "finish_reason": "stop"}
            chunk = {"id": "weighed", "object": "chat.completion.chunk", "created": 0, "model": "", "choices": [choice]}
            yield f"data: {json.dumps(chunk)}\n\ndata: [DONE]\n\n"

        return StreamingResponse(say(), media_type="text/event-stream")


class _TwoMemories:
    """What a model has read, one memory for writing and one for weighing.

    A prompt is read from where it differs from the one before. Both kinds begin with examples of their own, which would
    have to be read anew at each change: half a minute for an answer.
    """

    def __init__(self, model: Any) -> None:
        self._model = model
        self._runtime = importlib.import_module("llama_cpp")
        self._other: tuple[Any, Any] | None = None

    @contextlib.contextmanager
    def switched(self) -> Iterator[None]:
        """Work with the other memory."""
        self._switch()
        try:
            yield
        finally:
            self._switch()

    def _switch(self) -> None:
        model, runtime = self._model, self._runtime
        context = model._ctx.ctx  # noqa: SLF001 - the runtime's own way of keeping a memory copies 300 MB of logits
        size = runtime.llama_state_seq_get_size(context, 0)
        state = (ctypes.c_uint8 * size)()
        runtime.llama_state_seq_get_data(context, state, size, 0)
        held = state, model.input_ids[: model.n_tokens].copy()
        model.reset()
        if self._other is not None:
            state, tokens = self._other
            runtime.llama_state_seq_set_data(context, state, len(state), 0)
            model.input_ids[: len(tokens)] = tokens
            model.n_tokens = len(tokens)
            # The logits of the last token are not part of what was kept.
            model._requires_eval = True  # noqa: SLF001
        self._other = held


def _weigh(model: Any, messages: list[dict[str, str]], memories: _TwoMemories) -> float:
    seen: list[Any] = []

    def look(_: Any, scores: Any) -> Any:
        seen.append(scores.copy())
        return scores

    processors = importlib.import_module("llama_cpp").LogitsProcessorList([look])
    with memories.switched():
        model.create_chat_completion(messages=messages, max_tokens=1, temperature=0.0, logits_processor=processors)
    yes, no = (_add_up(seen[0][[_first_token(model, word) for word in words]]) for words in _CHOICES)
    return float(yes - no)


def _first_token(model: Any, word: str) -> int:
    return int(model.tokenize(word.encode(), add_bos=False, special=False)[0])


def _add_up(logits: Any) -> Any:
    """The logit of any of them, from the logit of each."""
    return np.logaddexp.reduce(np.asarray(logits, dtype=np.float64))


def _stop_reading_for(leaving: Leaving) -> None:
    """Let the model stop in the middle of a prompt that nobody waits for: it takes half a minute to read, and one is read at a time."""
    runtime = importlib.import_module("llama_cpp")
    model = importlib.import_module("llama_cpp.server.app")._llama_proxy()  # noqa: SLF001
    leaving.callback = runtime.ggml_abort_callback(lambda _: leaving.has_left)
    runtime.llama_set_abort_callback(model._ctx.ctx, leaving.callback, None)  # noqa: SLF001


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()
