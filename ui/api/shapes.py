"""What programs send and get: every field with its meaning, from which the description of the interface is made."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from index.articles import Article
from index.ledger import Version
from rag.conversation import MAX_QUESTION_CHARACTERS, Answer, Status, Turn, Verdict
from rag.retrieving import RetrievedPassage
from ui.manner import MannerWanted, SelectionWanted
from ui.rendering_text import is_web_address

MOST_TURNS = 40
MOST_TURN_CHARACTERS = 20_000
MOST_PASSAGES = 100

# The chain says in a sentence what is wrong with a question; the bound stands here for whoever reads the description.
QuestionText = Annotated[
    str,
    Field(
        description="The question, in ordinary words.",
        json_schema_extra={"minLength": 1, "maxLength": MAX_QUESTION_CHARACTERS},
    ),
]
Limit = Annotated[int, Field(ge=1, le=MOST_PASSAGES, description="How many passages at most.")]
# A link of an article may be anything that stood in a file: only web addresses are given on.
Address = Annotated[
    str | None,
    BeforeValidator(lambda url: url if isinstance(url, str) and is_web_address(url) else None),
    Field(description="The article's own page, when it states one."),
]
Day = Annotated[date | None, PlainSerializer(lambda day: day.isoformat() if day else None, return_type=str | None)]


class Given(BaseModel):
    """What is given: made of the program's own data, field by field."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class Wanted(BaseModel):
    """What is sent: a field that does not exist is refused, since it would have no effect."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Problem(Given):
    """Why there is nothing else."""

    message: str = Field(description="One sentence that says what to do next.")


class TurnWanted(Wanted):
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    content: str = Field(max_length=MOST_TURN_CHARACTERS)

    def as_turn(self) -> Turn:
        """The turn as the chain takes it."""
        return Turn(self.role, self.content)


class AskWanted(MannerWanted):
    """A question, with what was said before it, and how it is to be answered."""

    question: QuestionText
    history: list[TurnWanted] = Field(
        default=[],
        max_length=MOST_TURNS,
        description="Earlier messages, oldest first; follow-ups are understood from them.",
    )
    stream: bool = Field(default=False, description="Send server-sent events: evidence, text, answer (or error).")


class CitationGiven(Given):
    """A span of an article: its text from `start` to `end` is `quote`, always."""

    n: int = Field(description="The number in the marks of the text, from 1.")
    article_id: str
    file: str
    title: str | None
    outlet: str | None
    published: Day
    url: Address
    start: int = Field(description="In characters (code points) of the article's text.")
    end: int
    quote: str = Field(description="The exact words.")


class SentenceGiven(Given):
    """A sentence without its marks, and how well it stands on what it cites."""

    text: str
    verdict: Verdict
    reason: str
    citations: list[int] = Field(description="The numbers of the citations it rests on.")


class AnswerGiven(Given):
    """An answer whose every sentence was checked against the words that it cites, or a refusal."""

    question: str
    standalone_question: str = Field(description="The question as it was understood, without what went before.")
    status: Status
    text: str = Field(description="The sentences with their [n] marks, or the refusal.")
    sentences: list[SentenceGiven]
    citations: list[CitationGiven]
    left_out: list[SentenceGiven] = Field(
        description="What the model wrote and the articles do not hold; not part of `text`."
    )
    missing: str | None = Field(description="What the articles do not tell.")
    as_of: Day = Field(description="The newest date of publication among the cited articles.")
    model: str = Field(description='Who wrote it; "none": the articles\' own words.')
    notice: str | None = Field(description="What went wrong on the way, if anything did.")
    seconds: float


def give_answer(answer: Answer) -> AnswerGiven:
    """The answer as programs get it."""
    return AnswerGiven.model_validate(answer)


class EvidenceGiven(Given):
    """The first event: the sentences that bear on the question; the answer numbers its citations anew."""

    standalone_question: str
    citations: list[CitationGiven]


class TextGiven(Given):
    """A fragment of what the model writes, not verified: the answer replaces it."""

    text: str


class SearchWanted(SelectionWanted):
    """What to look for, and among which articles."""

    question: QuestionText
    limit: Limit = 10


class PassageGiven(Given):
    """A passage that was found: `text` is what stands between `start` and `end` of its article."""

    rank: int
    score: float = Field(description="Comparable within one search only.")
    article_id: str
    file: str
    title: str | None
    outlet: str | None
    published: Day
    url: Address
    start: int
    end: int
    text: str


class RankingGiven(Given):
    """The passages that bear on a question, best first."""

    question: str
    passages: list[PassageGiven]


def give_ranking(question: str, found: list[RetrievedPassage]) -> RankingGiven:
    """A ranking as programs get it."""
    return RankingGiven(question=question, passages=[_give_passage(rank, each) for rank, each in enumerate(found, 1)])


def _give_passage(rank: int, found: RetrievedPassage) -> PassageGiven:
    article, passage = found.article, found.passage
    return PassageGiven(
        **_facts_of(article),
        rank=rank,
        score=round(found.score, 4),
        article_id=article.id,
        start=passage.start,
        end=passage.end,
        text=article.quote(passage),
    )


class ListedArticle(Given):
    """What is known of an article beside its text."""

    id: str
    file: str
    title: str | None
    outlet: str | None
    published: Day
    url: Address
    language: str | None
    characters: int = Field(description="How long its text is.")


class ArticlesGiven(Given):
    """One page of the articles that meet the filter, newest first."""

    total: int = Field(description="How many meet the filter.")
    offset: int
    articles: list[ListedArticle]


class VersionGiven(Given):
    """One version of an article; `replaced` says when the next one took its place, null for the newest."""

    article_id: str
    replaced: str | None


class ArticleGiven(Given):
    """An article whole: the offsets of citations count characters (code points) of `text`."""

    id: str
    file: str
    title: str | None
    outlet: str | None
    authors: list[str]
    published: Day
    updated: Day
    language: str | None
    url: Address
    text: str
    versions: list[VersionGiven] = Field(description="Oldest first; one when it was never corrected.")


def give_article(article: Article, versions: list[Version]) -> ArticleGiven:
    """An article with its versions as programs get it."""
    return ArticleGiven(
        **_facts_of(article),
        id=article.id,
        authors=list(article.authors),
        updated=article.updated,
        language=article.language,
        text=article.text,
        versions=[VersionGiven.model_validate(version) for version in versions],
    )


def _facts_of(article: Article) -> dict[str, Any]:
    return {name: getattr(article, name) for name in ("file", "title", "outlet", "published", "url")}


class SourceGiven(Given):
    """A place that articles come from."""

    kind: str
    place: str
    articles: int
    failed: int = Field(description="How many files or items could not be read.")
    include: list[str]
    exclude: list[str]


class SourcesGiven(Given):
    """What the library is made of."""

    sources: list[SourceGiven]


class FindingGiven(Given):
    """One line of the health report; `state` says what to do when it is not good."""

    what: str
    state: str
    is_good: bool


class HealthGiven(Given):
    """What `dateline doctor` says."""

    status: Literal["ok", "look"] = Field(description='"look" when something is not as it should be.')
    findings: list[FindingGiven]
