"""Questions under way: each has its chain in a thread, and its exchange grows as the chain's events come in."""

import logging
import queue
import threading
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from index.articles import Article
from index.errors import DatelineError
from rag.conversation import AS_SET, MAX_QUESTION_CHARACTERS, Answer, Event, Manner, Turn
from rag.halting import Halt
from rag.sides import find_sides
from ui import wording
from ui.carriers import find_copies, find_title
from ui.manner import describe_selection
from ui.rendering import Exchange, Failure, advance, opening_words, turns

if TYPE_CHECKING:
    from rag.assemble import Dateline

_log = logging.getLogger(__name__)

QUESTIONS_AT_ONCE = 8
# How often the window is repainted while text streams in, and how soon Stop is noticed.
_REPAINT_SECONDS = 0.08
_EXCHANGES_SENT = 6

Conversation = tuple[Exchange, ...]


class Asking:
    """One question under way: the chain runs in its own thread, so that Stop need not wait for what the chain is at."""

    def __init__(self, dateline: "Dateline", question: str, history: tuple[Turn, ...], manner: Manner = AS_SET) -> None:
        self._events: queue.SimpleQueue[Event | Failure | None] = queue.SimpleQueue()
        self._halt = Halt()
        self._thread = threading.Thread(
            target=self._run,
            args=(dateline, question, history, manner),
            name="question",
            daemon=True,
        )
        self._thread.start()

    @property
    def is_stopped(self) -> bool:
        """Whether the person wants no more of it."""
        return self._halt.is_called

    def stop(self) -> None:
        """End it: nothing more is delivered, and the model is told at once, whether or not it has begun to write."""
        self._halt.call()
        self._events.put(None)

    def wait(self, seconds: float) -> None:
        """Give the chain so long to notice that it has been stopped."""
        self._thread.join(seconds)

    def events(self) -> Iterator[list[Event | Failure]]:
        """What has come, in batches no closer than a repaint apart, until the end or Stop."""
        ended = False
        while not ended:
            batch = [self._events.get()]
            # Text comes a word at a time; painting each would cost more than it shows.
            self._halt.wait(_REPAINT_SECONDS)
            while not self._events.empty():
                batch.append(self._events.get())
            ended = None in batch
            if self.is_stopped:
                return
            yield [event for event in batch if event is not None]

    def _run(self, dateline: "Dateline", question: str, history: tuple[Turn, ...], manner: Manner) -> None:
        try:
            stream = dateline.ask(question, history, manner=manner, halt=self._halt)
            try:
                for event in stream:
                    if self.is_stopped:
                        break
                    self._events.put(event)
            finally:
                # Closing the generator is what stops the model.
                if isinstance(stream, Generator):
                    stream.close()
        except DatelineError as error:
            self._events.put(Failure(wording.ERROR_TITLE, str(error)))
        except Exception:  # noqa: BLE001 - the edge of the program: the person gets a sentence, the terminal the rest
            _log.exception("A question failed unexpectedly")
            self._events.put(Failure(wording.ERROR_TITLE, wording.UNEXPECTED))
        finally:
            self._events.put(None)


def exchange_with(
    dateline: "Dateline",
    running: dict[str, Asking],
    session: str,
    text: str,
    earlier: Conversation,
    manner: Manner = AS_SET,
) -> Iterator[Exchange]:
    """The exchange as it grows: asked, then evidence, then text, then its outcome; closing it stops the model."""
    # A lone surrogate, which a browser can send, fits in no UTF-8 text.
    text = text.encode("utf-8", "replace").decode().strip()
    refusal = _refuse_question(text, len(running))
    if refusal:
        yield Exchange(text if len(text) <= MAX_QUESTION_CHARACTERS else "", outcome=refusal)
        return
    exchange = Exchange(text, asked_of=_describe(dateline, manner))
    asking = running[session] = Asking(dateline, text, turns_before(earlier), manner)
    try:
        yield exchange
        for batch in asking.events():
            for event in batch:
                exchange = _take(dateline, exchange, event)
            if batch:
                yield exchange
        if asking.is_stopped:
            yield replace(
                exchange,
                streamed="",
                outcome=Failure(wording.STOPPED_TITLE, wording.STOPPED, is_wanted=True),
            )
    finally:
        asking.stop()
        if running.get(session) is asking:
            del running[session]


def _describe(dateline: "Dateline", manner: Manner) -> str:
    """What the question is asked of, in words; empty when it is asked of all articles."""
    chosen = manner.selection.article_ids
    return describe_selection(
        manner.selection, [find_title(dateline, one) for one in chosen] if len(chosen) <= 2 else ()
    )


def turns_before(earlier: Conversation) -> tuple[Turn, ...]:
    """What a question asked after these exchanges is sent with."""
    return turns(earlier[-_EXCHANGES_SENT:])


def _refuse_question(text: str, questions_running: int) -> Failure | None:
    if not text:
        return Failure(wording.ERROR_TITLE, wording.EMPTY_QUESTION)
    if len(text) > MAX_QUESTION_CHARACTERS:
        return Failure(wording.ERROR_TITLE, wording.long_question(len(text)))
    if questions_running >= QUESTIONS_AT_ONCE:
        return Failure(wording.BUSY_TITLE, wording.BUSY)
    return None


def _take(dateline: "Dateline", exchange: Exchange, event: Event | Failure) -> Exchange:
    """The exchange after one more event, with the first words of every article it shows that has no title.

    An answer comes with the outlets that carry what it cites as well.
    """
    if isinstance(event, Failure):
        return replace(exchange, streamed="", outcome=event)
    exchange = advance(exchange, event)
    if isinstance(exchange.outcome, Answer):
        exchange = _look_around(dateline, exchange, exchange.outcome)
    untitled = {citation.article_id for citation in exchange.citations if not citation.title}
    found = {article_id: _opening(dateline, article_id) for article_id in untitled - exchange.openings.keys()}
    return replace(exchange, openings={**exchange.openings, **found}) if found else exchange


def _look_around(dateline: "Dateline", exchange: Exchange, answer: Answer) -> Exchange:
    """The exchange with what its answer's views tell beside it: who else carries what is cited, who speaks, what is disputed."""
    articles: dict[str, Article] = {}
    for id_ in {citation.article_id for citation in exchange.told}:
        # It may have been removed just now.
        with suppress(DatelineError):
            articles[id_] = dateline.article(id_)
    sides = find_sides(answer, exchange.evidence.citations if exchange.evidence else (), articles)
    copies = find_copies(dateline, {one.article_id for one in exchange.citations})
    return replace(exchange, copies=copies, voices=sides.voices, disputed=sides.disputed)


def _opening(dateline: "Dateline", article_id: str) -> str:
    """The first words of an article, or nothing when it has just been removed."""
    try:
        return opening_words(dateline.article(article_id))
    except DatelineError:
        return ""
