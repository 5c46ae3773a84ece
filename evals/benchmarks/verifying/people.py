"""Names of people, places and organisations in a text, as far as lists and capitals tell."""

import re
from functools import lru_cache

from evals.benchmarks.verifying.lexicon import FIRST_NAMES, PLACES

_FULL_NAME = re.compile(r"\b[A-Z][a-zé]+(?: [A-Z]\.)?(?: (?:de |van |von |al-)?[A-Z][\w’'-]*[a-z])+")
_POSSESSIVE = re.compile(r"[’']s?$")
_PLACE = re.compile(rf"(?<![A-Z][a-z] )\b(?:{'|'.join(PLACES)})\b(?![- ][A-Z]|[’']s? [A-Z])")
_ORGANISATION = re.compile(
    r"\b(?:[A-Z][A-Za-z&]+ ){1,3}(?:University|Institute|Committee|Commission|Association|Party|Corporation|Company|Bank"
    r"|Department|Ministry|Agency|Council|Foundation|Court|Group|Union|Times|Post|Journal|Hospital|Museum|League)\b"
    r"|\b(?!US\b|UK\b|U\b|AM\b|PM\b|COVID\b|TV\b)[A-Z]{3,5}\b(?!-)"
)


@lru_cache(maxsize=20_000)
def find_people(text: str) -> tuple[str, ...]:
    """Full names whose first word is a common first name, each once."""
    found = (_POSSESSIVE.sub("", match[0]) for match in _FULL_NAME.finditer(text))
    return tuple(dict.fromkeys(name for name in found if name.split()[0] in FIRST_NAMES and name not in PLACES))


@lru_cache(maxsize=20_000)
def find_places(text: str) -> tuple[str, ...]:
    """Countries, states and cities, each once."""
    return tuple(dict.fromkeys(match[0] for match in _PLACE.finditer(text)))


@lru_cache(maxsize=20_000)
def find_organisations(text: str) -> tuple[str, ...]:
    """Names that end like an organisation's, and abbreviations in capitals, each once."""
    return tuple(dict.fromkeys(match[0] for match in _ORGANISATION.finditer(text)))
