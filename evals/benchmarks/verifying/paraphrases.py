"""Sentences of the seeds in other words, written by hand as a language model answers: is the verifier too strict for these?

Each with words that only its source sentence holds. The verifier was developed with them in view.
"""

from collections.abc import Iterator, Sequence

from evals.benchmarks.verifying.drawing import tell_half
from evals.benchmarks.verifying.pairs import Drawn, Pair, Statement
from index.articles import Article, Role

PARAPHRASES = (
    ("Negotiations should take place on March 18", "The talks are scheduled for 18 March in Anchorage, Alaska."),
    ("Negotiations should take place on March 18", "The negotiations should be held in Anchorage on March 18."),
    ("The U.S. side will be represented", "Wang Yi and Yang Jiechi will represent China at the talks."),
    ("The U.S. side will be represented", "The United States will be represented by Antony Blinken and Jake Sullivan."),
    ("The United States promises to confront", "The U.S. promises to confront China on security and human rights."),
    ("China, on the other hand, sees", "China views the meeting as a chance to reset relations."),
    ("For instance, Blinken characterized", "Blinken described the two-day meeting as a one-time event."),
    ("For instance, Blinken characterized", "According to Blinken, no joint statement will follow the meeting."),
    ("According to Chinese Foreign Ministry spokesman", "Zhao Lijian said the U.S. invited China to Alaska for a high-level strategic dialogue."),
    ("According to Chinese Foreign Ministry spokesman", "China's foreign ministry says that the United States invited it to hold a strategic dialogue."),
    ("Mikhail Karpov, associate professor", "Mikhail Karpov told Gazeta.Ru it is understandable that the U.S. calls this a one-time meeting."),
    ("China needs Washington far more", "China needs Washington more than the U.S. needs Beijing."),
    ("According to Politico", "Politico reports that the Biden administration expects to negotiate from a position of strength."),
    ("According to Politico", "Washington regards its alliances as a key advantage over Beijing, according to Politico."),
    ("According to the Wall Street Journal", "Beijing plans to have the sanctions imposed under Trump lifted, the Wall Street Journal reported."),
    ("In addition, the PRC expects", "China expects high-level bilateral meetings to resume, including a climate conference in April."),
    ("As for the sanctions track", "Beijing's main goal is the removal of restrictions on Huawei and SMIC, sources note."),
    ("From the point of view of Mikhail Karpov", "Karpov does not expect any major breakthroughs from the talks."),
    ("Most likely, this meeting may lead", "The meeting may lead to some détente, the expert said."),
    ("The White House has confirmed", "The White House confirmed that Chinese and US diplomats are “directly engaged” in talks."),
    ("The Post earlier reported", "China and the US are in talks for their top diplomats to meet in Alaska, the Post reported earlier."),
    ("talked on the phone on the eve", "The two presidents spoke on the phone on February 11 for more than two hours."),
    ("talked on the phone on the eve", "The presidents have known each other for ten years."),
    ("The Chinese delegation could include", "Yang Jiechi could lead the Chinese delegation."),
    ("Yang could be joined", "Foreign Minister Wang Yi could join Yang."),
    ("If confirmed, the meeting would", "If confirmed, it would most likely be held in Anchorage, the largest city in Alaska."),
    ("But the location has yet", "The location has not been finalised yet."),
    ("This will be the first high-level", "It will be the first high-level face-to-face meeting of the two governments since Biden took office in January."),
    ("Despite the ice-breaking call", "China and the US are still at odds over Hong Kong, Taiwan, trade and human rights in Xinjiang."),
    ("described as “probably", "Blinken called the relationship “probably the most important in the world”."),
    ("However, Hong Kong, Taiwan", "Wang said Hong Kong, Taiwan and Xinjiang were off limits."),
    ("Alaska is the only place", "Liu said Alaska is the only place about equally far from the contiguous US and China."),
    ("He did not expect", "Liu did not expect concrete results from it."),
    ("Liu said that if the meeting", "Liu said the meeting might be an opportunity to test each other’s bottom lines if it went ahead."),
    ("Wei Zongyou, a professor", "Wei Zongyou of Fudan University agreed that such a meeting could help set the tone for the relationship."),
    ("The two sides are likely to engage", "The two sides are likely to discuss how to manage competition, Wei said."),
    ("He said there was also a possibility", "Wei said the meeting could possibly lay the groundwork for a future meeting of Xi and Biden."),
    ("Chen Qi, secretary general", "Yang and Blinken would probably discuss Myanmar and the Iran nuclear deal, Chen Qi said."),
    ("It’s a sure thing", "It is a sure thing that Biden will restart the dialogue with China."),
    ("In addition, they are also likely", "They are also likely to discuss meetings between the two heads of state."),
)  # fmt: skip


def make_paraphrases(articles: Sequence[Article]) -> Iterator[Pair]:
    """A true pair for every paraphrase whose sentence one of the articles holds."""
    for words, statement in PARAPHRASES:
        for article in articles:
            body = [sentence for sentence in article.sentences if sentence.role is Role.BODY]
            places = [place for place, sentence in enumerate(body) if words in article.quote(sentence)]
            if places:
                drawn = Drawn(article, body, places[0])
                yield Pair(Statement("paraphrased by hand", statement), True, drawn, tell_half(article))
                break
