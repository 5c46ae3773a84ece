"""Settings -> a running Dateline: the only place where things are constructed."""

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from index.articles import Article, Span
from index.embedding import BgeSmallEmbedder, Embedder, RememberingEmbedder
from index.embedding_job import MeaningReach, embed_library, embed_newest, measure_reach
from index.errors import LibraryNotFoundError, LibraryVersionError, NothingSelectedError
from index.keyword_search import KeywordSearch
from index.ledger import Ledger, LibraryCounts, Version
from index.mending import begin_anew
from index.parsing.pool import ParserPool
from index.plugged_embedding import name_plugged
from index.selecting import EVERYTHING, Selection, select_articles
from index.shelving import Splitter, SyncReport
from index.sources import Source, name_source
from index.syncing import Progress
from index.updating import SyncTools, update_library
from index.upkeep import Upkeep, Watching
from index.vectors import VectorSearch
from index.web.pages import fetch_page
from index.weights import WEIGHTS, WeightsStatus, ensure_verified, weights_status
from rag.answering import BALANCED
from rag.chain import Chain
from rag.choosing import ModelChoice, ModelStatus
from rag.conversation import AS_SET, Event, Manner, Turn
from rag.elsewhere import Elsewhere, find_elsewhere, sentences_at
from rag.evidence import Evidence
from rag.finding import Finder
from rag.halting import Halt
from rag.language_model import LanguageModel
from rag.reranking import MsMarcoReranker, RememberingReranker, Reranker
from rag.retrieving import RetrievedPassage, Retriever
from rag.settings import Settings, seeds_folder

PACKAGED = "packaged"
_POLL_SECONDS = 30 * 60.0
_PASSAGES_COMPARED = 30
_PASSAGES_OF_AN_ARTICLE = 3
ChooseModel = Callable[[], LanguageModel | None]


@dataclass(frozen=True, slots=True)
class BesideModels:
    """Models beside the embedder: another one to search passages with, and one that reads a question with each sentence."""

    search_embedder: Embedder | None = None
    reranker: Reranker | None = None


