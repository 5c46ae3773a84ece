from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from llama_index.core.base.embeddings.base import BaseEmbedding

from index.embedding import WordHashEmbedder
from index.embedding_job import embed_library
from index.errors import SettingsError
from index.generations import read_current
from index.ledger import Ledger
from index.plugged_embedding import PluggedEmbedder, name_plugged
from index.shelving import SyncReport
from rag.assemble import BesideModels, Dateline
from rag.choosing import ModelStatus


class CountingLetters(BaseEmbedding):
    """A LlamaIndex embedding of 26 numbers, as a package of somebody else's might bring it."""

    scale: float = 1.0

    def _get_text_embedding(self, text: str) -> list[float]:
        return [self.scale * (1 + text.lower().count(chr(97 + letter))) for letter in range(26)]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)


PATH = f"{__name__}:CountingLetters"


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, __name__, sys.modules.get(__name__) or _this_module())


def _this_module() -> Any:
    import types

    module = types.ModuleType(__name__)
    module.CountingLetters = CountingLetters  # type: ignore[attr-defined]
    return module


def test_its_vectors_have_unit_length_and_the_models_own_dimension() -> None:
    embedder = PluggedEmbedder(PATH, {"scale": 7.0})
    vectors = embedder.embed(["ferry", "bridge over the river"])
    assert vectors.shape == (2, embedder.dimension) == (2, 26)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-6)
    assert embedder.embed([]).shape == (0, 26)
    np.testing.assert_allclose(embedder.embed_question("ferry"), vectors[0], rtol=1e-6)


def test_other_options_are_another_embedder() -> None:
    assert PluggedEmbedder(PATH, {}).name == name_plugged(PATH, {}) != name_plugged(PATH, {"scale": 2.0})


@pytest.mark.parametrize("path", ["no_such_module:Any", f"{__name__}:Nothing", "json:JSONDecoder"])
def test_what_cannot_be_loaded_is_a_sentence(path: str) -> None:
    with pytest.raises(SettingsError, match="DATELINE_EMBEDDING="):
        PluggedEmbedder(path, {})


def test_after_a_change_the_former_vectors_answer_until_the_new_ones_are_complete(
    folder: Path, library: Path, update: Callable[[], SyncReport]
) -> None:
    for subject in ("ferry", "bridge", "volcano"):
        (folder / f"{subject}.txt").write_text(
            f"About the {subject}\n\nThe {subject} was in the news on Monday again.\n"
        )
    update()
    plugged = PluggedEmbedder(PATH, {})
    status = ModelStatus("none", "chosen by a test", None)
    dateline = Dateline(library, WordHashEmbedder(), lambda: None, lambda: status, beside=BesideModels(plugged))

    def found() -> str | None:
        return dateline.search("the volcano in the news")[0].article.title

    with closing(dateline):
        assert not dateline.reach().is_complete
        assert found() == "About the volcano"
        assert set(dateline._retrievers) == {"word-hash"}
        embed_library(library, plugged, on_progress=lambda *_: None)
        assert dateline.reach().is_complete
        assert found() == "About the volcano"
        assert set(dateline._retrievers) == {"word-hash", plugged.name}
    current = read_current(library)
    assert current is not None
    assert current.embedder == plugged.name
    with closing(Ledger(library)) as ledger:
        assert ledger.count_vectors("word-hash") == 0
