"""The two commands that add cases to a question set: one asks the person, one lets the language model draft."""

import secrets
from collections import Counter
from contextlib import closing
from pathlib import Path

import click

from evals.case_dialogue import Shelf, ask_about_draft, ask_for_case
from evals.cases import append_case, read_questions
from evals.library import LibraryView, view_library
from evals.needing_model import require_model
from evals.suggesting import describe_refusals, draft_cases
from index.articles import Article, Passage
from rag.assemble import Dateline, name_search_embedder, open_dateline
from rag.settings import Settings

_SEARCHED = 20


def write_new_case(settings: Settings, path: Path) -> None:
    """Ask for a case and add it to the set at `path`.

    Raises:
        QuestionSetError: the set is broken, or cannot be written.
        LibraryNotFoundError: there is no library.
    """
    taken = read_questions(path)
    view = view_library(settings.library, name_search_embedder(settings))
    with closing(open_dateline(settings)) as dateline:
        case = ask_for_case(Shelf(lambda words: dateline.search(words, limit=_SEARCHED), view.index), taken.keys())
    append_case(path, case)
    click.echo(f"{case.id} stands in {path}, which has {len(taken) + 1} cases now.")


def suggest_cases(settings: Settings, path: Path, count: int) -> None:
    """Have `count` cases drafted from passages of the library; those that the person accepts are added to the set.

    Raises:
        NoModelError: there is no language model.
        LanguageModelError: it gave no answer.
        QuestionSetError: the set is broken, or cannot be written.
        LibraryNotFoundError: there is no library.
    """
    view = view_library(settings.library, name_search_embedder(settings))
    with closing(open_dateline(settings)) as dateline:
        offer_drafts(dateline, view, path, count)


def offer_drafts(dateline: Dateline, view: LibraryView, path: Path, count: int) -> None:
    """`suggest_cases` over an open library."""
    model = require_model(dateline.language_model, dateline.model_status)
    taken = read_questions(path)
    refusals: Counter[str] = Counter()
    before = len(taken)
    drafts = draft_cases(
        model, _choose_passages(dateline, view, count), taken.values(), lambda reason: refusals.update([reason])
    )
    try:
        for draft in drafts:
            case = ask_about_draft(draft, view.index, taken.keys())
            if case is not None:
                append_case(path, case)
                taken[case.id] = case.question
    except click.Abort:
        click.echo("Stopped.")
    if refusals:
        click.echo(describe_refusals(refusals))
    click.echo(f"{len(taken) - before} cases were added to {path}.")


def _choose_passages(dateline: Dateline, view: LibraryView, count: int) -> list[tuple[Article, Passage]]:
    """Passages by chance, so that the next call drafts from others."""
    passages = [passage for own in view.passages.values() for passage in own]
    chosen = secrets.SystemRandom().sample(passages, min(count, len(passages)))
    return [(dateline.article(passage.article_id), passage) for passage in chosen]
