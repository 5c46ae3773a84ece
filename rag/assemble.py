"""Settings -> a running Dateline: the only place where things are constructed."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from index.articles import Article
from index.embedding import Embedder, MiniLmEmbedder, RememberingEmbedder
from index.errors import LibraryNotFoundError
from index.ledger import Ledger, LibraryCounts
from index.syncing import Progress, Splitter, SyncReport
from index.updating import update_library
from index.vectors import VectorSearch
from index.weights import WEIGHTS, ensure_verified
from rag.chain import Chain
from rag.choosing import ModelChoice, ModelStatus
from rag.conversation import Event, Turn
from rag.language_model import LanguageModel
from rag.retrieving import RetrievedPassage, Retriever
from rag.settings import Settings, seeds_folder

ChooseModel = Callable[[], LanguageModel | None]


class Dateline:
    """One library with its search and its language model, ready to answer. Safe to share between threads."""

    def __init__(
        self,
        library: Path,
        embedder: Embedder,
        choose_model: ChooseModel,
        describe_model: Callable[[], ModelStatus],
        close_model: Callable[[], None] = lambda: None,
    ) -> None:
        self._embedder = RememberingEmbedder(embedder)
        self._ledger = Ledger(library)
        self._vectors = VectorSearch(library, self._ledger, embedder.name, embedder.dimension)
        self._retriever = Retriever(self._ledger, self._vectors, self._embedder)
        self._choose_model = choose_model
        self._describe_model = describe_model
        self._close_model = close_model

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Iterator[Event]:
        """Answer a question; see `Chain.ask`.

        Raises:
            QuestionError: the question is empty or too long.
            LibraryNotFoundError: the library holds no articles.
        """
        if self.counts().articles == 0:
            raise LibraryNotFoundError(
                "The library holds no articles: put some into a folder and run  dateline index FOLDER"
            )
        return Chain(self._retriever, self._embedder, self._choose_model()).ask(question, history)

    def search(self, question: str, *, limit: int = 10) -> list[RetrievedPassage]:
        """The passages that bear on a question, best first, without an answer."""
        return self._retriever.retrieve(question, limit=limit, per_article=limit)

    def article(self, article_id: str) -> Article:
        """One article of the library.

        Raises:
            ArticleNotFoundError: there is none with that id.
        """
        return self._ledger.article(article_id)

    def counts(self) -> LibraryCounts:
        """How much the library holds."""
        return self._ledger.counts()

    def model_status(self) -> ModelStatus:
        """Which model answers, and why."""
        return self._describe_model()

    def warm(self) -> None:
        """Load what the first question would otherwise wait for: the vector store and the embedding model."""
        self._retriever.retrieve("warm up")

    def close(self) -> None:
        """Stop the model that was started and close the library."""
        self._close_model()
        self._ledger.close()


def open_dateline(settings: Settings, *, prepare_model: bool = False) -> Dateline:
    """Open the library that the settings name, with the model that they allow.

    With `prepare_model` the embedded language model is fetched and built in the background when it is missing.

    Raises:
        LibraryNotFoundError: there is no library yet.
        WeightsError: the embedding model is missing or damaged.
        SettingsError: the settings of the endpoint are incomplete.
    """
    choice = ModelChoice(settings)
    dateline = Dateline(settings.library, open_embedder(settings), choice.model, choice.status, choice.close)
    if prepare_model:
        choice.prepare()
    return dateline


def open_embedder(settings: Settings) -> Embedder:
    """The embedding model, its files verified.

    Raises:
        WeightsError: a file is missing or damaged; the sentence says how to fetch it.
    """
    folder = ensure_verified(WEIGHTS["embedding"], settings.models)
    return MiniLmEmbedder(folder / "model.onnx", folder / "tokenizer.json")


def update(
    settings: Settings,
    folders: Sequence[Path],
    embedder: Embedder,
    *,
    on_progress: Progress,
    allow_removal: bool = False,
) -> dict[Path, SyncReport]:
    """Bring folders into the library; with none named, those that it knows, or at first the seeds.

    Raises:
        LibraryNotFoundError: no folder is named, none is known, and there are no seeds.
        LibraryLockedError: another process is writing.
        StorageError: the disk is full or refuses the write.
    """
    chosen = list(folders) or _default_folders(settings)
    return update_library(
        settings.library, chosen, embedder, _make_splitter, on_progress=on_progress, allow_removal=allow_removal
    )


def _default_folders(settings: Settings) -> list[Path]:
    """None when the library knows folders of its own; else the seeds."""
    try:
        ledger = Ledger(settings.library)
    except LibraryNotFoundError:
        known: list[Path] = []
    else:
        known = ledger.sources()
        ledger.close()
    if known:
        return []
    seeds = seeds_folder()
    if seeds is None:
        raise LibraryNotFoundError("There is no library yet: name your folder of articles,  dateline index FOLDER")
    return [seeds]


def _make_splitter() -> Splitter:
    from index.splitting import split_article  # noqa: PLC0415 - LlamaIndex takes seconds to import

    return split_article
