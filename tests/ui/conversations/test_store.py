import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from index.backup import back_up, restore
from index.errors import DatelineError
from index.storage import CONVERSATIONS_FILE
from tests.ui.conversations.samples import answered, refused
from ui import wording_conversations as wording
from ui.conversations.store import (
    ConversationNotFoundError,
    Conversations,
    ConversationsUnusableError,
)
from ui.rendering import Exchange, Failure, show_exchange

MINE, OTHER = "m" * 43, "o" * 43


@pytest.fixture
def conversations(tmp_path: Path) -> Conversations:
    return Conversations(tmp_path)


def shown(exchange: Exchange) -> str:
    """How an exchange is shown, apart from what it is kept and judged under."""
    return show_exchange(replace(exchange, name="", number=0))


def test_what_is_kept_is_shown_again_to_the_letter(conversations: Conversations) -> None:
    kept = [answered(), refused()]
    id_, first = conversations.keep(MINE, "", kept[0])
    same, second = conversations.keep(MINE, id_, kept[1])
    assert same == id_
    read = conversations.read(MINE, id_)
    assert [exchange.number for exchange in read.exchanges] == [first, second]
    assert [shown(exchange) for exchange in read.exchanges] == [shown(exchange) for exchange in kept]
    assert read.exchanges[0].outcome == kept[0].outcome
    assert read.title == "When do they begin?"


def test_a_browser_sees_its_own_conversations_alone(conversations: Conversations) -> None:
    id_, _ = conversations.keep(MINE, "", answered())
    assert conversations.headings(OTHER) == []
    with pytest.raises(ConversationNotFoundError):
        conversations.read(OTHER, id_)
    with pytest.raises(ConversationNotFoundError):
        conversations.rename(OTHER, id_, "Taken")
    with pytest.raises(ConversationNotFoundError):
        conversations.delete(OTHER, id_)
    # Whoever names another's conversation gets one of his own.
    own, _ = conversations.keep(OTHER, id_, refused())
    assert own != id_
    assert len(conversations.read(MINE, id_).exchanges) == 1


def test_the_conversation_that_changed_last_comes_first(conversations: Conversations) -> None:
    earlier, _ = conversations.keep(MINE, "", answered("One?"))
    later, _ = conversations.keep(MINE, "", answered("Two?"))
    assert [heading.id for heading in conversations.headings(MINE)] == [later, earlier]
    conversations.keep(MINE, earlier, refused())
    headings = conversations.headings(MINE)
    assert [(heading.id, heading.title, heading.exchanges) for heading in headings] == [
        (earlier, "One?", 2),
        (later, "Two?", 1),
    ]


def test_a_question_that_is_asked_anew_replaces_itself_and_what_followed(conversations: Conversations) -> None:
    id_, _ = conversations.keep(MINE, "", answered("One?"))
    _, second = conversations.keep(MINE, id_, answered("Two?"))
    conversations.keep(MINE, id_, answered("Three?"))
    conversations.keep(MINE, id_, answered("Two, better?"), instead_of=second)
    assert [exchange.question for exchange in conversations.read(MINE, id_).exchanges] == ["One?", "Two, better?"]


def test_asking_anew_in_one_conversation_touches_no_other(conversations: Conversations) -> None:
    other, number = conversations.keep(OTHER, "", answered("One?"))
    conversations.keep(MINE, "", answered("Mine?"), instead_of=number)
    assert len(conversations.read(OTHER, other).exchanges) == 1


def test_what_is_deleted_leaves_nothing_and_does_not_come_back(conversations: Conversations, tmp_path: Path) -> None:
    id_, _ = conversations.keep(MINE, "", answered("Was it the xylophone?"))
    file = tmp_path / CONVERSATIONS_FILE
    assert b"xylophone" in file.read_bytes()
    conversations.delete(MINE, id_)
    assert b"xylophone" not in file.read_bytes()
    # A page that still shows it goes on in a new one.
    new, _ = conversations.keep(MINE, id_, answered("And then?"))
    assert new != id_
    assert [exchange.question for exchange in conversations.read(MINE, new).exchanges] == ["And then?"]


@pytest.mark.parametrize("title", ["", "  \n ", "x" * 121])
def test_a_title_that_cannot_be_is_refused(conversations: Conversations, title: str) -> None:
    id_, _ = conversations.keep(MINE, "", answered())
    with pytest.raises(DatelineError, match="1 to 120"):
        conversations.rename(MINE, id_, title)
    conversations.rename(MINE, id_, "  The\ntalks ")
    assert conversations.read(MINE, id_).title == "The talks"


def test_of_an_exchange_of_another_version_the_question_stays(conversations: Conversations, tmp_path: Path) -> None:
    id_, _ = conversations.keep(MINE, "", answered("Once?"))
    conversations.keep(MINE, id_, answered("Now?"))
    with closing(sqlite3.connect(tmp_path / CONVERSATIONS_FILE)) as connection, connection:
        connection.execute("""update exchanges set content = '{"outcome": {"text": 3}}' where question = 'Once?'""")
    once, now = conversations.read(MINE, id_).exchanges
    assert once.question == "Once?"
    assert once.outcome == Failure(wording.UNREADABLE_TITLE, wording.UNREADABLE)
    assert shown(now) == shown(answered("Now?"))


def test_a_file_of_another_version_or_a_damaged_one_is_told_in_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / CONVERSATIONS_FILE
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("pragma user_version = 7")
    with pytest.raises(ConversationsUnusableError, match="another version"):
        Conversations(tmp_path).headings(MINE)
    file.write_bytes(b"no database at all" * 100)
    with pytest.raises(ConversationsUnusableError, match=CONVERSATIONS_FILE):
        Conversations(tmp_path).keep(MINE, "", answered())


def test_a_folder_that_is_not_there_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConversationsUnusableError, match="unable to open"):
        Conversations(tmp_path / "gone").keep(MINE, "", answered())
    assert Conversations(tmp_path / "gone").headings(MINE) == []


def test_several_pages_keep_at_once_and_none_loses_an_exchange(tmp_path: Path) -> None:
    id_, _ = Conversations(tmp_path).keep(MINE, "", answered("0?"))
    failures: list[Exception] = []

    def keep(number: int) -> None:
        try:
            for turn in range(5):
                Conversations(tmp_path).keep(MINE, id_, answered(f"{number}-{turn}?"))
        except Exception as error:  # noqa: BLE001 - whatever it is, the test must tell
            failures.append(error)

    threads = [threading.Thread(target=keep, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(Conversations(tmp_path).read(MINE, id_).exchanges) == 31


def test_a_backup_brings_the_conversations_back(
    folder: Path, library: Path, tmp_path: Path, update: Callable[[], object]
) -> None:
    (folder / "one.txt").write_text("The ferry of Lindau was in the news on Monday again.", encoding="utf-8")
    update()
    id_, _ = Conversations(library).keep(MINE, "", answered())
    back_up(library, tmp_path / "backup.zip")
    Conversations(library).delete(MINE, id_)
    restore(tmp_path / "backup.zip", library, replaces=True)
    assert shown(Conversations(library).read(MINE, id_).exchanges[0]) == shown(answered())
