"""Words that say the opposite of each other, and sentences that have one where their source has the other."""

from collections.abc import Sequence
from functools import lru_cache

from rag.conversation import Citation
from rag.words import find_tokens, fold

# General English, both ways. Forms are listed where a stem would not bring them together.
_PAIRS = (
    "rose fell|rise fall|rises falls|risen fallen|rising falling|rose dropped|rise drop|rises drops|rising dropping|rose declined"
    "|rising declining|rise decline|increased decreased|increase decrease|increases decreases|increasing decreasing|increased fell"
    "|increased declined|increased dropped|increase decline|increase drop|grew shrank|grow shrink|growing shrinking|growth decline"
    "|climbed fell|climbed dropped|climbed slipped|jumped plunged|jump plunge|surged plunged|surge plunge|soared plummeted|soar plummet"
    "|gained lost|gain lose|gains losses|gain loss|up down|upward downward|upwards downwards|higher lower|high low|highest lowest"
    "|more less|more fewer|most least|most fewest|many few|much little|larger smaller|large small|largest smallest|bigger smaller"
    "|biggest smallest|big small|greater lesser|greatest least|longer shorter|long short|longest shortest|taller shorter|tall short"
    "|faster slower|fast slow|fastest slowest|quick slow|quickly slowly|earlier later|early late|earliest latest|before after|first last"
    "|older younger|old young|old new|oldest youngest|oldest newest|older newer|former current|previous next|past future|ancient recent"
    "|won lost|win lose|wins loses|winning losing|winner loser|winners losers|victory defeat|victories defeats|win loss|wins losses"
    "|beat lost|success failure|successful unsuccessful|succeeded failed|succeed fail|passed failed|pass fail|successfully unsuccessfully"
    "|accepted rejected|accept reject|accepts rejects|accepting rejecting|accepted refused|accept refuse|approved rejected|approve reject"
    "|approved denied|approval rejection|adopted rejected|supported opposed|support oppose|supports opposes|supporting opposing"
    "|support opposition|supporters opponents|supporter opponent|backed opposed|backs opposes|favor oppose|favour oppose|pro anti"
    "|agreed disagreed|agree disagree|agrees disagrees|agreement disagreement|confirmed denied|confirm deny|confirms denies"
    "|admitted denied|admit deny|admits denies|affirmed denied|upheld overturned|uphold overturn|allowed banned|allow ban|allows bans"
    "|allowed prohibited|allow prohibit|permitted prohibited|permit prohibit|allowed forbidden|legal illegal|lawful unlawful|legally illegally"
    "|enabled prevented|enable prevent|encouraged discouraged|encourage discourage|praised criticized|praise criticize|praised criticised"
    "|praised condemned|praise criticism|welcomed condemned|welcome condemn|opened closed|open closed|open close|opens closes|opening closing"
    "|opened shut|began ended|begin end|begins ends|beginning end|beginning ending|started ended|start end|starts ends|starting ending"
    "|started stopped|start stop|started finished|start finish|launched ended|resumed suspended|resume suspend|resumed halted|continued stopped"
    "|continue stop|arrived left|arrive leave|arrived departed|arrival departure|entered left|enter leave|entered exited|enter exit"
    "|joined left|join leave|joining leaving|stayed left|stay leave|remain leave|remained left|advanced retreated|advance retreat"
    "|bought sold|buy sell|buys sells|buying selling|buyer seller|buyers sellers|purchased sold|purchase sale|import export|imports exports"
    "|imported exported|lent borrowed|lend borrow|lender borrower|paid received|earned lost|earned spent|saved spent|save spend|hired fired"
    "|hire fire|appointed dismissed|elected ousted|promoted demoted|added removed|add remove|adds removes|included excluded|include exclude"
    "|includes excludes|including excluding|raised lowered|raise lower|raised cut|raise cut|raises cuts|lifted imposed|lift impose"
    "|expanded shrank|expand shrink|expanded reduced|expand reduce|expansion contraction|expansion reduction|extended shortened"
    "|strengthened weakened|strengthen weaken|strong weak|stronger weaker|strongest weakest|strength weakness|strengths weaknesses"
    "|improved worsened|improve worsen|better worse|best worst|improvement deterioration|good bad|positive negative|positively negatively"
    "|optimistic pessimistic|optimism pessimism|hopeful hopeless|happy sad|happy unhappy|satisfied dissatisfied|popular unpopular|easy difficult"
    "|easy hard|easier harder|easier difficult|easily hardly|safe dangerous|safe unsafe|safer deadlier|secure insecure|stable unstable"
    "|certain uncertain|clear unclear|known unknown|likely unlikely|possible impossible|able unable|willing unwilling|ready unready"
    "|aware unaware|fair unfair|necessary unnecessary|usual unusual|common uncommon|healthy unhealthy|equal unequal|related unrelated"
    "|expected unexpected|official unofficial|armed unarmed|conscious unconscious|constitutional unconstitutional|responsible irresponsible"
    "|regular irregular|relevant irrelevant|direct indirect|directly indirectly|complete incomplete|effective ineffective|efficient inefficient"
    "|sufficient insufficient|adequate inadequate|correct incorrect|accurate inaccurate|visible invisible|dependent independent|formal informal"
    "|right wrong|true false|real fake|guilty innocent|guilty acquitted|convicted acquitted|convict acquit|conviction acquittal"
    "|plaintiff defendant|prosecution defence|alive dead|living dead|live die|lived died|survived died|survive die|born died|birth death"
    "|injured unharmed|war peace|peaceful violent|peacefully violently|friend enemy|friends enemies|ally enemy|allies enemies|ally rival|allies rivals"
    "|friendly hostile|attack defend|attacked defended|attacking defending|offensive defensive|defeated lost|captured released|arrested released"
    "|arrest release|detained released|imprisoned freed|love hate|loved hated|loves hates|like dislike|trust distrust|respect disrespect"
    "|north south|northern southern|east west|eastern western|northeast southwest|northwest southeast|northeastern southwestern"
    "|northwestern southeastern|left right|inside outside|indoors outdoors|internal external|interior exterior|in out|on off|above below"
    "|over under|top bottom|upper lower|front back|ahead behind|forward backward|near far|nearer farther|closer farther|together apart"
    "|men women|man woman|male female|males females|boy girl|boys girls|son daughter|sons daughters|father mother|fathers mothers"
    "|brother sister|brothers sisters|husband wife|husbands wives|uncle aunt|nephew niece|grandfather grandmother|he she|him her|his her"
    "|public private|publicly privately|domestic foreign|domestic international|local national|national international|federal state"
    "|urban suburban|civilian military|majority minority|maximum minimum|major minor|full empty|full partial|fully partially|whole partial"
    "|rich poor|richer poorer|wealthy poor|cheap expensive|cheaper costlier|surplus deficit|profit loss|profits losses|profitable unprofitable"
    "|advantage disadvantage|advantages disadvantages|benefit harm|help hinder|helped hurt|help hurt|hot cold|hotter colder|hottest coldest"
    "|warm cool|warmer cooler|heavy light|heavier lighter|same different|similar different|all none|always never|everyone nobody|everything nothing"
    "|often rarely|frequently rarely|morning evening|sunrise sunset|dawn dusk|tonight yesterday|tomorrow yesterday|today yesterday|daily weekly"
    "|weekly monthly|monthly yearly|monthly annual|conservative liberal|conservatives liberals|republican democratic|republicans democrats"
    "|republican democrat|leftist rightist|progressive conservative|attract repel|create destroy|created destroyed|build demolish"
    "|built demolished|hide reveal|hid revealed|concealed revealed|remember forget|remembered forgot|find lose|found lost|give take|gave took"
    "|send receive|sent received|teach learn|ask answer|asked answered|push pull|pushed pulled|hold release|connect disconnect|agree refuse"
    "|agreed refused|with without|for against|credit debit|active inactive|voluntary involuntary|attended missed"
    "|withdrew submitted|kept abandoned|keep abandon|honored violated|complied violated|follow precede|followed preceded|exceeded missed"
)


