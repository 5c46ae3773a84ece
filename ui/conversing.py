"""A window's conversation: resumed where it was kept, answered, and kept again."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.errors import DatelineError
from rag.conversation import Answer
from ui import wording as wording_of_window
from ui import wording_conversations as wording
from ui.asking import Asking, exchange_with, turns_before
from ui.conversations.store import Conversations
from ui.manner import read_manner
from ui.measuring import Measuring
from ui.rendering import Exchange, Failure

if TYPE_CHECKING:
    from rag.assemble import Dateline

_EXCHANGES_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is asking: the page's session, and the name of the browser that it is open in, None where cookies are off."""

    session: str
    browser: str | None


@dataclass(frozen=True, slots=True)
class OpenConversation:
    """The conversation that a page shows: its id, empty while it is not kept, and its exchanges, oldest first.

    `replaces` is the number of the exchange whose place the next one takes, 0 when it is added at the end.
    """

    id: str = ""
    exchanges: tuple[Exchange, ...] = ()
    replaces: int = 0

    def before(self, number: str) -> "OpenConversation":
        """The conversation up to the exchange of that number, which is to be asked anew; all of it when it has none such."""
        for place, exchange in enumerate(self.exchanges):
            if number and str(exchange.number) == number:
                return replace(self, exchanges=self.exchanges[:place], replaces=exchange.number)
        return self

    def with_last(self, exchange: Exchange) -> "OpenConversation":
        """The conversation with one more exchange."""
        return replace(self, exchanges=(*self.exchanges, exchange))

    def kept(self) -> "OpenConversation":
        """As much of it as a page goes on with."""
        return replace(self, exchanges=self.exchanges[-_EXCHANGES_SHOWN:], replaces=0)


@dataclass(frozen=True, slots=True)
class Answering:
    """Answers the pages of one window; without `conversations` none is kept, without `measuring` none can be judged."""

    dateline: "Dateline"
    running: dict[str, Asking]
    measuring: Measuring | None = None
    conversations: Conversations | None = None

    def answer(
        self, visitor: Visitor, text: str, earlier: OpenConversation, told: str = ""
    ) -> Iterator[OpenConversation]:
        """The conversation with the question's exchange as that grows; once it is answered, it is kept.

        `told` is what the page says of the manner in which it is to be answered.
        """
        try:
            manner = read_manner(told)
        except DatelineError as error:
            yield earlier.with_last(Exchange(text, outcome=Failure(wording_of_window.ERROR_TITLE, str(error))))
            return
        for exchange in exchange_with(self.dateline, self.running, visitor.session, text, earlier.exchanges, manner):
            if isinstance(exchange.outcome, Answer):
                yield self._keep(visitor, earlier, self._make_judgeable(exchange, earlier))
            else:
                yield earlier.with_last(exchange)

    def halt(self, visitor: Visitor) -> None:
        """Stop the question that the page has under way, if there is one."""
        asking = self.running.get(visitor.session)
        if asking:
            asking.stop()

    def resume(self, visitor: Visitor, conversation: OpenConversation, opened: str) -> OpenConversation:
        """The conversation that the page says it shows: the one that its session knows, or else as it was kept."""
        if conversation.id == opened:
            return conversation
        if not opened:
            # A new one has been begun, and the session has not heard of it yet.
            return OpenConversation()
        found = self.reopen(visitor, opened)
        return found if found.id else conversation

    def reopen(self, visitor: Visitor, id_: str) -> OpenConversation:
        """A conversation as it was kept; without an id, and with a sentence for its only exchange, when it was not."""
        if self.conversations and visitor.browser:
            try:
                kept = self.conversations.read(visitor.browser, id_)
            except DatelineError as error:
                return _say(str(error))
            judged = OpenConversation(id_)
            for exchange in kept.exchanges[-_EXCHANGES_SHOWN:]:
                judged = judged.with_last(self._make_judgeable(exchange, judged))
            return judged
        return _say(wording.NO_COOKIE)

    def _make_judgeable(self, exchange: Exchange, earlier: OpenConversation) -> Exchange:
        if self.measuring is None or not isinstance(exchange.outcome, Answer):
            return exchange
        name = self.measuring.feedback.remember(exchange.outcome, turns_before(earlier.exchanges))
        return replace(exchange, name=name)

    def _keep(self, visitor: Visitor, earlier: OpenConversation, exchange: Exchange) -> OpenConversation:
        if not self.conversations or not visitor.browser:
            return earlier.with_last(exchange)
        try:
            id_, number = self.conversations.keep(visitor.browser, earlier.id, exchange, instead_of=earlier.replaces)
        except DatelineError as error:
            # The answer is there all the same.
            return earlier.with_last(replace(exchange, unkept=wording.not_kept(str(error))))
        return replace(earlier, id=id_).with_last(replace(exchange, number=number))


def _say(sentence: str) -> OpenConversation:
    return OpenConversation(exchanges=(Exchange("", outcome=Failure(wording.NOT_HERE_TITLE, sentence)),))
