"""Prompts are Markdown files with {{named}} places; filling one fails on a missing or an unused value."""

import re
from importlib.resources import files

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