class Dateline:
    """One library with its search and its language model, ready to answer. Safe to share between threads."""

    def __init__(
        self,
        library: Path,
        embedder: Embedder,
        choose_model: ChooseModel,
        describe_model: Callable[[], ModelStatus],
        close_model: Callable[[], None] = lambda: None,
        beside: BesideModels | None = None,
    ) -> None:
        """Open a library; `embedder` searches and weighs sentences, unless there are others `beside` it for that."""
        self._library = library
        self._turn = threading.Lock()
        self._asked = 0
        self.embedder = RememberingEmbedder(embedder)
        search_embedder, reranker = (beside.search_embedder, beside.reranker) if beside else (None, None)
        self.reranker = RememberingReranker(reranker) if reranker else None
        self._ledger = Ledger(library)
        self._keywords = KeywordSearch(library, self._ledger)
        self._search_embedder = RememberingEmbedder(search_embedder) if search_embedder else self.embedder
        self._retrievers: dict[str, Retriever] = {}
        self._choose_model = choose_model
        self._describe_model = describe_model
        self._close_model = close_model
        self.upkeep: Upkeep | None = None
        self.strictness = BALANCED
        # How to answer with other settings' model from now on; None where the model is given.
        self.use_model_of: Callable[[Settings], None] | None = None

    @property
    def library(self) -> Path:
        """The folder in which the library is kept."""
        return self._library

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        evidence: Evidence | None = None,
        manner: Manner = AS_SET,
        halt: Halt | None = None,
    ) -> Iterator[Event]:
        """Answer a question in a manner; see `Chain.ask`.

        Raises:
            QuestionError: the question is empty or too long.
            LibraryNotFoundError: the library holds no articles.
            NothingSelectedError: it holds none of the selected kind.
        """
        if self.counts().articles == 0:
            raise LibraryNotFoundError(
                "The library holds no articles: put some into a folder and run  dateline index FOLDER"
            )
        self.check_selection(manner.selection)
        finder = Finder(self.retriever(), self.embedder, self.reranker, selection=manner.selection)
        chain = Chain(
            finder,
            None if manner.is_quoting else self._choose_model(),
            strictness=self.strictness if manner.strictness is None else manner.strictness,
        )
        return self._count_asked(chain.ask(question, history, evidence=evidence, halt=halt))

    def retriever(self) -> Retriever:
        """Search with the embedder whose vectors are complete: while another's are being made, with the former one."""
        by_name = {embedder.name: embedder for embedder in (self.embedder, self._search_embedder)}
        embedder = by_name.get(self._ledger.embedder() or "", self._search_embedder)
        with self._turn:
            if embedder.name not in self._retrievers:
                vectors = VectorSearch(self._library, self._ledger, embedder.name, embedder.dimension)
                self._retrievers[embedder.name] = Retriever(self._ledger, self._keywords, vectors, embedder)
            return self._retrievers[embedder.name]

    def _count_asked(self, events: Iterator[Event]) -> Iterator[Event]:
        """Pass the events on; while they come, what is less urgent waits."""
        with self._turn:
            self._asked += 1
        try:
            yield from events
        finally:
            with self._turn:
                self._asked -= 1

    def search(self, question: str, *, limit: int = 10, selection: Selection = EVERYTHING) -> list[RetrievedPassage]:
        """The passages of the selection that bear on a question, best first, without an answer.

        Raises:
            NothingSelectedError: the library holds no article of the selected kind.
        """
        self.check_selection(selection)
        return self.retriever().retrieve(
            question, limit=limit, per_article=limit, per_outlet=limit, selection=selection
        )

    def check_selection(self, selection: Selection) -> None:
        """Make sure that there is an article to answer from.

        Raises:
            NothingSelectedError: the library holds no article of the selected kind.
        """
        if selection and not select_articles(self._ledger, selection):
            raise NothingSelectedError(
                "No article of the library lies in what was chosen: choose other outlets, other days or other articles."
            )

    def article(self, article_id: str) -> Article:
        """One article of the library.

        Raises:
            ArticleNotFoundError: there is none with that id.
        """
        return self._ledger.article(article_id)

    def counts(self) -> LibraryCounts:
        """How much the library holds."""
        return self._ledger.counts()

    def edition(self) -> str:
        """Another text whenever articles were added, corrected or removed, or vectors made; cheap to ask every second."""
        counts = self._ledger.counts()
        numbers = (counts.articles, counts.passages, self._ledger.last_passage_number(), *self._ledger.last_sequence())
        return "-".join(map(str, numbers))

    def reach(self) -> MeaningReach:
        """How much of the library can be found by meaning, and how long the rest will take."""
        return measure_reach(self._library, self._ledger, self._search_embedder.name)

    def versions(self, article_id: str) -> list[Version]:
        """The versions of an article, oldest first; one when it was never corrected.

        Raises:
            ArticleNotFoundError: there is none with that id.
        """
        return self._ledger.versions_of(article_id)

    def copies_of(self, article_ids: Collection[str]) -> dict[str, frozenset[str]]:
        """For each article the others of the library that carry nearly the same text: with it they are one source."""
        return {id_: group - {id_} for id_, group in self._ledger.copies_of(article_ids).items()}

    def elsewhere(self, article_id: str, span: Span, halt: Halt | None = None) -> Elsewhere:
        """What other articles of the library say of a span of one: the same, or otherwise.

        Raises:
            ArticleNotFoundError: there is none with that id.
            HaltedError: `halt` was called.
        """
        article = self.article(article_id)
        sentences = sentences_at(article, span)
        # Its own earlier or later versions are no other articles.
        versions = {version.article_id for version in self.versions(article_id)}
        found = [
            passage
            for sentence in sentences
            for passage in self.retriever().retrieve(
                article.quote(sentence),
                limit=_PASSAGES_COMPARED,
                per_article=_PASSAGES_OF_AN_ARTICLE,
                per_outlet=_PASSAGES_COMPARED,
            )
            if passage.article.id not in versions
        ]
        copies = self.copies_of({article_id, *(passage.article.id for passage in found)})
        return find_elsewhere(article, sentences, found, copies, halt or Halt())

    def keep_up(self, make_upkeep: Callable[[Callable[[], bool]], Upkeep]) -> None:
        """Bring the library in step with its sources in the background until it is closed; questions go before."""
        self.upkeep = make_upkeep(self.is_busy)
        self.upkeep.start()

    def is_busy(self) -> bool:
        """Whether a question is being answered now."""
        return self._asked > 0

    def language_model(self) -> LanguageModel | None:
        """The model that answers now, for what is to be asked of it directly; None for evidence alone."""
        return self._choose_model()

    def model_status(self) -> ModelStatus:
        """Which model answers, and why."""
        return self._describe_model()

    def warm(self) -> None:
        """Load what the first question would otherwise wait for: the vector store and the embedding model."""
        self.retriever().retrieve("warm up")

    def close(self) -> None:
        """Stop the model and the upkeep that were started, and close the library."""
        if self.upkeep:
            self.upkeep.stop()
        self._close_model()
        self._ledger.close()


