"""A follow-up rewritten by a large language model, and what it wrote checked before it is believed."""

import queue
import re
import secrets
import threading
import time
from collections.abc import Sequence
from contextlib import closing

from index.errors import HaltedError, LanguageModelError
from rag.conversation import Turn
from rag.following_up.context import clean_answer
from rag.following_up.keeping import keeps_words
from rag.halting import Halt
from rag.language_model import LanguageModel, Message
from rag.names import find_names, known_words
from rag.prompting import fill_prompt

DEADLINE_SECONDS = 4.0
_TURNS = 6
_MAX_TOKENS = 80
_MAX_CHARACTERS = 300
_TURN_CHARACTERS = 600
_TEMPLATE_TOKEN = re.compile(r"<\|[^<>|]{0,40}\|>|</?s>|\[/?INST\]|<(?:start|end)_of_turn>")
_LABEL = re.compile(r"^(?:(?:rewritten|standalone|stand-alone) question|question)\s*:\s*", re.IGNORECASE)
_COMMANDS = frozenset(["tell", "explain", "describe", "list", "name", "give", "compare"])
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
# A statement where a question was asked for is an answer, or a remark about the task.
_STATEMENT = re.compile(r"^(?:i|sorry|sure|here|yes|no|the (?:question|user|rewritten))\b|[.!]$", re.IGNORECASE)


def ask_to_rewrite(
    question: str,
    history: Sequence[Turn],
    model: LanguageModel,
    *,
    seconds: float = DEADLINE_SECONDS,
    halt: Halt | None = None,
) -> str | None:
    """What the model makes of the question, or None: it failed, took more than `seconds`, or wrote what does not hold.

    None, too, when `halt` is called meanwhile.
    """
    written = _read_in_time(model, [_write_prompt(question, history)], seconds, halt or Halt())
    if written is None:
        return None
    line = _LABEL.sub("", written.strip()).strip().strip('"“”')
    return line if _holds(line, question, history) else None


def _write_prompt(question: str, history: Sequence[Turn]) -> Message:
    lines = [f"{'Reader' if turn.role == 'user' else 'Answer'}: {_clean(turn)}" for turn in history[-_TURNS:]]
    # A tag that no earlier turn can know: text in one cannot pretend that the conversation has ended.
    tag = secrets.token_hex(3)
    conversation = "\n".join(line.rstrip() for line in lines)
    return Message(
        "user",
        fill_prompt("rewriting", tag=tag, conversation=conversation, question=_clean(Turn("user", question))),
    )


def _clean(turn: Turn) -> str:
    text = clean_answer(turn.content) if turn.role == "assistant" else turn.content
    return " ".join(_TEMPLATE_TOKEN.sub(" ", text).split())[:_TURN_CHARACTERS]


def _read_in_time(model: LanguageModel, messages: Sequence[Message], seconds: float, halt: Halt) -> str | None:
    """What the model says, or None when it fails, the time is up, or nobody wants it any more.

    A thread reads: a stream that is silent blocks whoever reads it.
    """
    pieces: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    is_whole, over = threading.Event(), Halt()

    def read() -> None:
        try:
            with closing(model.stream(messages, _MAX_TOKENS, over)) as stream:
                for piece in stream:
                    pieces.put(piece)
                    over.check()
            is_whole.set()
        except (LanguageModelError, HaltedError):
            # The rules answer for it; the answer itself will tell the person that the model is not there.
            return
        finally:
            pieces.put(None)

    ends = time.monotonic() + seconds
    threading.Thread(target=read, name="rewriting", daemon=True).start()
    text = ""
    try:
        with halt.calling(lambda: pieces.put(None)):
            while (piece := pieces.get(timeout=max(0.0, ends - time.monotonic()))) is not None:
                text += piece
                if len(text) > 2 * _MAX_CHARACTERS:
                    return None
    except queue.Empty:
        return None
    finally:
        over.call()
    return text if is_whole.is_set() else None


def _holds(line: str, question: str, history: Sequence[Turn]) -> bool:
    """Whether a line is a question that asks what was asked and brings in nothing from elsewhere."""
    if not line or "\n" in line or len(line) > _MAX_CHARACTERS or _STATEMENT.search(line):
        return False
    said = [question, *(turn.content for turn in history)]
    known = known_words(said)
    if any(name.word not in known | _COMMANDS for name in find_names(line)):
        return False
    numbers = {number for text in said for number in _NUMBER.findall(text)}
    return set(_NUMBER.findall(line)) <= numbers and keeps_words(question, line)