def _fill() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for pair in _PAIRS.split("|"):
        one, other = pair.split()
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in found.items()}


_OPPOSITES = _fill()
# They stand for nothing by themselves: what they belong to is the word on both sides.
_PARTICLES = frozenset(
    """up down in out on off over under above below before after for against with without more less fewer most least many few
    much little he she him her his first last left right like all none""".split()
)


def list_opposites(word: str) -> frozenset[str]:
    """The folded words that say the opposite of a folded word."""
    return _OPPOSITES.get(word, frozenset())


def check_opposites(sentence: str, citations: Sequence[Citation]) -> str | None:
    """A word in the place where the source has its opposite."""
    own = _read(sentence)
    sources = [_read(citation.quote) for citation in citations]
    present = frozenset[str]().union(*sources)
    for place in range(1, len(own) - 1):
        word = own[place]
        others = _OPPOSITES.get(word, frozenset()) & present
        if not others or any(_has_beside(word, own[place - 1], own[place + 1], source) for source in sources):
            continue
        if any(_has_turned(own, place, others, source, word in present) for source in sources):
            return f"“{word}” stands where the cited words say the opposite."
    return None


@lru_cache(maxsize=4_096)
def _read(text: str) -> tuple[str, ...]:
    return ("", *(fold(token) for token in find_tokens(text)), "")


def _has_beside(word: str, left: str, right: str, source: Sequence[str]) -> bool:
    """Whether the source has the word with this word before it, or this one behind it."""
    return any(
        source[place] == word and (source[place - 1] == left or source[place + 1] == right)
        for place in range(1, len(source) - 1)
    )


def _has_turned(
    own: Sequence[str], place: int, others: frozenset[str], source: Sequence[str], is_present: bool
) -> bool:
    """Whether the source has an opposite in the same place: between the same words, or beside one where that is enough."""
    needs_both = is_present or own[place] in _PARTICLES
    for there in range(1, len(source) - 1):
        if source[there] not in others:
            continue
        left, right = own[place - 1] == source[there - 1], own[place + 1] == source[there + 1]
        if (left and right) if needs_both else (left or right):
            return True
    return False