def open_dateline(settings: Settings, *, prepare_model: bool = False, is_kept_up: bool = False) -> Dateline:
    """Open the library that the settings name, with the model that they allow.

    With `prepare_model` the embedded language model is fetched and built in the background when it is missing. With
    `is_kept_up` the library is brought in step with its sources, and its vectors are made, in the background too.

    Raises:
        LibraryNotFoundError: there is no library yet.
        WeightsError: the embedding model is missing or damaged.
        SettingsError: the settings of the endpoint are incomplete.
    """
    choice = ModelChoice(settings)
    packaged = open_embedder(settings)
    dateline = Dateline(
        settings.library,
        packaged,
        choice.model,
        choice.status,
        choice.close,
        BesideModels(
            None if settings.embedding == PACKAGED else open_search_embedder(settings), open_reranker(settings)
        ),
    )
    dateline.strictness = settings.strictness
    dateline.use_model_of = choice.use
    if is_kept_up:
        dateline.keep_up(partial(make_upkeep, settings, watching=Watching(settings.watch, _POLL_SECONDS)))
    if prepare_model:
        choice.prepare()
    return dateline


def open_embedder(settings: Settings) -> Embedder:
    """The embedding model, its files verified.

    Raises:
        WeightsError: a file is missing or damaged; the sentence says how to fetch it.
    """
    folder = ensure_verified(WEIGHTS["embedding"], settings.models)
    return BgeSmallEmbedder(folder / "model.onnx", folder / "tokenizer.json")


def open_reranker(settings: Settings) -> Reranker | None:
    """The model that reads a question together with each sentence, its files verified; None where they are not here.

    Raises:
        WeightsError: a file is damaged; the sentence says how to fetch it.
        SettingsError: the one that the settings name cannot be loaded.
    """
    if settings.reranking == "none":
        return None
    if settings.reranking != PACKAGED:
        from rag.plugged_reranking import PluggedReranker  # noqa: PLC0415 - it takes seconds to import

        return PluggedReranker(settings.reranking)
    weights = WEIGHTS["reranking"]
    if weights_status(weights, settings.models) is WeightsStatus.MISSING:
        return None
    folder = ensure_verified(weights, settings.models)
    return MsMarcoReranker(folder / "model.onnx", folder / "tokenizer.json")


def open_search_embedder(settings: Settings) -> Embedder:
    """The embedding model that passages are searched with: the packaged one, or one that the settings name.

    Raises:
        WeightsError: a file of the packaged one is missing or damaged.
        SettingsError: the one that the settings name cannot be loaded.
    """
    if settings.embedding == PACKAGED:
        return open_embedder(settings)
    from index.plugged_embedding import PluggedEmbedder  # noqa: PLC0415 - LlamaIndex takes seconds to import

    return PluggedEmbedder(settings.embedding, settings.embedding_options)


def name_search_embedder(settings: Settings) -> str:
    """The name of what `open_search_embedder` opens, without opening it."""
    if settings.embedding == PACKAGED:
        return BgeSmallEmbedder.name
    return name_plugged(settings.embedding, settings.embedding_options)


