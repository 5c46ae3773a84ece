"""What OpenAI's chat completions hold, as far as a question over articles has a use for it."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from index.errors import QuestionError
from rag.conversation import Turn
from ui.api.refusals import RefusedError

MODEL = "dateline"
# What the window sends along: six exchanges.
_TURNS_KEPT = 12
_MOST_MESSAGES = 1_000
_TEXT_FORMAT = {"type": "text"}
_REFUSED = {
    "tools": "Dateline calls no tools: leave `tools` out.",
    "functions": "Dateline calls no functions: leave `functions` out.",
    "audio": "Dateline answers in text only: leave `audio` out.",
    "logprobs": "Dateline gives no probabilities of tokens: leave `logprobs` out.",
    "top_logprobs": "Dateline gives no probabilities of tokens: leave `top_logprobs` out.",
    "prediction": "Dateline takes no predicted output: leave `prediction` out.",
    "web_search_options": "Dateline searches its own articles, not the web: leave `web_search_options` out.",
}


class Part(BaseModel):
    """A part of a message; only text is read."""

    model_config = ConfigDict(extra="allow")
    type: str
    text: str = ""


class ChatMessage(BaseModel):
    """One message; those of the system and of developers are not read."""

    model_config = ConfigDict(extra="allow")
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None

    def read(self) -> str:
        """Its text.

        Raises:
            RefusedError: it holds something else than text, or comes from a tool (422).
        """
        if self.role in {"tool", "function"}:
            raise RefusedError(422, f"Dateline calls no tools: leave messages of the role {self.role} out.")
        if isinstance(self.content, list):
            other = next((part.type for part in self.content if part.type not in {"text", "refusal"}), None)
            if other:
                raise RefusedError(422, f"Dateline reads text only: leave the part of type {other[:40]} out.")
            return "\n".join(part.text for part in self.content)
        return self.content or ""


class CompletionWanted(BaseModel):
    """A conversation whose last message of the user is the question and whose earlier messages are its history.

    Messages of the role system or developer are not read: what an answer may say is not for them to decide. Sampling
    (temperature, top_p, max_tokens, stop, seed and the like) is taken and has no effect. What would change the kind of
    answer (n > 1, tools, audio, a response format other than text) is refused.
    """

    model_config = ConfigDict(extra="allow")
    model: str = Field(description=f'"{MODEL}".')
    messages: list[ChatMessage] = Field(min_length=1, max_length=_MOST_MESSAGES)
    stream: bool | None = Field(default=False, description="Send the verified answer sentence by sentence.")
    n: int | None = Field(default=1, description="One answer; more are refused.")
    response_format: dict[str, Any] | None = None
    modalities: list[str] | None = None


def read_conversation(wanted: CompletionWanted) -> tuple[str, list[Turn]]:
    """The question, and what was said before it, of which the last six exchanges count.

    Raises:
        RefusedError: there is no such model (404), or something is asked for that Dateline does not do (422).
        QuestionError: no message is a user's.
    """
    if wanted.model != MODEL:
        raise RefusedError(404, f'There is no model {wanted.model[:60]!r} here: ask for "{MODEL}".')
    refuse_what_is_not_done(wanted)
    said = [
        (message.role, message.read()) for message in wanted.messages if message.role not in {"system", "developer"}
    ]
    last = max((position for position, (role, _) in enumerate(said) if role == "user"), default=None)
    if last is None:
        raise QuestionError("There is no question: send a message of the role user.")
    earlier = [Turn("user" if role == "user" else "assistant", text) for role, text in said[:last] if text.strip()]
    return said[last][1], earlier[-_TURNS_KEPT:]


def refuse_what_is_not_done(wanted: CompletionWanted) -> None:
    """Refuse what would change the kind of answer.

    Raises:
        RefusedError: the sentence says what to leave out (422).
    """
    extra = wanted.model_extra or {}
    problem = next((sentence for name, sentence in _REFUSED.items() if extra.get(name)), None)
    if wanted.n not in {None, 1}:
        problem = "Dateline gives one answer: leave `n` out, or make it 1."
    elif wanted.response_format not in (None, _TEXT_FORMAT):
        problem = "Dateline answers in text only: leave `response_format` out."
    elif wanted.modalities not in (None, ["text"]):
        problem = "Dateline answers in text only: leave `modalities` out."
    if problem:
        raise RefusedError(422, problem)
