"""A model behind chat completions, the dialect that every model server speaks; the only door to `openai`.

What servers do wrong, and what the client makes of it, was tried fault by fault (tests/rag/test_language_model.py).
"""

import math
from collections.abc import Generator, Iterator, Sequence
from typing import Any, cast
from urllib.parse import urlsplit

import httpx
import openai
from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam

from index.errors import AnswerCutOffError, LanguageModelError
from rag.halting import Halt
from rag.language_model import Endpoint, Message, Timeouts
from rag.watchdog import Watchdog

_TRIES = 2
_PAUSE = 0.5
_LONGEST_PAUSE = 10.0
_HAS_NO_FINISH = "it ended without saying that it had finished"
_IS_NO_COMPLETION = "it sent something that is not a chat completion"
_CHECK_URL = "check that it runs and that DATELINE_LLM_BASE_URL is right"
_CHECK_URL_PATH = "check DATELINE_LLM_BASE_URL, which usually ends in /v1"
_CHECK_KEY = "check the API key in DATELINE_LLM_API_KEY or OPENAI_API_KEY"
_CHECK_MODEL = "check DATELINE_LLM_MODEL and DATELINE_LLM_BASE_URL"
_ASK_AGAIN = "ask again in a minute"
_HALTED = "it was stopped"
_ASK_SHORTER = "check DATELINE_LLM_MODEL, or ask a shorter question"


class OpenAIChatModel:
    """A LanguageModel at an OpenAI-compatible endpoint."""

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        timeouts: Timeouts | None = None,
        evidence_tokens: int = 3000,
    ) -> None:
        self.name = endpoint.model
        self.evidence_tokens = evidence_tokens
        self._endpoint = endpoint
        self._timeouts = timeouts or Timeouts()
        self._certificates = httpx.create_ssl_context(trust_env=endpoint.uses_proxy)
        # Learned from the first refusal: newer models want another name for the limit, or no temperature.
        self._limit_name = "max_tokens"
        self._takes_temperature = True

    def stream(
        self, messages: Sequence[Message], max_tokens: int, halt: Halt | None = None
    ) -> Generator[str, None, None]:
        """Write the answer piece by piece; a passing failure is tried once more if nothing was delivered."""
        delivered = False
        halt = halt or Halt()
        with Watchdog(self._timeouts.total) as watchdog, halt.calling(lambda: watchdog.end(_HALTED)):
            for tries_left in reversed(range(_TRIES)):
                halt.check()
                try:
                    for piece in self._try(messages, max_tokens, watchdog):
                        delivered = True
                        yield piece
                except _FaultError as fault:
                    # Whatever else there is to say of it: nobody wants to hear it.
                    halt.check()
                    if delivered:
                        raise AnswerCutOffError(
                            f"{self._title} stopped in the middle of its answer: {fault}; {self._remedy_after(fault)}."
                        ) from fault
                    if not tries_left or fault.pause is None or fault.pause > watchdog.seconds_left:
                        raise LanguageModelError(
                            f"{self._title} gave no answer: {fault}; {self._endpoint.remedy or fault.remedy}."
                        ) from fault
                    halt.wait(fault.pause)
                else:
                    return

    def _try(self, messages: Sequence[Message], max_tokens: int, watchdog: Watchdog) -> Iterator[str]:
        """One request; every way in which it can fail ends in a _FaultError."""
        try:
            # A client of its own for each request: when the answer ends or is not wanted any more, so does the connection.
            with self._connect(watchdog) as http:
                yield from self._read(self._request(http, messages, max_tokens, watchdog), max_tokens, watchdog)
        except (
            openai.OpenAIError,
            httpx.HTTPError,
            httpx.InvalidURL,
            httpx.StreamError,
            ValueError,
        ) as error:
            if watchdog.expired is not None:
                raise _FaultError(watchdog.expired, _ASK_AGAIN) from error
            raise self._fault(error) from error

    def _connect(self, watchdog: Watchdog) -> httpx.Client:
        if not (self._endpoint.api_key.isascii() and self._endpoint.api_key.isprintable()):
            raise _FaultError("the API key holds characters that no key has", _CHECK_KEY)

        def trace(request: httpx.Request) -> None:
            request.extensions["trace"] = watchdog.trace

        limits = self._timeouts
        return httpx.Client(
            verify=self._certificates,
            trust_env=self._endpoint.uses_proxy,
            timeout=httpx.Timeout(limits.total, connect=limits.connect),
            event_hooks={"request": [trace]},
        )

    def _request(
        self, http: httpx.Client, messages: Sequence[Message], max_tokens: int, watchdog: Watchdog
    ) -> openai.Stream[ChatCompletionChunk]:
        client = openai.OpenAI(
            api_key=self._endpoint.api_key or "none",
            base_url=self._endpoint.base_url,
            http_client=http,
            max_retries=0,
        )
        completions = client.chat.completions  # imports half of the client when first used, before the clock starts
        told = [{"role": message.role, "content": message.content} for message in messages]
        wait = self._timeouts.first_token
        watchdog.expect(self._timeouts.connect + wait, f"it sent nothing for {wait:g} s")
        while True:
            options: dict[str, Any] = {self._limit_name: max_tokens}
            if self._takes_temperature:
                options["temperature"] = 0
            try:
                chunks: openai.Stream[ChatCompletionChunk] = completions.create(
                    model=self._endpoint.model,
                    messages=cast(list[ChatCompletionMessageParam], told),
                    stream=True,
                    **options,
                )
            except openai.BadRequestError as error:
                if not self._learn_dialect(str(error)):
                    raise
            else:
                return chunks

    def _learn_dialect(self, refusal: str) -> bool:
        if self._limit_name == "max_tokens" and "max_completion_tokens" in refusal:
            self._limit_name = "max_completion_tokens"
        elif self._takes_temperature and "temperature" in refusal:
            self._takes_temperature = False
        else:
            return False
        return True

    def _read(
        self,
        chunks: openai.Stream[ChatCompletionChunk],
        max_tokens: int,
        watchdog: Watchdog,
    ) -> Iterator[str]:
        if "html" in chunks.response.headers.get("content-type", ""):
            raise _FaultError("a web page came instead", _CHECK_URL_PATH)
        idle = self._timeouts.idle
        finish, is_empty = None, True
        for text, finish, is_working in map(_look_at, chunks):
            if text:
                is_empty = False
                watchdog.expect(math.inf, "")  # the reader takes its time, not the server
                yield text
            if is_working:
                watchdog.expect(idle, f"nothing more came for {idle:g} s")
            if finish:
                break  # some servers keep the connection open after it
        if finish is None and watchdog.expired is not None:
            raise _FaultError(watchdog.expired, _ASK_AGAIN)
        _check_finish(finish, max_tokens, is_empty=is_empty)

    def _fault(self, error: Exception) -> "_FaultError":
        match error:
            case openai.APIStatusError():
                fault = self._refusal(error)
            case openai.APITimeoutError():
                fault = _FaultError(f"no connection within {self._timeouts.connect:g} s", _CHECK_URL)
            case openai.APIConnectionError(__cause__=httpx.ConnectError() | httpx.UnsupportedProtocol()):
                fault = _FaultError("it cannot be reached", _CHECK_URL)
            case httpx.InvalidURL():
                fault = _FaultError("its address is not a URL", _CHECK_URL)
            case openai.APIConnectionError() | httpx.HTTPError() | httpx.StreamError():
                fault = _FaultError("the connection broke", _ASK_AGAIN, pause=_PAUSE)
            case openai.APIError():
                fault = _FaultError(f"it reported an error{self._said(error)}", _ASK_AGAIN, pause=_PAUSE)
            case _:
                fault = _FaultError(_IS_NO_COMPLETION, _CHECK_URL_PATH)
        return fault

    def _refusal(self, error: openai.APIStatusError) -> "_FaultError":
        match error.status_code:
            case 401 | 403:
                return _FaultError("it refused the API key", _CHECK_KEY)
            case 404:
                return _FaultError(
                    f"it knows no model named {self._endpoint.model} at this address",
                    _CHECK_MODEL,
                )
            case 429:
                return _FaultError(
                    "its limit of requests or the paid quota is used up",
                    _ASK_AGAIN,
                    _pause_wanted(error),
                )
            case status if status == 408 or status >= 500:
                return _FaultError(f"it failed with status {status}", _ASK_AGAIN, pause=_PAUSE)
            case status:
                return _FaultError(
                    f"it refused the request with status {status}{self._said(error)}",
                    _ASK_SHORTER,
                )

    def _said(self, error: openai.APIError) -> str:
        body = error.body if isinstance(error.body, dict) else {}
        message = " ".join(str(body.get("message") or "").split())
        if self._endpoint.api_key:
            message = message.replace(self._endpoint.api_key, "***")
        return f" ({message[:200].rstrip('.')})" if message else ""

    @property
    def _title(self) -> str:
        host = urlsplit(self._endpoint.base_url).netloc.rpartition("@")[2]
        return self._endpoint.title or f"The language model {self._endpoint.model} at {host or 'an unknown address'}"

    def _remedy_after(self, fault: "_FaultError") -> str:
        return fault.remedy if fault.remedy == _NARROWER else "ask again for the whole of it"