def sync(
    settings: Settings,
    sources: Sequence[Source],
    *,
    on_progress: Progress,
    allow_removal: bool = False,
    wait_seconds: float = 0,
) -> dict[str, SyncReport]:
    """Bring sources into the library, searchable by keyword; with none named, those that it knows, or at first the seeds.

    Raises:
        LibraryNotFoundError: no source is named, none is known, and there are no seeds.
        LibraryLockedError: another process is writing.
        StorageError: the disk is full or refuses the write.
    """
    try:
        known = _known_sources(settings)
    except LibraryVersionError:
        begin_anew(settings.library)
        known = _known_sources(settings)
    return update_library(
        settings.library,
        list(sources) or known or _first_sources(),
        make_sync_tools(),
        on_progress=on_progress,
        allow_removal=allow_removal,
        wait_seconds=wait_seconds,
    )


def update(
    settings: Settings, sources: Sequence[Source], embedder: Embedder, *, on_progress: Progress
) -> dict[str, SyncReport]:
    """`sync`, and the vectors of every passage.

    Raises:
        LibraryNotFoundError, LibraryLockedError, StorageError: as `sync`.
    """
    reports = sync(settings, sources, on_progress=on_progress)
    embed_library(settings.library, embedder, on_progress=on_progress)
    return reports


def make_sync_tools() -> SyncTools:
    """What a sync works with: confined readers, safe fetching, the splitter of passages."""
    return SyncTools(ParserPool, fetch_page, _make_splitter)


def make_upkeep(
    settings: Settings,
    is_busy: Callable[[], bool],
    *,
    watching: Watching,
    on_report: Callable[[Mapping[str, SyncReport]], None] | None = None,
) -> Upkeep:
    """What keeps the library in step while the window is open, or while `dateline watch` runs."""
    return Upkeep(
        settings.library,
        make_sync_tools(),
        lambda: open_search_embedder(settings),
        is_busy=is_busy,
        watching=watching,
        on_report=on_report,
    )


def prepare_library(settings: Settings, *, on_progress: Progress) -> dict[str, SyncReport]:
    """Make a first library, searchable by keyword, where there is none with articles; an existing one is left as it is.

    Raises:
        LibraryNotFoundError: there is none, and there are no seeds to make one of.
        LibraryLockedError: another process is making it.
        StorageError: the disk is full or refuses the write.
    """
    with suppress(LibraryNotFoundError, LibraryVersionError), closing(Ledger(settings.library)) as ledger:
        if ledger.counts().articles:
            return {}
    return sync(settings, [], on_progress=on_progress)


def embed(settings: Settings, *, on_progress: Progress, wait_seconds: float = 0) -> int:
    """Give every passage its vector; returns how many were made.

    Raises:
        LibraryLockedError: another process has been at it for `wait_seconds`.
        WeightsError: the embedding model is missing or damaged.
    """
    return embed_library(
        settings.library, open_search_embedder(settings), on_progress=on_progress, wait_seconds=wait_seconds
    )


def embed_some(settings: Settings) -> None:
    """Make the vectors of the newest passages, so that it is known how long the rest takes.

    Raises:
        LibraryLockedError: another process is at it.
        WeightsError: the embedding model is missing or damaged.
    """
    embed_newest(settings.library, open_search_embedder(settings))


def measure_meaning(settings: Settings) -> MeaningReach:
    """How much of the library can be found by meaning, and how long the rest will take.

    Raises:
        LibraryNotFoundError: there is no library.
    """
    with closing(Ledger(settings.library)) as ledger:
        return measure_reach(settings.library, ledger, name_search_embedder(settings))


def _known_sources(settings: Settings) -> list[Source]:
    try:
        with closing(Ledger(settings.library)) as ledger:
            return ledger.sources()
    except LibraryNotFoundError:
        return []


def _first_sources() -> list[Source]:
    """What a library is made of that knows no sources and was told none."""
    seeds = seeds_folder()
    if seeds is None:
        raise LibraryNotFoundError("There is no library yet: name your folder of articles,  dateline index FOLDER")
    return [name_source(str(seeds))]


def _make_splitter() -> Splitter:
    from index.splitting import split_article  # noqa: PLC0415 - LlamaIndex takes seconds to import

    return split_article
