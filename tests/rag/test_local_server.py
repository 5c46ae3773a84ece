"""What the child makes of a client that hangs up while a prompt is being read."""

import asyncio
from typing import Any

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
