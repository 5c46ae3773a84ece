import random
from hashlib import sha256

import pytest

from index.copies import COPY_THRESHOLD, band_keys, estimate_likeness, sign

WORDS = [f"{onset}{nucleus}{coda}" for onset in "bdfgklmnprstv" for nucleus in "aeiou" for coda in "lnrst"]


def write_story(seed: int, paragraphs: int = 12) -> list[str]:
    chance = random.Random(seed)  # noqa: S311
    return [" ".join(chance.choices(WORDS, k=40)).capitalize() + "." for _ in range(paragraphs)]


def signature(paragraphs: list[str]) -> bytes:
    signed = sign("\n".join(paragraphs))
    assert signed is not None
    return signed


def are_copies(one: list[str], other: list[str]) -> bool:
    """As the ledger finds them: candidates share a key, copies are alike."""
    first, second = signature(one), signature(other)
    is_candidate = bool(set(band_keys(first)) & set(band_keys(second)))
    return is_candidate and estimate_likeness(first, second) >= COPY_THRESHOLD


STORY = write_story(1)
OTHER = write_story(2)


def reword(paragraphs: list[str], every: int) -> list[str]:
    words = "\n".join(paragraphs).split(" ")
    return " ".join("reworded" if place % every == 0 else word for place, word in enumerate(words)).split("\n")


@pytest.mark.parametrize(
    "copy",
    [
        pytest.param(STORY[:8], id="its last third cut"),
        pytest.param([*STORY[:5], OTHER[0], *STORY[5:], OTHER[1]], id="two paragraphs put in"),
        pytest.param(
            ["Reporting by our own correspondents.", *STORY, "Follow us on every platform."], id="boilerplate"
        ),
        pytest.param(reword(STORY, 33), id="three words of a hundred changed"),
        pytest.param([OTHER[0], *reword(STORY[:8], 33)], id="cut, reworded and with a local paragraph"),
        pytest.param([paragraph.upper() for paragraph in STORY], id="capitals"),
    ],
)
def test_a_copy_is_recognised_whichever_came_first(copy: list[str]) -> None:
    assert are_copies(STORY, copy)
    assert are_copies(copy, STORY)
    assert estimate_likeness(signature(STORY), signature(copy)) == estimate_likeness(signature(copy), signature(STORY))


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(OTHER, id="another story"),
        pytest.param([*OTHER[:8], *STORY[8:]], id="an update that keeps the background"),
        pytest.param([*OTHER[:8], *STORY[2:6]], id="a long quotation in both"),
        pytest.param(STORY[:2], id="a brief of a long report"),
        pytest.param([*STORY, *write_story(3, 60)], id="a round-up that holds the story"),
    ],
)
def test_what_shares_words_without_being_a_copy_is_not_taken_for_one(other: list[str]) -> None:
    assert not are_copies(STORY, other)
    assert not are_copies(other, STORY)


def test_likeness_is_the_share_of_the_shorter_article_that_stands_in_the_longer() -> None:
    assert estimate_likeness(signature(STORY), signature(STORY)) == 1
    assert estimate_likeness(signature(STORY), signature(STORY[:6])) == pytest.approx(1, abs=0.15)
    assert estimate_likeness(signature(STORY), signature([*STORY[:6], *OTHER[:6]])) == pytest.approx(0.5, abs=0.15)
    assert estimate_likeness(signature(STORY), signature(OTHER)) == pytest.approx(0, abs=0.05)


def test_a_signature_is_the_same_on_every_machine_and_in_every_version() -> None:
    # Libraries keep signatures: if this changes, they must be signed anew.
    signed = signature(STORY)
    assert len(signed) == 516
    assert sha256(signed).hexdigest()[:16] == "023114d7a2f99d9e"
    assert sha256(b"".join(band_keys(signed))).hexdigest()[:16] == "877cb35f88a1e27d"
    assert {len(key) for key in band_keys(signed)} == {8}


def test_what_is_too_short_to_compare_has_no_signature() -> None:
    assert sign("") is None
    assert sign("…") is None
    assert sign("Breaking news from the harbour.") is None
    assert sign("the same words " * 100) is None


def test_typography_makes_no_difference() -> None:
    straight = [f'"{paragraph}" it\'s' for paragraph in STORY]
    curly = [f"“{paragraph}”\u00a0it’s" for paragraph in STORY]
    assert signature(straight) == signature(curly)


def test_a_script_without_blanks_is_compared_by_its_characters() -> None:
    chance = random.Random(4)  # noqa: S311
    story = "".join(chr(chance.randrange(0x4E00, 0x5E00)) for _ in range(300))
    assert are_copies([story], [story[:220] + "本地新闻补充一段"])


def test_a_text_of_any_length_is_signed_as_if_it_were_signed_at_once() -> None:
    long = write_story(5, 200)
    assert estimate_likeness(signature(long), signature(long[::-1])) > 0.9
