"""What the child makes of a client that hangs up while a prompt is being read, and how it weighs."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from types import SimpleNamespace
from typing import Annotated, Any, ClassVar

import numpy as np
import pytest
from fastapi import FastAPI, Header, HTTPException
from fastapi.testclient import TestClient

from rag import local_server
from rag.local_server import Leaving, Message, Receive, Send
from tests.apart import run_apart

ASKED = {"type": "http.request", "body": b"{}", "more_body": False}
GONE = {"type": "http.disconnect"}
END = {"type": "http.response.body", "body": b"", "more_body": False}


class Server:
    """An application that reads its request, and answers when it is let go."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.may_answer = asyncio.Event()
        self.is_reading = asyncio.Event()

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        self.heard.append((await receive())["type"])
        self.is_reading.set()
        await self.may_answer.wait()
        await send(END)


class Client:
    """A connection: what is put into it is heard by the server."""

    def __init__(self) -> None:
        self.said: asyncio.Queue[Message] = asyncio.Queue()
        self.got: list[str] = []

    async def send(self, message: Message) -> None:
        self.got.append(message["type"])

    def ask(self, leaving: Leaving) -> "asyncio.Task[None]":
        self.said.put_nowait(ASKED)
        return asyncio.create_task(leaving({"type": "http"}, self.said.get, self.send))


async def rest() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_who_hangs_up_before_the_answer_has_left_until_the_request_is_over() -> None:
    async def run() -> None:
        server = Server()
        leaving, client = Leaving(server), Client()
        asking = client.ask(leaving)
        await server.is_reading.wait()
        assert not leaving.has_left
        client.said.put_nowait(GONE)
        await rest()
        assert leaving.has_left
        server.may_answer.set()
        await asking
        assert not leaving.has_left
        assert server.heard == ["http.request"]

    run_apart(run())


def test_while_another_request_waits_nobody_is_said_to_have_left() -> None:
    async def run() -> None:
        server = Server()
        leaving, one, other = Leaving(server), Client(), Client()
        asking = [one.ask(leaving), other.ask(leaving)]
        await server.is_reading.wait()
        one.said.put_nowait(GONE)
        await rest()
        assert not leaving.has_left
        server.may_answer.set()
        await asyncio.gather(*asking)

    run_apart(run())


def test_the_end_of_an_answer_is_no_leaving() -> None:
    async def run() -> None:
        seen: list[bool] = []
        client = Client()

        async def answer(scope: Any, receive: Receive, send: Send) -> None:
            await send(END)
            client.said.put_nowait(GONE)
            await rest()
            seen.append(leaving.has_left)
            # Whoever asks again is told again.
            assert [(await receive())["type"] for _ in range(3)] == ["http.request", *["http.disconnect"] * 2]

        leaving = Leaving(answer)
        await client.ask(leaving)
        assert seen == [False]
        assert client.got == ["http.response.body"]

    run_apart(run())


# ---- Weighing ----


class Runtime:
    """What the server uses of the runtime: memories are copied byte by byte."""

    LogitsProcessorList = list

    @staticmethod
    def llama_state_seq_get_size(context: bytearray, _: int) -> int:
        return len(context)

    @staticmethod
    def llama_state_seq_get_data(context: bytearray, state: Any, size: int, _: int) -> None:
        state[:size] = list(context)

    @staticmethod
    def llama_state_seq_set_data(context: bytearray, state: Any, size: int, _: int) -> None:
        context[:] = bytes(state[:size])


class Model:
    """A model that keeps what it has read, and reads only what it does not hold yet."""

    WORDS: ClassVar = {"YES": 1, "Yes": 2, "yes": 3, "NO": 4, "No": 5, "no": 6}

    def __init__(self) -> None:
        self._ctx = SimpleNamespace(ctx=bytearray())
        self.input_ids = np.zeros(100, dtype=np.intc)
        self.n_tokens = 0
        self._requires_eval = False
        self.read: list[str] = []
        self.fails = False

    def reset(self) -> None:
        self.n_tokens = 0

    def tokenize(self, text: bytes, *, add_bos: bool, special: bool) -> list[int]:
        assert not add_bos
        assert not special
        return [self.WORDS[text.decode()]]

    def create_chat_completion(self, messages: list[dict[str, str]], **options: Any) -> None:
        prompt = "".join(message["content"] for message in messages).encode()
        assert bytes(self._ctx.ctx[: self.n_tokens]) == bytes(self.input_ids[: self.n_tokens].tolist())
        held = 0
        while held < min(self.n_tokens, len(prompt)) and prompt[held] == self.input_ids[held]:
            held += 1
        self.read.append(prompt[held:].decode())
        self._ctx.ctx[:] = prompt
        self.input_ids[: len(prompt)] = list(prompt)
        self.n_tokens = len(prompt)
        if self.fails:
            raise RuntimeError("nobody waits for it")
        for process in options.get("logits_processor", []):
            process(None, np.array([0.0, 2.0, -50.0, -50.0, -1.0, -50.0, -50.0]))


@pytest.fixture
def weighing(monkeypatch: pytest.MonkeyPatch) -> tuple[Model, TestClient]:
    """A model, and a client of the application that weighs with it."""
    monkeypatch.setitem(sys.modules, "llama_cpp", Runtime)
    model = Model()

    async def models() -> AsyncIterator[Callable[[None], Model]]:
        yield lambda _: model

    def authenticate(authorization: Annotated[str, Header()] = "") -> None:
        if authorization != "Bearer key":
            raise HTTPException(401)

    app = FastAPI()
    server = SimpleNamespace(_llama_proxy=lambda: model, get_llama_proxy=models, authenticate=authenticate)
    local_server._serve_weighing(app, server)
    return model, TestClient(app)


def weigh(client: TestClient, *contents: str) -> str:
    messages = [{"role": "user", "content": content} for content in contents]
    response = client.post(
        "/weighing/v1/chat/completions", json={"messages": messages}, headers={"authorization": "Bearer key"}
    )
    first, end, _ = response.text.split("\n\n")
    assert end == "data: [DONE]"
    return str(json.loads(first.removeprefix("data: "))["choices"][0]["delta"]["content"])


def test_the_odds_of_yes_are_told_in_the_dialect_of_chat_completions(weighing: tuple[Model, TestClient]) -> None:
    _, client = weighing
    assert weigh(client, "Is it?") == "3.0000"


def test_who_has_no_key_learns_no_odds(weighing: tuple[Model, TestClient]) -> None:
    model, client = weighing
    assert client.post("/weighing/v1/chat/completions", json={"messages": []}).status_code == 401
    assert model.read == []


def test_writing_and_weighing_each_go_on_where_they_left_off(weighing: tuple[Model, TestClient]) -> None:
    model, client = weighing
    model.create_chat_completion([{"role": "user", "content": "write: one"}])
    weigh(client, "weigh: ", "a")
    model.create_chat_completion([{"role": "user", "content": "write: two"}])
    weigh(client, "weigh: ", "b")
    model.create_chat_completion([{"role": "user", "content": "write: twelve"}])
    assert model.read == ["write: one", "weigh: a", "two", "b", "elve"]


def test_a_weighing_that_fails_leaves_the_memory_of_writing(weighing: tuple[Model, TestClient]) -> None:
    model, client = weighing
    model.create_chat_completion([{"role": "user", "content": "write: one"}])
    model.fails = True
    with pytest.raises(RuntimeError):
        weigh(client, "weigh: ", "a")
    model.fails = False
    model.create_chat_completion([{"role": "user", "content": "write: two"}])
    assert model.read[-1] == "two"
