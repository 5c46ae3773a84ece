from hypothesis import given
from hypothesis import strategies as st

from index.articles import Role
from ui.comparing import Change, ComparedParagraph, Paragraph, Piece, compare_paragraphs


def body(*texts: str) -> list[Paragraph]:
    return [Paragraph(Role.BODY, text) for text in texts]


def write_out(compared: list[ComparedParagraph]) -> list[str]:
    """Each paragraph with what was removed in [-…-] and what was added in {+…+}."""
    frames = {Change.KEPT: "{}", Change.REMOVED: "[-{}-]", Change.ADDED: "{{+{}+}}"}
    return ["".join(frames[piece.change].format(piece.text) for piece in each.pieces) for each in compared]


def test_a_changed_word_is_removed_and_added_in_its_sentence() -> None:
    before = body("The talks take place on March 18 in Anchorage.", "Both sides agreed.")
    after = body("The talks take place on March 19 in Anchorage.", "Both sides agreed.")
    assert write_out(compare_paragraphs(before, after)) == [
        "The talks take place on March [-18-]{+19+} in Anchorage.",
        "Both sides agreed.",
    ]


def test_one_or_two_words_between_changes_change_with_them() -> None:
    compared = compare_paragraphs(
        body("It begins on 18 March 2021 in Alaska."), body("It begins on 19 March 2022 in Alaska.")
    )
    assert write_out(compared) == ["It begins on [-18 March 2021-]{+19 March 2022+} in Alaska."]


def test_whole_paragraphs_come_and_go_and_keep_what_they_are() -> None:
    before = [Paragraph(Role.HEADLINE, "Talks"), *body("The first stays as it is.", "The second goes away.")]
    after = [Paragraph(Role.HEADLINE, "Talks"), *body("A new one comes first.", "The first stays as it is.")]
    compared = compare_paragraphs(before, after)
    assert write_out(compared) == [
        "Talks",
        "{+A new one comes first.+}",
        "The first stays as it is.",
        "[-The second goes away.-]",
    ]
    assert [each.role for each in compared] == [Role.HEADLINE, Role.BODY, Role.BODY, Role.BODY]


def test_paragraphs_that_were_joined_show_the_break_that_is_gone() -> None:
    before = body("One two three four five six.", "Seven eight nine ten eleven.")
    after = body("One two three four five six. Seven eight nine ten eleven.")
    assert write_out(compare_paragraphs(before, after)) == [
        "One two three four five six.[-\n-]{+ +}Seven eight nine ten eleven."
    ]


def test_words_are_found_where_no_spaces_part_them() -> None:
    compared = compare_paragraphs(
        body("会谈将于三月十八日在安克雷奇举行。双方同意。"), body("会谈将于三月十九日在安克雷奇举行。双方同意。")
    )
    assert write_out(compared) == ["会谈将于三月十[-八-]{+九+}日在安克雷奇举行。双方同意。"]


def test_a_very_long_paragraph_is_compared_by_sentence_first() -> None:
    sentences = [f"Sentence number {number} says what it says. " for number in range(1_500)]
    before, after = "".join(sentences), "".join(sentences).replace("number 700 says", "number 700 denies")
    [compared] = compare_paragraphs(body(before), body(after))
    assert [piece for piece in compared.pieces if piece.change is not Change.KEPT] == [
        Piece(Change.REMOVED, "says"),
        Piece(Change.ADDED, "denies"),
    ]


words = st.sampled_from(["a", "b", "talks", "March", "18", "19", ".", ". ", " ", "\n", "é", "会", "_", "🎣", "“", "”"])
texts = st.lists(words, min_size=1, max_size=9).map("".join).filter(str.strip)
versions = st.lists(st.builds(Paragraph, st.sampled_from(Role), texts), max_size=5)


@given(versions, versions)
def test_without_the_additions_the_earlier_version_remains_and_without_the_removals_the_later(
    before: list[Paragraph], after: list[Paragraph]
) -> None:
    compared = compare_paragraphs(before, after)
    later = ["".join(p.text for p in each.pieces if p.change is not Change.REMOVED) for each in compared]
    assert [text for text in later if text] == [paragraph.text for paragraph in after]
    earlier = "".join(p.text for each in compared for p in each.pieces if p.change is not Change.ADDED)
    assert earlier.replace("\n", "") == "".join(paragraph.text for paragraph in before).replace("\n", "")
