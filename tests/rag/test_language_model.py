"""The protocol against a real server on loopback that streams, stalls, cuts off and errs."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from index.errors import AnswerCutOffError, HaltedError, LanguageModelError
from rag.halting import Halt
from rag.language_model import Endpoint, Message, ScriptedModel, Timeouts
from rag.openai_model import OpenAIChatModel
from tests.model_server import Handler, Server, chunk, serve_model

KEY = "sk-canary-5f3a"
ASKED = [Message("system", "Answer."), Message("user", "When?")]
# Long enough for a machine that is busy with other things.
PATIENT = Timeouts(connect=10, first_token=20, idle=20, total=40)


@pytest.fixture
def server() -> Iterator[Server]:
    with serve_model() as told:
        yield told


@pytest.fixture(autouse=True, scope="module")
def _client_is_loaded() -> None:
    """The client imports half of itself when it is first used, which no time limit below has room for."""
    collect(model_at("http://127.0.0.1:9/v1"))


def model_at(url: str, timeouts: Timeouts = PATIENT, key: str = KEY, **endpoint: str) -> OpenAIChatModel:
    return OpenAIChatModel(Endpoint(url, "m-1", key, uses_proxy=False, **endpoint), timeouts=timeouts)


def collect(model: OpenAIChatModel) -> tuple[list[str], LanguageModelError | None]:
    """What was delivered, and the error that ended it if one did."""
    pieces: list[str] = []
    error = None
    try:
        pieces.extend(model.stream(ASKED, 50))
    except LanguageModelError as caught:
        error = caught
    assert KEY not in str(error)
    return pieces, error


def whole(handler: Handler) -> None:
    handler.start()
    handler.event(chunk({"role": "assistant", "content": ""}))
    handler.words("On ", "18 March", ".", finish="stop")
    handler.event("[DONE]")
    handler.end()


def refuse(status: int, body: object, **headers: str) -> Callable[[Handler], None]:
    def answer(handler: Handler) -> None:
        data = json.dumps(body).encode()
        handler.send_response(status)
        handler.send_header("content-type", "application/json")
        handler.send_header("content-length", str(len(data)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(data)

    return answer


def said(message: str) -> dict[str, object]:
    return {"error": {"message": message, "type": "t", "code": "c"}}


# What goes well


def test_an_answer_comes_in_pieces_and_the_request_says_what_was_asked(server: Server) -> None:
    server.answer(whole)

    assert collect(model_at(server.url)) == (["On ", "18 March", "."], None)

    assert server.keys == [f"Bearer {KEY}"]
    assert server.requests == [
        {
            "model": "m-1",
            "messages": [{"role": "system", "content": "Answer."}, {"role": "user", "content": "When?"}],
            "stream": True,
            "max_tokens": 50,
            "temperature": 0,
        }
    ]


def test_nothing_is_sent_before_the_first_piece_is_asked_for(server: Server) -> None:
    server.answer(whole)

    model_at(server.url).stream(ASKED, 50)

    assert server.requests == []


def test_pieces_arrive_as_they_are_written(server: Server) -> None:
    first_arrived = threading.Event()

    def answer(handler: Handler) -> None:
        handler.start()
        handler.words("On")
        if first_arrived.wait(20):
            handler.words(" 18 March", finish="stop")
        handler.end()

    server.answer(answer)
    pieces = model_at(server.url).stream(ASKED, 50)

    assert next(pieces) == "On"
    first_arrived.set()
    assert list(pieces) == [" 18 March"]


def test_events_without_text_are_passed_over(server: Server) -> None:
    def answer(handler: Handler) -> None:
        handler.start()
        handler.send(": ping\n\n")
        handler.event({"choices": []})
        handler.event({"choices": None})
        handler.event(chunk({"reasoning_content": "hm"}))
        handler.event({"choices": [{"index": 0, "delta": None, "finish_reason": None}]})
        handler.words("Yes.", finish="stop")
        handler.event({"choices": [], "usage": {"total_tokens": 3}})
        handler.event("[DONE]")
        handler.end()

    server.answer(answer)

    assert collect(model_at(server.url)) == (["Yes."], None)


def test_a_model_that_wants_other_parameters_gets_them_and_is_remembered(server: Server) -> None:
    server.answer(
        refuse(400, said("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.")),
        refuse(400, said("Unsupported value: 'temperature' does not support 0 with this model.")),
        whole,
    )
    model = model_at(server.url)

    assert collect(model)[1] is None
    assert collect(model)[1] is None

    assert len(server.requests) == 4
    for request in server.requests[2:]:
        assert request["max_completion_tokens"] == 50
        assert not {"max_tokens", "temperature"} & set(request)


def test_an_answer_is_complete_when_it_says_so_even_if_the_connection_stays(server: Server) -> None:
    def answer(handler: Handler) -> None:
        handler.start()
        handler.words("Yes.", finish="stop")
        handler.wait()

    server.answer(answer)
    started = time.monotonic()

    assert collect(model_at(server.url)) == (["Yes."], None)
    assert time.monotonic() - started < 10


def test_a_reader_may_take_its_time(server: Server) -> None:
    server.answer(whole)
    pieces = []

    for piece in model_at(server.url, Timeouts(connect=10, first_token=20, idle=0.5, total=40)).stream(ASKED, 50):
        time.sleep(0.6)
        pieces.append(piece)

    assert pieces == ["On ", "18 March", "."]


def test_closing_the_answer_closes_the_connection(server: Server) -> None:
    def answer(handler: Handler) -> None:
        handler.start()
        while not handler.stopping.is_set():
            handler.words("word ")
            handler.wait(0.02)

    server.answer(answer)
    with closing(model_at(server.url).stream(ASKED, 50)) as pieces:
        assert next(pieces) == "word "
        assert not server.hung_up.is_set()

    assert server.hung_up.wait(2)


@pytest.mark.parametrize("is_begun", [False, True], ids=["before its headers", "behind its headers"])
def test_a_halt_ends_the_wait_for_the_first_word_and_hangs_up(server: Server, is_begun: bool) -> None:
    def answer(handler: Handler) -> None:
        if is_begun:
            handler.start()
        # A closed connection is all that a server can notice while it has nothing to say.
        handler.connection.settimeout(10)
        assert handler.connection.recv(1) == b""
        handler.told.hung_up.set()

    server.answer(answer)
    halt = Halt()
    pieces = model_at(server.url).stream(ASKED, 50, halt)
    threading.Timer(0.3, halt.call).start()
    began = time.monotonic()

    with pytest.raises(HaltedError):
        next(pieces)

    assert time.monotonic() - began < 0.8
    assert server.hung_up.wait(2)
    assert len(server.requests) == 1


def test_a_halt_that_came_first_sends_nothing(server: Server) -> None:
    server.answer(whole)
    halt = Halt()
    halt.call()

    with pytest.raises(HaltedError):
        next(model_at(server.url).stream(ASKED, 50, halt))

    assert server.requests == []


def test_a_halt_ends_the_pause_before_another_try(server: Server) -> None:
    server.answer(refuse(429, said("slow down"), retry_after="8"), whole)
    halt = Halt()
    threading.Timer(0.5, halt.call).start()
    began = time.monotonic()

    with pytest.raises(HaltedError):
        next(model_at(server.url).stream(ASKED, 50, halt))

    assert time.monotonic() - began < 3
    assert len(server.requests) == 1


def test_a_halt_after_the_answer_disturbs_nobody(server: Server) -> None:
    server.answer(whole)
    halt = Halt()

    assert list(model_at(server.url).stream(ASKED, 50, halt)) == ["On ", "18 March", "."]
    halt.call()


def test_two_answers_at_once_do_not_disturb_each_other(server: Server) -> None:
    server.answer(whole)
    model = model_at(server.url)
    first, second = model.stream(ASKED, 50), model.stream(ASKED, 50)

    assert [next(first), next(second)] == ["On ", "On "]
    assert list(first) == list(second) == ["18 March", "."]


def test_a_server_without_a_key_is_asked_without_ours(server: Server) -> None:
    server.answer(whole)

    assert collect(model_at(server.url, key=""))[1] is None


# What it refuses


@pytest.mark.parametrize(
    ("status", "body", "sentence"),
    [
        (400, said("context of 4096 exceeded"), r"status 400 \(context of 4096 exceeded\).*shorter question"),
        (400, said(f"bad key {KEY}"), r"\(bad key \*\*\*\)"),
        (400, "no JSON object", r"status 400; .*shorter question"),
        (401, said(f"Incorrect API key provided: {KEY}"), "refused the API key; check .*DATELINE_LLM_API_KEY"),
        (403, said("no"), "refused the API key"),
        (404, said("model not found"), "knows no model named m-1 .*; check DATELINE_LLM_MODEL"),
        (307, said("elsewhere"), "status 307"),
    ],
)
def test_a_refusal_is_a_sentence_and_is_not_tried_again(
    server: Server, status: int, body: object, sentence: str
) -> None:
    server.answer(refuse(status, body))

    pieces, error = collect(model_at(server.url))

    assert pieces == []
    assert type(error) is LanguageModelError
    assert error.args[0].startswith("The language model m-1 at 127.0.0.1:")
    assert_says(error, sentence)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "sentence"),
    [(429, "limit of requests or the paid quota"), (500, "failed with status 500"), (503, "503")],
)
def test_a_passing_failure_is_tried_once_more(server: Server, status: int, sentence: str) -> None:
    server.answer(refuse(status, said("busy"), retry_after="0"))
    pieces, error = collect(model_at(server.url))
    assert pieces == []
    assert_says(error, f"{sentence}.*; ask again in a minute")
    assert len(server.requests) == 2

    server.answer(refuse(status, said("busy"), retry_after="0"), whole)
    assert collect(model_at(server.url)) == (["On ", "18 March", "."], None)


@pytest.mark.parametrize("retry_after", ["3600", "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_nobody_is_kept_waiting_for_a_quota(server: Server, retry_after: str) -> None:
    server.answer(refuse(429, said("busy"), retry_after=retry_after))
    started = time.monotonic()

    assert_says(collect(model_at(server.url))[1], "limit of requests")

    assert len(server.requests) == 1
    assert time.monotonic() - started < 4


def test_a_key_that_no_header_can_carry_is_not_shown(server: Server) -> None:
    server.answer(whole)

    for key in ("clé", "two\nlines"):
        _, error = collect(model_at(server.url, key=key))
        assert_says(error, "characters that no key has; check the API key")
        assert key not in str(error)
    assert server.requests == []


# What cannot be reached


def test_a_server_that_is_not_there_is_named_with_what_to_check() -> None:
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = reserved.getsockname()[1]

    _, error = collect(model_at(f"http://name:secret@127.0.0.1:{port}/v1"))

    assert_says(error, rf"m-1 at 127\.0\.0\.1:{port} gave no answer: it cannot be reached; .*DATELINE_LLM_BASE_URL")
    assert "secret" not in str(error)


@pytest.mark.parametrize("url", ["127.0.0.1:1/v1", "http://127.0.0.1:99999999/v1", "ftp://127.0.0.1/v1", ""])
def test_an_address_that_is_none_is_said(url: str) -> None:
    assert_says(collect(model_at(url))[1], "gave no answer: .*DATELINE_LLM_BASE_URL")


def test_an_endpoint_nobody_set_up_has_its_own_title_and_remedy(server: Server) -> None:
    server.answer(refuse(404, said("?")))

    _, error = collect(model_at(server.url, title="The embedded language model", remedy="read its log"))

    assert_says(error, "^The embedded language model gave no answer: .*; read its log.$")


# What takes too long


def hang(handler: Handler) -> None:
    handler.wait()


def drip_headers(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while not handler.stopping.is_set():
        handler.wfile.write(b"x-drip: 1\r\n")
        handler.wfile.flush()
        handler.wait(0.05)


def ping_only(handler: Handler) -> None:
    handler.start()
    while not handler.stopping.is_set():
        handler.send(": ping\n\n")
        handler.wait(0.05)


def role_only(handler: Handler) -> None:
    handler.start()
    handler.event(chunk({"role": "assistant", "content": ""}))
    handler.wait()


@pytest.mark.parametrize("answer", [hang, drip_headers, ping_only, role_only])
def test_silence_before_the_first_piece_has_an_end(server: Server, answer: Callable[[Handler], None]) -> None:
    server.answer(answer)
    started = time.monotonic()

    pieces, error = collect(model_at(server.url, Timeouts(connect=0.2, first_token=0.4, idle=0.1, total=10)))

    assert pieces == []
    assert type(error) is LanguageModelError
    assert_says(error, r"gave no answer: it sent nothing for 0\.4 s; ask again")
    assert 0.4 < time.monotonic() - started < 4
    assert len(server.requests) == 1


@pytest.mark.parametrize("is_pinging", [False, True])
def test_a_stall_keeps_what_came(server: Server, is_pinging: bool) -> None:
    def answer(handler: Handler) -> None:
        handler.start()
        handler.words("On ", "18")
        while not handler.stopping.is_set():
            if is_pinging:
                handler.send(": ping\n\n")
            handler.wait(0.05)

    server.answer(answer)

    pieces, error = collect(model_at(server.url, Timeouts(connect=10, first_token=20, idle=0.4, total=40)))

    assert pieces == ["On ", "18"]
    assert isinstance(error, AnswerCutOffError)
    assert_says(error, r"stopped in the middle of its answer: nothing more came for 0\.4 s; ask again for the whole")


def test_a_slow_drip_ends_at_the_total(server: Server) -> None:
    def answer(handler: Handler) -> None:
        handler.start()
        while not handler.stopping.is_set():
            handler.words("a ")
            handler.wait(0.1)

    server.answer(answer)
    started = time.monotonic()

    pieces, error = collect(model_at(server.url, Timeouts(connect=10, first_token=20, idle=20, total=2)))

    assert len(pieces) > 2
    assert isinstance(error, AnswerCutOffError)
    assert_says(error, r"not done after 2 s")
    assert time.monotonic() - started < 6


def test_a_body_that_would_end_without_a_word_is_silence_too(server: Server) -> None:
    def answer(handler: Handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n")
        handler.wfile.flush()
        handler.wait()

    server.answer(answer)

    assert_says(
        collect(model_at(server.url, Timeouts(connect=0.2, first_token=0.5, idle=20, total=10)))[1],
        r"it sent nothing for 0\.5 s",
    )


# What ends too early


def test_a_disconnect_after_some_text_keeps_it(server: Server) -> None:
    def answer(handler: Handler) -> None:
        handler.start()
        handler.words("On ", "18")

    server.answer(answer)

    pieces, error = collect(model_at(server.url))

    assert pieces == ["On ", "18"]
    assert isinstance(error, AnswerCutOffError)
    assert_says(error, "the connection broke; ask again for the whole")
    assert len(server.requests) == 1


@pytest.mark.parametrize("is_started", [False, True])
def test_a_disconnect_before_any_text_is_tried_once_more(server: Server, is_started: bool) -> None:
    def answer(handler: Handler) -> None:
        if is_started:
            handler.start()

    server.answer(answer, whole)
    assert collect(model_at(server.url)) == (["On ", "18 March", "."], None)

    server.answer(answer)
    pieces, error = collect(model_at(server.url))
    assert (pieces, type(error)) == ([], LanguageModelError)
    assert_says(error, "the connection broke; ask again")


@pytest.mark.parametrize(
    ("finish", "sentence"),
    [
        (None, "ended without saying that it had finished; ask again for the whole"),
        ("length", "reached the limit of 50 tokens; ask a narrower question"),
        ("content_filter", "content filter"),
    ],
)
def test_an_answer_that_does_not_say_that_it_is_complete_is_cut_off(
    server: Server, finish: str | None, sentence: str
) -> None:
    def answer(handler: Handler) -> None:
        handler.start()
        handler.words("On ", "18", finish=finish)
        handler.event("[DONE]")
        handler.end()

    server.answer(answer)

    pieces, error = collect(model_at(server.url))

    assert pieces == ["On ", "18"]
    assert isinstance(error, AnswerCutOffError)
    assert_says(error, sentence)


@pytest.mark.parametrize("finish", [None, "stop"])
def test_an_empty_answer_is_an_error(server: Server, finish: str | None) -> None:
    def answer(handler: Handler) -> None:
        handler.start()
        handler.words(finish=finish)
        handler.event("[DONE]")
        handler.end()

    server.answer(answer)

    pieces, error = collect(model_at(server.url))

    assert (pieces, type(error)) == ([], LanguageModelError)
    assert_says(error, "what it sent was empty")


# What is not a chat completion


def test_a_web_page_is_recognised(server: Server) -> None:
    def answer(handler: Handler) -> None:
        handler.start(kind="text/html; charset=utf-8")
        handler.send("<html>Welcome</html>")
        handler.end()

    server.answer(answer)

    assert_says(collect(model_at(server.url))[1], r"a web page came instead; check DATELINE_LLM_BASE_URL.*/v1")


@pytest.mark.parametrize(
    "data",
    [
        "{not json",
        "7",
        '"text"',
        "[]",
        '{"choices": 7}',
        '{"choices": ["text"]}',
        '{"choices": [{"delta": "text"}]}',
        '{"choices": [{"delta": {"content": ["text"]}}]}',
        '{"choices": [{"delta": {"content": 7}}]}',
    ],
)
def test_events_of_another_shape_are_an_error_and_keep_what_came(server: Server, data: str) -> None:
    def answer(handler: Handler) -> None:
        handler.start()
        handler.event(data)
        handler.end()

    def answer_after_a_word(handler: Handler) -> None:
        handler.start()
        handler.words("On")
        handler.event(data)
        handler.end()

    server.answer(answer)
    pieces, error = collect(model_at(server.url))
    assert (pieces, type(error)) == ([], LanguageModelError)
    assert_says(error, "not a chat completion")

    server.answer(answer_after_a_word)
    pieces, error = collect(model_at(server.url))
    assert (pieces, type(error)) == (["On"], AnswerCutOffError)


def test_an_error_event_is_said_without_the_key(server: Server) -> None:
    def answer(handler: Handler) -> None:
        handler.start()
        handler.words("On")
        handler.event(said(f"out of memory for {KEY}"))
        handler.end()

    server.answer(answer)

    pieces, error = collect(model_at(server.url))

    assert pieces == ["On"]
    assert isinstance(error, AnswerCutOffError)
    assert_says(error, r"it reported an error \(out of memory for \*\*\*\)")


def test_bytes_that_are_no_text_are_an_error(server: Server) -> None:
    def answer(handler: Handler) -> None:
        handler.start()
        handler.wfile.write(b"8\r\ndata: \xff\xfe\r\n2\r\n\n\n\r\n")
        handler.end()

    server.answer(answer)

    assert_says(collect(model_at(server.url))[1], "gave no answer")


def assert_says(error: LanguageModelError | None, sentence: str) -> None:
    assert error is not None
    with pytest.raises(LanguageModelError, match=sentence):
        raise error


# The shipped fake


def test_a_scripted_model_says_its_replies_and_remembers_what_it_was_asked() -> None:
    model = ScriptedModel(["On 18 March [1].", "No."])

    assert list(model.stream(ASKED, 50)) == ["On", " 18", " March", " [1]."]
    assert "".join(model.stream([Message("user", "And?")], 50)) == "No."
    assert model.asked == [tuple(ASKED), (Message("user", "And?"),)]
    with pytest.raises(LanguageModelError):
        list(model.stream(ASKED, 50))


def test_a_scripted_model_can_fail_midway() -> None:
    model = ScriptedModel(["one two three"], error=AnswerCutOffError("It stopped; ask again."), error_after=2)
    pieces: list[str] = []

    with pytest.raises(AnswerCutOffError):
        pieces.extend(model.stream(ASKED, 50))

    assert pieces == ["one", " two"]


def test_a_scripted_model_knows_that_it_was_stopped() -> None:
    model = ScriptedModel(["one two three"])
    with closing(model.stream(ASKED, 50)) as pieces:
        next(pieces)

    assert model.closed_early == 1


def test_the_key_is_not_in_what_an_endpoint_shows_of_itself() -> None:
    assert KEY not in repr(Endpoint("http://127.0.0.1/v1", "m", KEY))
