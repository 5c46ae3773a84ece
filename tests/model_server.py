"""A server that speaks the OpenAI protocol as it is told: it streams, stalls, cuts off and errs."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain, repeat


@dataclass
class Server:
    """What the next requests get, in order (the last one again and again), and what came in."""

    url: str
    answers: Iterator[Callable[["Handler"], None]]
    requests: list[dict[str, object]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    hung_up: threading.Event = field(default_factory=threading.Event)

    def answer(self, *answers: Callable[["Handler"], None]) -> None:
        self.answers = chain(answers, repeat(answers[-1]))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    told: Server
    stopping: threading.Event

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.told.requests.append(json.loads(body))
        self.told.keys.append(self.headers["authorization"])
        self.close_connection = True
        try:
            next(self.told.answers)(self)
        except (BrokenPipeError, ConnectionResetError):
            self.told.hung_up.set()

    def log_message(self, *_: object) -> None:
        pass

    def start(self, status: int = 200, kind: str = "text/event-stream") -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()

    def send(self, text: str) -> None:
        data = text.encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def event(self, data: object) -> None:
        self.send(f"data: {data if isinstance(data, str) else json.dumps(data)}\n\n")

    def words(self, *words: str, finish: str | None = None) -> None:
        for word in words:
            self.event(chunk({"content": word}))
        if finish:
            self.event(chunk({}, finish))

    def end(self) -> None:
        self.wfile.write(b"0\r\n\r\n")

    def wait(self, seconds: float = 30) -> None:
        """Do nothing until the test is over."""
        self.stopping.wait(seconds)


def chunk(delta: dict[str, object], finish: str | None = None) -> dict[str, object]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}


@contextmanager
def serve_model() -> Iterator[Server]:
    """A server on loopback while the context lasts."""
    stopping = threading.Event()
    told = Server("", iter(()))
    handler = type("ToldHandler", (Handler,), {"told": told, "stopping": stopping})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        told.url = f"http://127.0.0.1:{http.server_address[1]}/v1"
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield told
        stopping.set()
        http.shutdown()
        thread.join()
