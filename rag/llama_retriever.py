"""The retriever of a library as a LlamaIndex retriever, for programs that are built of LlamaIndex parts."""

from typing import Any

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from rag.assemble import Dateline
from rag.retrieving import RetrievedPassage


class DatelineRetriever(BaseRetriever):
    """Finds passages as Dateline does, by keyword and by meaning; a node's offsets point into its article's text."""

    def __init__(self, dateline: Dateline, *, limit: int = 10, **options: Any) -> None:
        """Search an open library; at most `limit` nodes a query. `options` are those of LlamaIndex's retrievers."""
        super().__init__(**options)
        self._dateline = dateline
        self._limit = limit

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [_to_node(found) for found in self._dateline.search(query_bundle.query_str, limit=self._limit)]


def _to_node(found: RetrievedPassage) -> NodeWithScore:
    article, passage = found.article, found.passage
    facts = {
        "article_id": article.id,
        "file": article.file,
        "title": article.title,
        "outlet": article.outlet,
        "published": article.published.isoformat() if article.published else None,
        "url": article.url,
    }
    node = TextNode(
        id_=passage.id,
        text=article.quote(passage),
        start_char_idx=passage.start,
        end_char_idx=passage.end,
        metadata={name: value for name, value in facts.items() if value is not None},
    )
    return NodeWithScore(node=node, score=found.score)
