"""Thumbs: one click on an answer makes a case of the set that the person's own judgements make up."""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from evals.cases import Case, read_questions
from evals.editing_sets import drop_case, put_case
from evals.errors import WrongLibraryError
from evals.feedback_cases import Thumb, approve, cite_as_gold, object_to
from evals.gold import ArticleIndex
from evals.library import view_library
from index.errors import ArticleNotFoundError, DatelineError
from rag.conversation import Answer, Turn
from ui import wording_evals

if TYPE_CHECKING:
    from rag.assemble import Dateline

_ANSWERS_KEPT = 1_000
# Reading a larger library for a click, to know whether a file's name is one article's alone, takes seconds.
_MOST_ARTICLES_READ = 3_000


class AnswerForgottenError(DatelineError):
    """The answer that is to be judged was given too long ago, or before the window was started."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer that can be judged, and the case that its judgement made, None as long as there is none."""

    answer: Answer
    history: tuple[Turn, ...]
    case_id: str | None = None


@dataclass(frozen=True, slots=True)
class Opinion:
    """What somebody says about an answer; `right` is what would have been right, where they told."""

    thumb: Thumb | None
    right: str = ""
    should_refuse: bool = False


class Feedback:
    """Keeps the answers that can be judged, each under a name that nobody can guess, and the set of those that were.

    Safe to share between threads.
    """

    def __init__(self, dateline: "Dateline", library: Path) -> None:
        """Judge answers of `dateline`, whose library is kept in the folder `library`."""
        self._dateline = dateline
        self._library = library
        self._answers: OrderedDict[str, Judged] = OrderedDict()
        self._turn = threading.Lock()

    @property
    def path(self) -> Path:
        """The set of judged answers."""
        return feedback_set(self._library)

    def remember(self, answer: Answer, history: Sequence[Turn]) -> str:
        """Make an answer one that can be judged, under the name that this gives."""
        # Whoever does not see an answer must not be able to ask for it: conversations are each browser's own.
        name = secrets.token_urlsafe(12)
        with self._turn:
            self._answers[name] = Judged(answer, tuple(history))
            while len(self._answers) > _ANSWERS_KEPT:
                self._answers.popitem(last=False)
        return name

    def judge(self, name: str, opinion: Opinion) -> str:
        """Make the case of an opinion, in the place of what the same answer was judged before; gives a line about it.

        Raises:
            AnswerForgottenError: there is no such answer here any more.
            QuestionSetError: the set is broken, or cannot be written.
        """
        with self._turn:
            judged = self._answers.get(name)
            if judged is None:
                raise AnswerForgottenError(wording_evals.ANSWER_FORGOTTEN)
            if opinion.thumb is None:
                if judged.case_id:
                    drop_case(self.path, judged.case_id)
                self._answers[name] = replace(judged, case_id=None)
                return wording_evals.TAKEN_BACK
            case = self._make_case(judged, opinion)
            self.path.parent.mkdir(parents=True, exist_ok=True)
            put_case(self.path, case)
            self._answers[name] = replace(judged, case_id=case.id)
            return wording_evals.kept(opinion.thumb, self.path, has_more=bool(opinion.right or opinion.should_refuse))

    def _make_case(self, judged: Judged, opinion: Opinion) -> Case:
        # Its own former case is no other's: the new one takes its place under the same id.
        taken = read_questions(self.path).keys() - {judged.case_id}
        if opinion.thumb == "up":
            try:
                gold = cite_as_gold(judged.answer, self._dateline.article, self._read_library())
            except (WrongLibraryError, ArticleNotFoundError) as error:
                raise WrongLibraryError(wording_evals.CITED_IS_GONE) from error
            case = approve(judged.answer, judged.history, gold, taken)
        else:
            case = object_to(
                judged.answer, judged.history, taken, right=opinion.right.strip(), should_refuse=opinion.should_refuse
            )
        return replace(case, id=judged.case_id) if judged.case_id else case

    def _read_library(self) -> ArticleIndex | None:
        if self._dateline.counts().articles > _MOST_ARTICLES_READ:
            return None
        return view_library(self._library, "").index


def own_sets_folder(library: Path) -> Path:
    """Where a person's own question sets are kept."""
    return library.parent / "evals"


def feedback_set(library: Path) -> Path:
    """The set that thumbs make."""
    return own_sets_folder(library) / "feedback.jsonl"
