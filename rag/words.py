"""Words of a text as search and verification see them: folded, without stop words, stemmed."""

import re
import threading
import unicodedata
from functools import lru_cache

import snowballstemmer

# "U.S." is one word; so is "Gazeta.Ru", "16-year-old" is three, and "China's" is "China".
_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}|\w+(?:\.\w+)*", re.UNICODE)
_POSSESSIVE = re.compile(r"['’‘`´]s\b", re.IGNORECASE)
_CONTRACTION = re.compile(r"(?<=n)['’‘`´](?=t\b)", re.IGNORECASE)
STOP_WORDS = frozenset(
    """a about above after again against ago all also am an and any are as at be because been before being below between both
    but by can could did do does doing don down during each few for from further had has have having he her here hers herself
    him himself his how i if in into is it its itself just let ll me more most my myself of off on once only or other our ours
    ourselves out over own please per re s said same say saying says shall she should so some such t tell than that the
    their theirs them themselves then there these they this those through to too under until up upon us ve very was we were
    what when where which while who whom whose why will with within would you your yours yourself yourselves""".split()
)


class _Stemmers(threading.local):
    """A stemmer for each thread: one keeps the word that it works on, and two threads at once would mix theirs."""

    def __init__(self) -> None:
        self.english = snowballstemmer.stemmer("english")


_STEMMERS = _Stemmers()


def find_tokens(text: str) -> list[str]:
    """The words of a text in order, as written, without possessive endings."""
    return _TOKEN.findall(_CONTRACTION.sub("", _POSSESSIVE.sub("", text)))


@lru_cache(maxsize=65_536)
def fold(token: str) -> str:
    """Lower case, without accents and dots: "U.S." -> "us", "détente" -> "detente"."""
    decomposed = unicodedata.normalize("NFKD", token.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c) and c != ".")


def content_words(text: str) -> list[str]:
    """The folded words of a text that carry meaning, in order; "US" and "U.S." stay, "us" is a stop word."""
    return [fold(token) for token in find_tokens(text) if is_content(token)]


def is_content(token: str) -> bool:
    """Whether a word carries meaning by itself."""
    if token.isupper() and len(token) > 1:
        return True
    return fold(token) not in STOP_WORDS


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of a folded word: "meetings" -> "meet"."""
    return str(_STEMMERS.english.stemWord(word))


def content_stems(text: str) -> list[str]:
    """Stems of the content words of a text, in order."""
    return [stem(word) for word in content_words(text)]
