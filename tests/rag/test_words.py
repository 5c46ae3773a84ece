import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from rag.words import stem

WORDS = [
    f"{start}{middle}{end}"
    for start in ("nego", "talk", "respons", "interna", "confident", "govern", "militar", "anchor")
    for middle in ("", "ti", "ation", "ibili", "ment", "eness")
    for end in ("s", "ing", "ed", "ations", "ally", "iveness", "fulness", "ies")
]


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    """Threads take turns as often as they can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("hasty_threads")
def test_words_are_stemmed_alike_by_many_threads_at_once() -> None:
    alone = [stem.__wrapped__(word) for word in WORDS]
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: [stem.__wrapped__(word) for word in WORDS], range(12)):
            assert found == alone
