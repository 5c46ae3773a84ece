"""The words of an article -> its metadata, its sentences and the role of each."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import takewhile
from operator import attrgetter

from index.articles import Article, Role, Sentence, Span
from index.errors import ArticleUnreadableError
from index.reading import metadata
from index.reading.drafts import Draft
from index.reading.metadata import Metadata
from index.reading.plain_text import clean
from index.repetition import find_repetitions
from index.sentences import find_sentences

# Written into the ledger: a library made by other reading rules is read again.
READER_VERSION = 3

_MAX_HEADLINE_CHARACTERS = 200
_MAX_HEADING_WORDS = 12
_ENDS_SENTENCE = re.compile(r"[.!?:;,…。！？][\"'”’)\]]*$|[\"”]$")
_BOILERPLATE = re.compile(
    r"\s*(?:also read\b|read (?:also|more|next|the full)\b|related(?: stor(?:y|ies)| articles?)?\s*:|see also\s*:|more from\b|"
    r"advertisement\s*$|sign up (?:for|to)\b|subscribe (?:to|now|for|today|here)\b|subscribe\s*$|click here\b|follow us\b|"
    r"share this\b|download (?:our|the) app\b|all rights reserved|copyright\s*(?:©|\(c\)|\d{4}|by\b)|©|"
    r"photo(?:graph)?\s*(?:by\b|:)|image\s*:|this (?:article|story) (?:was )?(?:first|originally)\b)",
    re.IGNORECASE,
)
_MAX_BOILERPLATE_CHARACTERS = 240
_MARKDOWN_HEADING = re.compile(r"\s*#{1,6}\s+")
_LINE = re.compile(r"[^\n]+")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")


@dataclass(frozen=True, slots=True)
class _Paragraph:
    start: int
    end: int
    role: Role


def to_article(draft: Draft, file: str) -> Article:
    """Find the sentences of a draft and what each is; `file` is the path inside its source, with slashes.

    What the draft states of itself outweighs what its text seems to say.

    Raises:
        ArticleUnreadableError: it holds no words.
    """
    text = clean(draft.text)
    if not any(character.isalnum() for character in text):
        raise ArticleUnreadableError("it holds no words; delete it or fill it.")
    authors = tuple(filter(None, map(_tidy, draft.authors)))
    stated = Metadata(
        *(_tidy(draft.title), _tidy(draft.outlet), draft.published, _tidy(draft.url)),
        authors=authors,
        updated=draft.updated,
    )
    found, paragraphs = _find_structure(text, stated, draft)
    return Article(
        id=_identify(text, found),
        file=file,
        item=_tidy(draft.item) or "",
        title=found.title,
        outlet=found.outlet,
        authors=found.authors,
        published=found.published,
        updated=found.updated,
        language=draft.language,
        url=found.url,
        text=text,
        sentences=tuple(sorted(_mark_repetitions(text, _split(text, paragraphs)), key=attrgetter("start"))),
    )


def renew_identity(article: Article) -> Article:
    """The article with the id that what is stated of it gives, after something was added to that."""
    stated = Metadata(article.title, article.outlet, article.published, article.url, article.authors)
    return replace(article, id=_identify(article.text, stated))


def _tidy(stated: str | None) -> str | None:
    """What is stated, on one line, as clean as the text: invisible characters deceive in a title, too."""
    return " ".join(clean(stated or "").split()) or None


def _identify(text: str, found: Metadata) -> str:
    """The same words under the same title, outlet, date, link and names have the same id, wherever they lie."""
    published = found.published.isoformat() if found.published else None
    facts = [text, found.title, found.outlet, published, found.url, *found.authors]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def _find_structure(text: str, stated: Metadata, draft: Draft) -> tuple[Metadata, list[_Paragraph]]:
    lines = _list_lines(text)
    found, head_count = stated, 0
    if draft.has_head:
        in_head, head_count = _read_head(text, lines, is_markdown=draft.is_markdown)
        found = stated.or_else(in_head)
    paragraphs = [_Paragraph(span.start, span.end, Role.METADATA) for span in lines[:head_count]]
    rest = _find_paragraphs(text, lines[head_count - 1].end if head_count else 0)
    if rest and draft.has_head:
        first = rest[0]
        leading = metadata.read_leading_date(text[first.start : first.end])
        if leading:
            found = replace(found, published=found.published or leading[0])
            begin = first.start + leading[1]
            paragraphs.append(_Paragraph(first.start, begin, Role.METADATA))
            rest = [Span(begin, first.end), *rest[1:]]
        elif found.title is None and len(rest) > 1 and _looks_like_headline(text[first.start : first.end]):
            found = replace(found, title=_MARKDOWN_HEADING.sub("", text[first.start : first.end]).strip())
            paragraphs.append(_Paragraph(first.start, first.end, Role.HEADLINE))
            rest = rest[1:]
    for position, span in enumerate(rest):
        line = text[span.start : span.end]
        role = _judge_line(line, found.title, is_last=position == len(rest) - 1)
        published = metadata.read_date(line) if role is Role.HEADING else None
        if published:
            role = Role.METADATA
            found = replace(found, published=found.published or published)
        paragraphs.append(_Paragraph(span.start, span.end, role))
        if role is Role.BODY and found.outlet is None:
            found = replace(found, outlet=metadata.read_agency(line))
    return found, paragraphs


def _list_lines(text: str) -> list[Span]:
    return [Span(match.start(), match.end()) for match in _LINE.finditer(text) if match[0].strip()]


def _find_paragraphs(text: str, start: int) -> list[Span]:
    """Paragraphs are lines, unless the text is wrapped by hand; then they are what stands between blank lines."""
    body = text[start:]
    if not _is_hard_wrapped(body):
        return [Span(start + line.start, start + line.end) for line in _list_lines(body)]
    spans = []
    begin = 0
    for end in [*(match.start() for match in _BLANK_LINE.finditer(body)), len(body)]:
        if body[begin:end].strip():
            spans.append(Span(start + begin, start + end))
        begin = end
    return spans


def _is_hard_wrapped(text: str) -> bool:
    inner: list[str] = []
    for block in _BLANK_LINE.split(text):
        lines = [line for line in block.split("\n") if line.strip()]
        if len(lines) >= 3:
            inner += lines[:-1]
    if len(inner) < 2 or any(len(line) > 120 for line in inner):
        return False
    in_mid_sentence = sum(len(line) > 40 and not _ENDS_SENTENCE.search(line.rstrip()) for line in inner)
    return in_mid_sentence > len(inner) / 2


def _read_head(text: str, lines: list[Span], *, is_markdown: bool) -> tuple[Metadata, int]:
    """Front matter, or "Name: value" lines before the article; how many of the lines they fill."""
    written = [text[line.start : line.end].strip() for line in lines]
    if is_markdown and written and written[0] == "---" and "---" in written[1:]:
        end = written.index("---", 1)
        inside = [metadata.read_field(line) for line in written[1:end]]
        # A rule at the top of an article looks the same; front matter is made of fields.
        if sum(field is not None for field in inside) * 2 > len(inside):
            return metadata.gather(_first_of_each(inside)), end + 1
    fields = list(takewhile(lambda field: field is not None, map(metadata.read_field, written)))
    return metadata.gather(_first_of_each(fields)), len(fields)


def _first_of_each(fields: Iterable[tuple[str, str] | None]) -> dict[str, str]:
    found: dict[str, str] = {}
    for field in fields:
        if field is not None:
            found.setdefault(*field)
    return found


def _looks_like_headline(line: str) -> bool:
    line = line.strip()
    if _MARKDOWN_HEADING.match(line):
        return True
    ends_like_prose = _ENDS_SENTENCE.search(line) and not line.endswith(("?", "!", "”", '"', "’"))
    return len(line) <= _MAX_HEADLINE_CHARACTERS and not ends_like_prose and "\n" not in line


def _judge_line(line: str, title: str | None, *, is_last: bool) -> Role:
    stripped = line.strip()
    if _BOILERPLATE.match(stripped) and len(stripped) <= _MAX_BOILERPLATE_CHARACTERS:
        return Role.BOILERPLATE
    if title and stripped.casefold() in title.casefold():
        return Role.REPETITION
    is_short = len(stripped.split()) <= _MAX_HEADING_WORDS and not _ENDS_SENTENCE.search(stripped)
    is_list_item = stripped.startswith(("-", "*", "•"))
    if _MARKDOWN_HEADING.match(stripped) or (is_short and not is_list_item and not is_last):
        return Role.HEADING
    return Role.BODY


def _split(text: str, paragraphs: list[_Paragraph]) -> Iterator[Sentence]:
    for number, paragraph in enumerate(paragraphs):
        if paragraph.role is Role.BODY:
            for span in find_sentences(text, paragraph.start, paragraph.end):
                yield Sentence(span.start, span.end, number, Role.BODY)
            continue
        line = text[paragraph.start : paragraph.end]
        start = paragraph.start + len(line) - len(line.lstrip())
        yield Sentence(start, max(start, paragraph.start + len(line.rstrip())), number, paragraph.role)


def _mark_repetitions(text: str, sentences: Iterator[Sentence]) -> Iterator[Sentence]:
    every = list(sentences)
    body = [sentence for sentence in every if sentence.role is Role.BODY]
    flags = find_repetitions([text[sentence.start : sentence.end] for sentence in body])
    repeated = {sentence for sentence, is_repeated in zip(body, flags, strict=True) if is_repeated}
    for sentence in every:
        yield replace(sentence, role=Role.REPETITION) if sentence in repeated else sentence
