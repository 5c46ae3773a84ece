"""The language that an article is written in, told from its words."""

from functools import lru_cache
from typing import Any

# Below 100 letters, and below this probability, neighbours are mixed up: Danish with Norwegian, Russian with Ukrainian.
_MIN_LETTERS = 100
_MIN_PROBABILITY = 0.9
# More words change no verdict and cost 0.4 ms for each thousand characters.
_SAMPLE = 1000


def detect_language(text: str) -> str | None:
    """The ISO 639 code of the language, or None when the words do not tell it beyond doubt."""
    sample = text[:_SAMPLE]
    if sum(map(str.isalpha, sample)) < _MIN_LETTERS:
        return None
    language, probability = _load().classify(sample.encode("utf-8", "ignore"))
    return str(language) if probability >= _MIN_PROBABILITY else None


@lru_cache(maxsize=1)
def _load() -> Any:
    # A second and 100 MB, which a run in which every article states its language does not pay.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
