"""The same articles through LlamaIndex's own pipeline: its reader, splitter and document store, and Chroma.

The Chroma adapter is no dependency of the program:  pip install llama-index-vector-stores-chroma
"""

import importlib.util
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.embedding import Embedder

ADAPTER = "llama-index-vector-stores-chroma"
_MODULE = "llama_index.vector_stores.chroma"
_PASSAGE_TOKENS = 180  # as in index/splitting.py, counted in the same way
_BATCH = 64  # texts embedded at once, as in index/embedding_job.py
_TOKEN = re.compile(r"\w{1,8}|[^\w\s]")


@dataclass(frozen=True, slots=True)
class PeerRun:
    """Seconds in all and in the embedder, and how many texts were embedded."""

    seconds: float
    embedding_s: float
    embedded: int


def is_installed() -> bool:
    """Whether the adapter is there."""
    try:
        return importlib.util.find_spec(_MODULE) is not None
    except ModuleNotFoundError:
        return False


def index_with_llama_index(folder: Path, library: Path, embedder: Embedder) -> PeerRun:
    """Read the files in `folder` and bring `library` in step with them, as the pipeline's documentation says.

    What the pipeline keeps is read from the disk before and written to it after, as two runs of a program would.
    """
    began = time.perf_counter()
    import chromadb  # noqa: PLC0415 - optional, and seconds
    from chromadb.config import Settings  # noqa: PLC0415
    from llama_index.core import SimpleDirectoryReader  # noqa: PLC0415
    from llama_index.core.ingestion import DocstoreStrategy, IngestionPipeline  # noqa: PLC0415
    from llama_index.core.node_parser import SentenceSplitter  # noqa: PLC0415
    from llama_index.core.storage.docstore import SimpleDocumentStore  # noqa: PLC0415
    from llama_index.vector_stores.chroma import ChromaVectorStore  # noqa: PLC0415

    client: Any = chromadb.PersistentClient(library / "chroma", settings=Settings(anonymized_telemetry=False))
    collection = client.get_or_create_collection("passages", embedding_function=None)
    watched = _WatchedEmbedder(embedder)
    splitter = SentenceSplitter(chunk_size=_PASSAGE_TOKENS, chunk_overlap=0, tokenizer=_TOKEN.findall)
    pipeline = IngestionPipeline(
        transformations=[splitter, _wrap_embedder(watched)],
        vector_store=ChromaVectorStore(chroma_collection=collection),
        docstore=SimpleDocumentStore(),
        docstore_strategy=DocstoreStrategy.UPSERTS,
    )
    kept = library / "pipeline"
    if kept.is_dir():
        pipeline.load(str(kept))
    documents = SimpleDirectoryReader(str(folder), filename_as_id=True).load_data()
    for document in documents:
        # Only what is embedded by both: the reader's own facts are sizes, dates and types of files.
        document.excluded_embed_metadata_keys = list(document.metadata)
        document.metadata = {"file_name": document.metadata["file_name"]}
    pipeline.run(documents=documents)
    pipeline.persist(str(kept))
    client.close()
    return PeerRun(time.perf_counter() - began, watched.seconds, watched.embedded)


class _WatchedEmbedder:
    """Another embedder, and how long it was at work."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.seconds = 0.0
        self.embedded = 0

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        began = time.perf_counter()
        vectors: list[list[float]] = self._embedder.embed(texts).tolist()
        self.seconds += time.perf_counter() - began
        self.embedded += len(texts)
        return vectors


def _wrap_embedder(watched: _WatchedEmbedder) -> Any:
    from llama_index.core.base.embeddings.base import BaseEmbedding  # noqa: PLC0415 - as above

    class Wrapped(BaseEmbedding):  # type: ignore[misc, unused-ignore]
        def _get_text_embedding(self, text: str) -> list[float]:
            return watched.embed([text])[0]

        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            return watched.embed(texts)

        def _get_query_embedding(self, query: str) -> list[float]:
            return watched.embed([query])[0]

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return watched.embed([query])[0]

    return Wrapped(embed_batch_size=_BATCH)
