"""Article -> passages: runs of whole sentences that an edit elsewhere in the article leaves alone, offsets kept."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b, sha256
from itertools import accumulate, pairwise

from llama_index.core.node_parser import SentenceSplitter

from index.articles import Article, Passage, Role, Sentence

# With its title a passage stays within the 256 word pieces that the embedding model reads.
PASSAGE_TOKENS = 180
_TOKEN = re.compile(r"\w{1,8}|[^\w\s]")
_WORD = re.compile(r"\w+")
_SEPARATOR = "\n\n\n"

# Packed from the top, an article that gains a paragraph there changes in every passage: of 9,648 random edits of one
# paragraph in 828 news articles of more than 1,500 tokens 39% changed more than 3 passages, up to 26. Where passages
# may begin is therefore read off the words themselves: 0.6% of the edits change 4 passages, three edits 5, none more. The
# price is passages of 125 tokens in the mean instead of 156. With less than a third of a passage as the least there are
# tiny ones, with more an edit reaches further.
_LEAST_SHARE = 3
# Few, so that an edit further on in a paragraph does not move the boundary before it.
_RANKED_WORDS = 4


@dataclass(frozen=True, slots=True)
class _Measured:
    """A sentence with its words on one line, its length, and its rank: of two places to begin, the lower is taken."""

    sentence: Sentence
    text: str
    tokens: int
    rank: tuple[bool, bytes]


def split_article(article: Article, *, tokens: int = PASSAGE_TOKENS) -> list[Passage]:
    """Divide an article's body sentences into passages of at most `tokens` tokens, in reading order.

    Every body sentence belongs to exactly one passage; a sentence longer than `tokens` is a passage of its own. Where
    passages begin depends on the words nearby and not on what stands far before or after them.
    """
    body = [sentence for sentence in article.sentences if sentence.role is Role.BODY]
    passages: list[Passage] = []
    for segment in _find_segments(_measure(article, body), tokens):
        for run in _pack(segment, tokens):
            start, end = run[0].start, run[-1].end
            identity = f"{article.id}:{start}:{end}"
            id_ = sha256(identity.encode()).hexdigest()[:16]
            passages.append(Passage(id_, article.id, len(passages), start, end))
    return passages


def _measure(article: Article, body: Iterable[Sentence]) -> list[_Measured]:
    measured = []
    paragraph = None
    for sentence in body:
        text = " ".join(article.quote(sentence).split("\n"))
        words = " ".join(_WORD.findall(text.casefold())[:_RANKED_WORDS])
        digest = blake2b(words.encode("utf-8", "replace"), digest_size=8).digest()
        # Before a paragraph rather than inside one.
        rank = (sentence.paragraph == paragraph, digest)
        measured.append(_Measured(sentence, text, len(_TOKEN.findall(text)), rank))
        paragraph = sentence.paragraph
    return measured


def _find_segments(body: Sequence[_Measured], tokens: int) -> list[Sequence[_Measured]]:
    """The body cut where the words say, and what is small joined again where the words say."""
    ends = list(accumulate((one.tokens for one in body), initial=0))
    anchors: list[int] = []
    for first, last in _isolate_long(body, tokens):
        borders = [*_cut(body, ends, (first, last), tokens), last]
        anchors += _join(body, ends, borders, tokens)
    return [body[first:last] for first, last in pairwise([*anchors, len(body)])]


def _isolate_long(body: Sequence[_Measured], tokens: int) -> list[tuple[int, int]]:
    """Ranges of sentences; one too long for a passage is a range by itself, since LlamaIndex would cut into it."""
    places = {0, len(body)}
    for place, one in enumerate(body):
        if one.tokens > tokens:
            places |= {place, place + 1}
    return list(pairwise(sorted(places)))


def _cut(body: Sequence[_Measured], ends: Sequence[int], whole: tuple[int, int], tokens: int) -> list[int]:
    """Cut at the place of lowest rank, then each part at its own, until what is left fits into a passage.

    An edit reaches no further than the part that it stands in, unless its own paragraph is or becomes a place to cut.
    """
    least = tokens // _LEAST_SHARE
    firsts = []
    parts = [whole]
    while parts:
        first, last = parts.pop()
        earliest = bisect_left(ends, ends[first] + least, first + 1, last)
        latest = bisect_right(ends, ends[last] - least, first + 1, last)
        if ends[last] - ends[first] <= tokens or earliest >= latest:
            firsts.append(first)
            continue
        place = min(range(earliest, latest), key=lambda place: body[place].rank)
        parts += [(place, last), (first, place)]
    return firsts


def _join(body: Sequence[_Measured], ends: Sequence[int], borders: Sequence[int], tokens: int) -> list[int]:
    """Join neighbours that fit into one passage, first where the border between them has the highest rank."""
    before = {place: earlier for earlier, place in pairwise(borders)}
    after = dict(pairwise(borders))
    for place in sorted(borders[1:-1], key=lambda place: body[place].rank, reverse=True):
        first, last = before[place], after[place]
        if ends[last] - ends[first] <= tokens:
            before[last], after[first] = first, last
            del before[place], after[place]
    return sorted(after)


def _pack(segment: Sequence[_Measured], tokens: int) -> list[list[Sentence]]:
    if sum(one.tokens for one in segment) <= tokens:
        # Most are: 28,800 calls for 2,479 articles took longer than reading them.
        return [[one.sentence for one in segment]] if segment else []
    # LlamaIndex packs; where sentences end is ours to say, and so is where its pieces lie: they come back in order and
    # never overlap, so a search that only moves forward finds each, also when an article repeats itself.
    splitter = _make_splitter(tokens)
    joined = "\n".join(one.text for one in segment)
    starts = list(accumulate((len(one.text) + 1 for one in segment), initial=0))
    runs: list[list[Sentence]] = []
    cursor = following = 0
    for piece in splitter.split_text(joined):
        found = joined.index(piece, cursor)
        cursor = found + len(piece)
        run = []
        while following < len(segment) and starts[following] < cursor:
            run.append(segment[following].sentence)
            following += 1
        if run:
            runs.append(run)
    return runs


@lru_cache(maxsize=4)
def _make_splitter(tokens: int) -> SentenceSplitter:
    return SentenceSplitter(
        chunk_size=tokens,
        chunk_overlap=0,
        tokenizer=_TOKEN.findall,
        paragraph_separator=_SEPARATOR,
        chunking_tokenizer_fn=lambda text: text.splitlines(keepends=True),
        secondary_chunking_regex=None,
    )
