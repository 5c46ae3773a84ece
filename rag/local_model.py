"""The embedded language model: a child process that speaks chat completions on loopback."""

import json
import queue
import secrets
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import IO

from index.cores import count_usable_cores
from index.errors import AnswerCutOffError, LanguageModelError
from rag.halting import Halt
from rag.language_model import Endpoint, LanguageModel, Message, Timeouts

# Reading 1,000 tokens takes half a minute on two cores, and a question may have to wait for the one before it.
LOCAL_TIMEOUTS = Timeouts(connect=5.0, first_token=120.0, idle=30.0, total=240.0)
LOCAL_EVIDENCE_TOKENS = 300
_SERVER = Path(__file__).with_name("local_server.py")
_CONTEXT_TOKENS = 4096  # prompt and answer together
_STARTS = 2
_RUNTIME = ("llama-cpp-python", "sse-starlette", "starlette-context")
_GRACE_SECONDS = 2.0


def is_runtime_installed() -> bool:
    """Whether the packages that run the model are there, all of them and whole; imports none of them."""
    try:
        return all(distribution(package).files is not None for package in _RUNTIME)
    except PackageNotFoundError:
        return False


class LocalModel:
    """A LanguageModel in a child process: started when first needed, started again when it died, ended by `close`."""

    def __init__(
        self,
        model_path: Path,
        log_path: Path,
        connect: Callable[[Endpoint], LanguageModel],
        *,
        name: str = "Qwen2.5-Coder-1.5B-Instruct",
        start_seconds: float = 120.0,
        server: Path = _SERVER,
    ) -> None:
        """Start nothing yet.

        Args:
            model_path: the verified GGUF file.
            log_path: what the child prints.
            connect: makes the client of the server, once it is known where it listens.
            name: what the model is called.
            start_seconds: how long loading the model may take.
            server: the program that the child runs.
        """
        self.name = name
        self.evidence_tokens = LOCAL_EVIDENCE_TOKENS
        self._model_path = model_path
        self._log_path = log_path
        self._connect = connect
        self._start_seconds = start_seconds
        self._server = server
        self._starting = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._clients: _Clients | None = None
        self._failed_starts = 0
        self._closed = threading.Event()

    def stream(
        self, messages: Sequence[Message], max_tokens: int, halt: Halt | None = None
    ) -> Generator[str, None, None]:
        """Write the answer piece by piece; a child that dies before the first piece is started once more."""
        yield from self._stream(lambda clients: clients.writing, messages, max_tokens, halt)

    def _stream(
        self,
        choose: "Callable[[_Clients], LanguageModel]",
        messages: Sequence[Message],
        max_tokens: int,
        halt: Halt | None,
    ) -> Generator[str, None, None]:
        for tries_left in reversed(range(_STARTS)):
            try:
                yield from choose(self._ready_clients()).stream(messages, max_tokens, halt)
            except AnswerCutOffError:
                raise
            except LanguageModelError:
                if not tries_left or self._failed_starts >= _STARTS or self._is_alive():
                    raise
            else:
                return

    def warm(self, prefix: Sequence[Message] = (), weighing_prefix: Sequence[Message] = ()) -> None:
        """Start in the background, and read what later prompts to write and to weigh then begin with at no cost."""
        threading.Thread(
            target=self._warm, args=(tuple(prefix), tuple(weighing_prefix)), name="warm language model", daemon=True
        ).start()

    def close(self) -> None:
        """End the child; also one that is just starting."""
        self._closed.set()
        if self._process is not None:
            _end(self._process)

    def _warm(self, prefix: tuple[Message, ...], weighing_prefix: tuple[Message, ...]) -> None:
        with suppress(LanguageModelError):  # told to whoever asks the first question
            clients = self._ready_clients()
            for client, messages in ((clients.weighing, weighing_prefix), (clients.writing, prefix)):
                if messages:
                    for _ in client.stream(messages, 1):
                        pass

    def _ready_clients(self) -> "_Clients":
        with self._starting:
            if self._clients is None or self._process is None or self._process.poll() is not None:
                self._clients = self._start()
            return self._clients

    def _start(self) -> "_Clients":
        if self._closed.is_set() or self._failed_starts >= _STARTS:
            raise LanguageModelError(self._did_not_start())
        if self._process is not None:
            _end(self._process)  # it is dead; its pipes are not
        key = secrets.token_urlsafe(32)
        told = {
            "key": key,
            "model": str(self._model_path),
            "context_tokens": _CONTEXT_TOKENS,
            "threads": count_usable_cores(),
        }
        self._log_path.parent.mkdir(parents=True, exist_ok=True)
        with self._log_path.open("wb" if self._process is None else "ab") as log:
            # A session of its own: Ctrl-C in the terminal is for the parent, which ends its child in its own time.
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own file
                [sys.executable, "-P", str(self._server)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        self._process = process
        port = None if self._closed.is_set() else _introduce(process, told, self._start_seconds)
        if port is None:
            self._failed_starts += 1
            _end(process)
            raise LanguageModelError(self._did_not_start())
        self._failed_starts = 0
        endpoint = Endpoint(
            base_url=f"http://127.0.0.1:{port}/v1",
            model=self.name,
            api_key=key,
            title="The embedded language model",
            remedy=f"ask again, and if that does not help see {self._log_path}",
            uses_proxy=False,
        )
        weighing = replace(endpoint, base_url=f"http://127.0.0.1:{port}/weighing/v1")
        return _Clients(self._connect(endpoint), self._connect(weighing))

    def _did_not_start(self) -> str:
        if self._closed.is_set():
            return "The embedded language model was stopped; start the program again to use it."
        return (
            f"The embedded language model did not start; see {self._log_path} for the reason, or run "
            "`dateline models verify language-model`."
        )

    def _is_alive(self) -> bool:
        try:
            if self._process is not None:
                self._process.wait(timeout=_GRACE_SECONDS)  # a connection breaks a moment before its process is gone
        except subprocess.TimeoutExpired:
            return True
        return False


class WeighingLocalModel(LocalModel):
    """A LocalModel whose word whether something is stated is worth its time: a rag.sufficiency.WeighingModel."""

    def weigh_yes(self, messages: Sequence[Message], halt: Halt | None = None) -> float:
        """How much likelier YES is than NO as the next word: the natural logarithm of the odds.

        What `messages` share with what was read last, from the beginning on, is not read again.

        Raises:
            HaltedError: `halt` was called.
            LanguageModelError: there is no answer.
        """
        said = "".join(self._stream(lambda clients: clients.weighing, messages, 1, halt))
        try:
            return float(said)
        except ValueError:
            raise LanguageModelError(f"The embedded language model weighed nothing; see {self._log_path}.") from None


@dataclass(frozen=True, slots=True)
class _Clients:
    """Of the child: one that has it write, and one that has it weigh (rag/local_server.py)."""

    writing: LanguageModel
    weighing: LanguageModel


def _introduce(process: subprocess.Popen[bytes], told: dict[str, object], seconds: float) -> int | None:
    """Tell the child what to load and wait for the port on which it then serves; None when it does not come to that."""
    assert process.stdin is not None  # noqa: S101 - both are pipes
    assert process.stdout is not None  # noqa: S101
    said: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_read_line, args=(process.stdout, said), daemon=True).start()
    try:
        process.stdin.write(json.dumps(told).encode() + b"\n")
        process.stdin.flush()
        return int(json.loads(said.get(timeout=seconds))["port"])
    except (OSError, queue.Empty, ValueError, KeyError, TypeError):
        return None


def _read_line(stream: IO[bytes], said: "queue.SimpleQueue[bytes]") -> None:
    with suppress(OSError, ValueError):  # ended while it was read
        said.put(stream.readline())


def _end(process: subprocess.Popen[bytes]) -> None:
    """Close the pipe, upon which the child ends by itself, and make sure that it did."""
    with suppress(OSError):
        if process.stdin is not None:
            process.stdin.close()
    try:
        process.wait(timeout=_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
