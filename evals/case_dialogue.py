"""Questions and answers at the terminal that make a case of a question set."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace

import click

from evals.cases import Case
from evals.gold import ArticleIndex, Evidence
from evals.locating import FoundQuote, Search, locate_quote, name_article
from evals.metrics import holds
from evals.suggesting import Draft
from rag.conversation import Status
from rag.words import content_words

_ID_WORDS = 5
_NO_CHOICE = 0


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where quotes are looked for: the search of a library, and its articles by name."""

    search: Search
    index: ArticleIndex


def ask_for_case(shelf: Shelf, taken: Set[str]) -> Case:
    """Ask for a question, its right status, its answers and its gold evidence; `taken` are the ids of the set."""
    question = click.prompt("Question").strip()
    statuses = [status.value for status in Status]
    expected = Status(click.prompt("Right status", type=click.Choice(statuses), default=Status.ANSWERED.value))
    is_answered = expected is not Status.REFUSED
    answers = tuple(_ask_for_texts("A short right answer (empty: no more)")) if is_answered else ()
    gold = tuple(_ask_for_gold(shelf)) if is_answered else ()
    _warn_of_answers(answers, gold)
    kind = click.prompt("Kind, a word or two (empty: none)", default="", show_default=False).strip()
    return Case(_ask_for_id(question, taken), question, kind=kind, answers=answers, expected=(expected,), gold=gold)


def ask_about_draft(draft: Draft, index: ArticleIndex, taken: Set[str]) -> Case | None:
    """Show a draft; gives the case when it is accepted, as drafted or edited, None when it is discarded.

    Raises:
        click.Abort: the person wants to stop.
    """
    click.echo(
        f"\n  {draft.question}\n  answer  {draft.answer}\n  quote   “{draft.quote}”\n  in      {draft.article.file}"
    )
    chosen = click.prompt("accept, edit, discard or stop", type=click.Choice(["a", "e", "d", "s"]), default="d")
    if chosen == "s":
        raise click.Abort
    if chosen == "d":
        return None
    if chosen == "e":
        question = click.prompt("Question", default=draft.question).strip()
        draft = replace(draft, question=question, answer=click.prompt("Answer", default=draft.answer).strip())
    return Case(
        propose_id(draft.question, taken),
        draft.question,
        answers=(draft.answer,),
        expected=(Status.ANSWERED,),
        gold=(Evidence(name_article(draft.article, index), quote=draft.quote),),
        tags=("suggested",),
    )


def propose_id(question: str, taken: Set[str]) -> str:
    """An id made of a question's first telling words that none of `taken` is."""
    stem = "-".join(word.casefold() for word in content_words(question)[:_ID_WORDS]) or "case"
    number = 1
    while (id_ := stem if number == 1 else f"{stem}-{number}") in taken:
        number += 1
    return id_


def _ask_for_id(question: str, taken: Set[str]) -> str:
    def check(text: str) -> str:
        if text.strip() in taken:
            raise click.UsageError(f"{text.strip()!r} stands in the set already; choose another id.")
        return text.strip()

    id_: str = click.prompt("Id", default=propose_id(question, taken), value_proc=check)
    return id_


def _ask_for_texts(what: str) -> Iterator[str]:
    while text := click.prompt(what, default="", show_default=False).strip():
        yield text


def _ask_for_gold(shelf: Shelf) -> Iterator[Evidence]:
    for words in _ask_for_texts("A quote that answers it (empty: no more)"):
        found = _choose(words, locate_quote(words, shelf.search))
        if found is not None:
            yield Evidence(name_article(found.article, shelf.index), quote=found.text)


def _choose(words: str, found: Sequence[FoundQuote]) -> FoundQuote | None:
    """The place that a quote is meant to stand at: there is one, or the person chooses among several or the nearest."""
    if len(found) == 1 and found[0].likeness == 1:
        click.echo(f"  It stands in {found[0].article.file}.")
        return found[0]
    if not found:
        click.echo("  Nothing like it stands in the library.")
        return None
    is_exact = found[0].likeness == 1
    click.echo(
        "  It stands in several places:" if is_exact else f"  “{words}” stands in no article word for word; nearest:"
    )
    for number, one in enumerate(found, 1):
        click.echo(f"  {number}  {one.article.file}: “{one.text}”")
    number = click.prompt(
        "Which one (0: none)", type=click.IntRange(0, len(found)), default=1 if is_exact else _NO_CHOICE
    )
    return None if number == _NO_CHOICE else found[number - 1]


def _warn_of_answers(answers: Sequence[str], gold: Sequence[Evidence]) -> None:
    quotes = " ".join(item.quote or "" for item in gold)
    missing = [answer for answer in answers if gold and not holds(quotes, answer)]
    if missing:
        click.echo(f"  Mind: {', '.join(f'“{answer}”' for answer in missing)} stands in none of the quotes.")
