"""The file that conversations are kept in, beside the library whose articles they cite: a row for each exchange."""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from textwrap import shorten

from pydantic import TypeAdapter, ValidationError

from index.errors import DatelineError
from index.storage import CONVERSATIONS_FILE
from rag.conversation import Answer
from ui import wording_conversations as wording
from ui.rendering import Exchange, Failure

MOST_TITLE_CHARACTERS = 120
_VERSION = 1
_TITLE_CHARACTERS = 80
_WAIT_SECONDS = 5.0
_SCHEMA = """
create table conversations (id text primary key, browser text not null, title text not null, changed text not null);
create index conversations_by_browser on conversations(browser, changed);
create table exchanges (
    number integer primary key autoincrement,
    conversation text not null references conversations(id) on delete cascade,
    question text not null, content text not null);
create index exchanges_by_conversation on exchanges(conversation, number);
"""
_EXCHANGE = TypeAdapter(Exchange)


class ConversationNotFoundError(DatelineError):
    """This browser has no such conversation."""


class ConversationsUnusableError(DatelineError):
    """The file of conversations cannot be read or written, or is of another version."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A conversation in a list: when it was changed last, and how many exchanges it has."""

    id: str
    title: str
    changed: datetime
    exchanges: int


@dataclass(frozen=True, slots=True)
class KeptConversation:
    """A conversation whole, oldest exchange first."""

    id: str
    title: str
    changed: datetime
    exchanges: tuple[Exchange, ...]


class Conversations:
    """The conversations held over one library; whoever asks sees those of the named browser alone. Safe between threads.

    All methods raise ConversationsUnusableError when the file cannot be read or written.
    """

    def __init__(self, library: Path) -> None:
        self._path = library / CONVERSATIONS_FILE

    def headings(self, browser: str) -> list[Heading]:
        """The browser's conversations, the one that was changed last first."""
        if not self._path.exists():
            return []
        with self._connect() as connection:
            rows = connection.execute(
                "select id, title, changed, (select count(*) from exchanges where conversation = c.id)"
                " from conversations c where browser = ? order by changed desc, id",
                (browser,),
            ).fetchall()
        return [Heading(id_, title, datetime.fromisoformat(changed), count) for id_, title, changed, count in rows]

    def read(self, browser: str, id_: str) -> KeptConversation:
        """One conversation whole; of an exchange that another version kept, and that cannot be read, the question.

        Raises:
            ConversationNotFoundError: the browser has none with that id.
        """
        with self._connect() as connection:
            title, changed = self._find(connection, browser, id_)
            rows = connection.execute(
                "select number, question, content from exchanges where conversation = ? order by number", (id_,)
            ).fetchall()
        return KeptConversation(
            id_, title, datetime.fromisoformat(changed), tuple(_read_exchange(*row) for row in rows)
        )

    def keep(self, browser: str, id_: str, exchange: Exchange, *, instead_of: int = 0) -> tuple[str, int]:
        """Add an answered exchange to a conversation, or begin one with it; gives the conversation's id and its number.

        With `instead_of` it takes the place of the exchange of that number and of all that came after that.
        """
        # Whoever wants a conversation that was deleted meanwhile to go on gets a new one: what is deleted stays deleted.
        with self._connect() as connection, _transaction(connection):
            known = connection.execute("select 1 from conversations where id = ? and browser = ?", (id_, browser))
            if known.fetchone() is None:
                id_ = secrets.token_urlsafe(12)
                title = shorten(exchange.question, _TITLE_CHARACTERS, placeholder="…")
                connection.execute("insert into conversations values (?, ?, ?, '')", (id_, browser, title))
            if instead_of:
                connection.execute("delete from exchanges where conversation = ? and number >= ?", (id_, instead_of))
            added = connection.execute(
                "insert into exchanges (conversation, question, content) values (?, ?, ?)",
                (id_, exchange.question, _EXCHANGE.dump_json(_essence(exchange)).decode()),
            )
            connection.execute("update conversations set changed = ? where id = ?", (_now(), id_))
            return id_, int(added.lastrowid or 0)

    def rename(self, browser: str, id_: str, title: str) -> None:
        """Give a conversation another title.

        Raises:
            ConversationNotFoundError: the browser has none with that id.
            DatelineError: the title is empty, or too long.
        """
        title = " ".join(title.split())
        if not 0 < len(title) <= MOST_TITLE_CHARACTERS:
            raise DatelineError(wording.wrong_title(MOST_TITLE_CHARACTERS))
        with self._connect() as connection, _transaction(connection):
            self._find(connection, browser, id_)
            connection.execute("update conversations set title = ? where id = ?", (title, id_))

    def delete(self, browser: str, id_: str) -> None:
        """Delete a conversation, and leave nothing of it in the file.

        Raises:
            ConversationNotFoundError: the browser has none with that id.
        """
        with self._connect() as connection, _transaction(connection):
            self._find(connection, browser, id_)
            connection.execute("delete from conversations where id = ?", (id_,))

    def _find(self, connection: sqlite3.Connection, browser: str, id_: str) -> tuple[str, str]:
        found = connection.execute(
            "select title, changed from conversations where id = ? and browser = ?", (id_, browser)
        ).fetchone()
        if found is None:
            raise ConversationNotFoundError(wording.NOT_HERE)
        return str(found[0]), str(found[1])

    @contextmanager
    def _connect(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self._path, isolation_level=None, timeout=_WAIT_SECONDS)) as connection:
                # What is deleted is overwritten, not only let go of.
                connection.executescript("pragma secure_delete = on; pragma foreign_keys = on;")
                _prepare(connection)
                yield connection
        except sqlite3.Error as error:
            raise ConversationsUnusableError(wording.unusable(self._path, error)) from error


def _prepare(connection: sqlite3.Connection) -> None:
    version = _version_of(connection)
    if version == 0:
        with _transaction(connection):
            # Another process may have been quicker.
            if _version_of(connection) == 0:
                for statement in _SCHEMA.split(";"):
                    connection.execute(statement)
                connection.execute(f"pragma user_version = {_VERSION}")
    elif version != _VERSION:
        raise ConversationsUnusableError(wording.OTHER_VERSION)


def _version_of(connection: sqlite3.Connection) -> int:
    return int(connection.execute("pragma user_version").fetchone()[0])


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("begin immediate")
    try:
        yield
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


def _essence(exchange: Exchange) -> Exchange:
    """What is needed to show it again, the evidence that its answer was chosen from included where that is shown."""
    if not isinstance(exchange.outcome, Answer):
        raise TypeError("only an answered exchange is kept")
    evidence = exchange.evidence and replace(exchange.evidence, citations=tuple(exchange.told))
    return replace(exchange, evidence=evidence, streamed="", name="", number=0)


def _read_exchange(number: int, question: str, content: str) -> Exchange:
    try:
        return replace(_EXCHANGE.validate_json(content), number=number)
    except ValidationError:
        return Exchange(question, outcome=Failure(wording.UNREADABLE_TITLE, wording.UNREADABLE), number=number)


def _now() -> str:
    return datetime.now(UTC).isoformat()
