"""Sentences that turn the seeds round, and true ones in other words; each was tried on the verifier as it was before."""

from pathlib import Path

import pytest

from index.articles import Article, Role
from index.reading.plain import read_article
from rag.conversation import Citation, Verdict
from rag.verifying import verify

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
ARTICLES = [read_article(path.read_bytes(), path.name) for path in sorted(SEEDS.glob("*.txt"))]


def find(words: str) -> tuple[Article, Citation]:
    for article in ARTICLES:
        for sentence in article.sentences:
            quote = article.quote(sentence)
            if words in quote and sentence.role is Role.BODY:
                head = (article.title, article.outlet, article.published, article.url)
                return article, Citation(1, article.id, article.file, *head, sentence.start, sentence.end, quote)
    raise AssertionError(words)


def verdict(sentence: str, words: str) -> Verdict:
    article, citation = find(words)
    return verify(sentence, [citation], [article]).verdict


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("According to Zhao Lijian, the PRC invited the U.S. to Alaska to hold a strategic dialogue.", "Zhao Lijian, the U.S."),
        ("Even after the inauguration Beijing had time to directly accuse Washington of genocide.", "directly accuse Beijing"),
        ("The location has been finalised.", "yet to be finalised"),
        ("China refused to strengthen its forces in the South China Sea.", "did not refuse to strengthen"),
        ("The two presidents talked on the phone for under two hours.", "over two hours"),
        ("The two presidents talked on the phone for at most two hours.", "over two hours"),
        ("Jake Yi will represent the Chinese side.", "side will be represented"),
        ("Joe Sullivan will represent the U.S. side.", "side will be represented"),
        ("Jake Blinken will represent the U.S. side.", "side will be represented"),
        ("Negotiations took place on March 18 in Anchorage.", "Negotiations should take place"),
        ("Negotiations will not take place on March 18 in Anchorage.", "Negotiations should take place"),
        ("Negotiations should take place on March 17 in Anchorage.", "Negotiations should take place"),
        ("This was a strategic dialogue between the U.S. and China.", "not a strategic dialogue"),
        ("Hong Kong, Taiwan and Xinjiang were China’s own affair and open for discussion.", "off limits for discussion"),
    ],
)  # fmt: skip
def test_a_sentence_that_turns_its_source_round_is_not_supported(sentence: str, words: str) -> None:
    assert verdict(sentence, words) is not Verdict.SUPPORTED


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("According to Zhao Lijian, the U.S. invited China to Alaska to hold a strategic dialogue.", "Zhao Lijian, the U.S."),
        ("Even after Biden’s inauguration, Beijing was directly accused of genocide by Washington.", "directly accuse Beijing"),
        ("The location has not been finalised.", "yet to be finalised"),
        ("The location has yet to be finalised.", "yet to be finalised"),
        ("China did not refuse to strengthen its forces in the South China Sea.", "did not refuse to strengthen"),
        ("The two presidents talked on the phone for more than two hours.", "over two hours"),
        ("Jake Sullivan and Anthony Blinken will represent the U.S. side.", "side will be represented"),
        ("Negotiations should take place in Anchorage, Alaska on 18 March.", "Negotiations should take place"),
        ("Liu didn’t expect concrete results.", "yield concrete results"),
        ("Neither side expects immediate results, he said: “I don’t think either side expects immediate results.”", "either side expects"),
    ],
)  # fmt: skip
def test_a_true_sentence_in_other_words_is_supported(sentence: str, words: str) -> None:
    article, citation = find(words)
    judgement = verify(sentence, [citation], [article])
    assert judgement.verdict is Verdict.SUPPORTED, judgement.reason


def test_a_statement_is_not_pieced_together_from_two_speakers() -> None:
    article, politico = find("According to Politico")
    _, journal = find("According to the Wall Street Journal")
    statement = "Beijing plans to have sanctions against Chinese entities and individuals lifted."
    wrong = verify(f"According to Politico, {statement}", [politico, journal], [article])
    assert (wrong.verdict, "Politico" in wrong.reason) == (Verdict.UNSUPPORTED, True)
    right = verify(f"According to the Wall Street Journal, {statement}", [politico, journal], [article])
    assert right.verdict is Verdict.SUPPORTED


def test_every_body_sentence_supports_itself() -> None:
    for article in ARTICLES:
        for sentence in article.sentences:
            if sentence.role is Role.BODY:
                quote = article.quote(sentence)
                citation = find(quote)[1]
                assert verify(quote, [citation], [article]).verdict is not Verdict.UNSUPPORTED, quote
