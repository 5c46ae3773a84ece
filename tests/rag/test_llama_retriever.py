from collections.abc import Callable

from rag.assemble import Dateline
from rag.llama_retriever import DatelineRetriever


def test_its_nodes_are_the_passages_with_offsets_into_their_articles(
    seeds_library: object, open_fake: Callable[..., Dateline]
) -> None:
    dateline = open_fake(at=seeds_library)
    found = DatelineRetriever(dateline, limit=3).retrieve("Who represents the Chinese side at the talks in Alaska?")
    assert len(found) == 3
    assert [node.score for node in found] == sorted((node.score or 0 for node in found), reverse=True)
    for scored in found:
        node = scored.node
        article = dateline.article(node.metadata["article_id"])
        assert article.text[node.start_char_idx : node.end_char_idx] == node.text  # type: ignore[attr-defined]
        assert node.metadata["file"] == article.file
