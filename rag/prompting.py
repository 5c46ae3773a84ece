"""Prompts are Markdown files with {{named}} places; filling one fails on a missing or an unused value.

Examples are Markdown files too: what is read, what is asked of it, and the right answer, each under its heading.
"""

import re
from importlib.resources import files

_SECTION = re.compile(r"^## (\w+)\n\n", re.MULTILINE)
# What chat templates write between turns: a server may read it as such wherever it stands.
_TEMPLATE_TOKEN = re.compile(r"<\|[^<>|]{0,40}\|>|</?s>|\[/?INST\]|<(?:start|end)_of_turn>")
_PLACE = re.compile(r"\{\{(\w+)\}\}")


def fill_prompt(name: str, /, *, room: str = "rag", **values: str) -> str:
    """Fill prompts/NAME.md of a room of the program.

    Raises:
        ValueError: a place has no value, or a value no place: a mistake in the program.
    """
    template = files(room).joinpath("prompts", f"{name}.md").read_text(encoding="utf-8").strip()
    places = set(_PLACE.findall(template))
    if places != set(values):
        raise ValueError(f"prompt {name}: places {sorted(places)}, values {sorted(values)}")
    return _PLACE.sub(lambda match: values[match[1]], template)


def read_examples(name: str) -> list[tuple[str, str, str]]:
    """What is read, the question and the answer of each example in prompts/NAME.md; what is read holds for those after it.

    Raises:
        ValueError: a question without its answer, or the other way round: a mistake in the program.
    """
    _, *parts = _SECTION.split(fill_prompt(name))
    examples: list[tuple[str, str, str]] = []
    read = question = ""
    for heading, text in zip(parts[::2], parts[1::2], strict=True):
        if (heading == "Answer") != bool(question):
            raise ValueError(f"prompt {name}: each question needs its answer")
        if heading == "Answer":
            examples.append((read, question, text.strip()))
            question = ""
        elif heading == "Question":
            question = text.strip()
        else:
            read = text.strip()
    return examples


def drop_template_tokens(text: str) -> str:
    """A text without what a model server could read as the beginning of another turn."""
    return _TEMPLATE_TOKEN.sub(" ", text)
