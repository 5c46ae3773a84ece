"""Any embedding model that LlamaIndex knows, as an embedder of this program."""

import importlib
import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

import numpy as np

from index.embedding import Vectors
from index.errors import SettingsError

_EXAMPLE = "DATELINE_EMBEDDING=llama_index.embeddings.ollama:OllamaEmbedding"


def name_plugged(path: str, options: Mapping[str, Any]) -> str:
    """The name of the embedder at `path` ("module:Class") with these options: other options make other vectors."""
    digest = sha256(json.dumps(dict(options), sort_keys=True, default=str).encode()).hexdigest()[:8]
    return f"{path} {digest}"


class PluggedEmbedder:
    """A LlamaIndex embedding model; its vectors are brought to unit length."""

    def __init__(self, path: str, options: Mapping[str, Any]) -> None:
        """Load the class at `path` and make one with `options` as its arguments.

        Raises:
            SettingsError: there is no such class, it is no embedding model, or does not take these options.
        """
        from llama_index.core.base.embeddings.base import BaseEmbedding  # noqa: PLC0415 - it takes seconds

        module, _, name = path.partition(":")
        try:
            kind = getattr(importlib.import_module(module), name)
            model = kind(**options)
        except (ImportError, AttributeError, ValueError, TypeError) as error:
            raise SettingsError(
                f"The embedding model {path} cannot be loaded ({error}); install the package that it comes from, and write"
                f" it as module:Class, for example  {_EXAMPLE}"
            ) from error
        if not isinstance(model, BaseEmbedding):
            raise SettingsError(f"{path} is no embedding model of LlamaIndex; name one, for example  {_EXAMPLE}")
        self.name = name_plugged(path, options)
        self._model = model
        self._dimension: int | None = None

    @property
    def dimension(self) -> int:
        """Numbers in a vector; the model is asked when it is first wanted."""
        if self._dimension is None:
            self._dimension = len(self.embed(["dimension"])[0])
        return self._dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed texts: shape (len(texts), dimension), float32, every row of unit length."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        vectors = np.asarray(self._model.get_text_embedding_batch(list(texts)), dtype=np.float32)
        unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return unit

    def embed_question(self, question: str) -> Vectors:
        """The vector to search with, which models that tell questions from texts make in another way."""
        vector = np.asarray(self._model.get_query_embedding(question), dtype=np.float32)
        unit: Vectors = vector / max(float(np.linalg.norm(vector)), 1e-12)
        return unit