_NARROWER = "ask a narrower question"


class _FaultError(Exception):
    """Why a request failed, and what the person can do; with a `pause` in seconds it may be tried again after it."""

    def __init__(self, reason: str, remedy: str, pause: float | None = None) -> None:
        super().__init__(reason)
        self.remedy = remedy
        self.pause = pause


def _look_at(chunk: object) -> tuple[str, str | None, bool]:
    """Give the text of a chunk, why it is the last one if it is, and whether the model is at work.

    The client checks nothing, so a chunk can be anything that JSON can be.
    """
    data: Any = chunk.to_dict(warnings=False) if isinstance(chunk, ChatCompletionChunk) else chunk
    match data:
        case {"choices": [dict() as choice, *_]}:
            delta = choice.get("delta") or {}
            text = delta.get("content") or "" if isinstance(delta, dict) else None
            if isinstance(text, str):
                return (
                    text,
                    choice.get("finish_reason"),
                    any(delta[key] for key in delta if key != "role"),
                )
        case {"choices": [] | None}:
            return "", None, False
    raise _FaultError(_IS_NO_COMPLETION, _CHECK_URL_PATH)


def _check_finish(finish: str | None, max_tokens: int, *, is_empty: bool) -> None:
    """Raise unless the answer says that it is complete."""
    if finish == "length":
        raise _FaultError(f"it reached the limit of {max_tokens} tokens", _NARROWER)
    if finish == "content_filter":
        raise _FaultError("its content filter ended it", "ask in other words")
    if is_empty:
        raise _FaultError("what it sent was empty", _CHECK_MODEL, pause=_PAUSE)
    if finish is None:
        raise _FaultError(_HAS_NO_FINISH, _ASK_AGAIN)


def _pause_wanted(error: openai.APIStatusError) -> float | None:
    """How long a server that is too busy wants us to wait; None when that is longer than a person would."""
    try:
        seconds = float(error.response.headers.get("retry-after", _PAUSE))
    except ValueError:
        return None
    return seconds if 0 <= seconds <= _LONGEST_PAUSE else None
