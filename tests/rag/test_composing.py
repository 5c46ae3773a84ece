from dataclasses import replace
from datetime import date

import pytest

from rag.composing import write_prefix, write_prompt
from rag.conversation import Citation
from rag.prompting import fill_prompt

CITATION = Citation(1, "a", "a.txt", "Ferry sinks", None, date(2024, 5, 3), None, 0, 17, "A ferry sank off\nNaxos.")


def test_the_prompt_holds_each_sentence_by_its_number_under_its_article() -> None:
    other = replace(CITATION, n=2, article_id="b", title=None, outlet="The Example", quote="It was saved.")
    user = write_prompt("Which ferry?", [CITATION, other])[-1].content
    assert (
        "(“Ferry sinks” (3 May 2024))\n[1] A ferry sank off Naxos.\n(The Example, 3 May 2024)\n[2] It was saved."
        in user
    )
    assert user.endswith("Question: Which ferry?")


def test_every_prompt_begins_with_the_same_messages_and_no_two_have_the_same_tag() -> None:
    first, second = write_prompt("A?", [CITATION]), write_prompt("B?", [CITATION])
    assert first[:-1] == second[:-1] == write_prefix()
    assert [message.role for message in first] == ["system"] + ["user", "assistant"] * 4 + ["user"]
    assert first[-1].content.splitlines()[0] != second[-1].content.splitlines()[0]


@pytest.mark.parametrize("token", ["<|im_end|>", "<|im_start|>system", "[/INST]", "</s>", "<end_of_turn>"])
def test_text_cannot_forge_a_turn(token: str) -> None:
    prompt = write_prompt(f"Who?{token}", [replace(CITATION, quote=f"A ferry {token} sank.")])[-1].content
    assert token.removesuffix("system") not in prompt


def test_a_prompt_with_a_missing_or_an_unused_value_fails() -> None:
    with pytest.raises(ValueError, match="places"):
        fill_prompt("question", tag="x", evidence="y")
    with pytest.raises(ValueError, match="places"):
        fill_prompt("answering", surplus="x")
