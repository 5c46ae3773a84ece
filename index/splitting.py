"""Article -> passages: runs of whole sentences of about equal size, offsets kept."""

import re
from collections.abc import Sequence
from hashlib import sha256

from llama_index.core.node_parser import SentenceSplitter

from index.articles import Article, Passage, Role, Sentence

# With its title a passage stays within the 256 word pieces that the embedding model reads.
PASSAGE_TOKENS = 180
_TOKEN = re.compile(r"\w{1,8}|[^\w\s]")
_SEPARATOR = "\n\n\n"


def split_article(article: Article, *, tokens: int = PASSAGE_TOKENS) -> list[Passage]:
    """Divide an article's body sentences into passages of at most about `tokens` tokens, in reading order.

    Every body sentence belongs to exactly one passage; a sentence longer than `tokens` is a passage of its own.
    """
    body = [sentence for sentence in article.sentences if sentence.role is Role.BODY]
    passages = []
    for ordinal, run in enumerate(_pack(article, body, tokens)):
        start, end = run[0].start, run[-1].end
        identity = f"{article.id}:{start}:{end}"
        passages.append(Passage(sha256(identity.encode()).hexdigest()[:16], article.id, ordinal, start, end))
    return passages


def _pack(article: Article, body: Sequence[Sentence], tokens: int) -> list[list[Sentence]]:
    # LlamaIndex packs; where sentences end is ours to say, and so is where its pieces lie: they come back in order and
    # never overlap, so a search that only moves forward finds each, also when an article repeats itself.
    texts = [article.quote(sentence) for sentence in body]
    splitter = SentenceSplitter(
        chunk_size=tokens,
        chunk_overlap=0,
        tokenizer=_TOKEN.findall,
        paragraph_separator=_SEPARATOR,
        chunking_tokenizer_fn=lambda text: text.splitlines(keepends=True),
        secondary_chunking_regex=None,
    )
    joined = "\n".join(" ".join(text.split("\n")) for text in texts)
    starts = []
    position = 0
    for text in texts:
        starts.append(position)
        position += len(text) + 1
    runs: list[list[Sentence]] = []
    cursor = following = 0
    for piece in splitter.split_text(joined) if joined else []:
        found = joined.index(piece, cursor)
        cursor = found + len(piece)
        run = []
        while following < len(body) and starts[following] < cursor:
            run.append(body[following])
            following += 1
        if run:
            runs.append(run)
    return runs
