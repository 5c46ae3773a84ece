"""The prompts of the evals: Markdown files with {{named}} places, filled as `rag.prompting` fills those of the chain."""

import re
from importlib.resources import files

_PLACE = re.compile(r"\{\{(\w+)\}\}")


def fill_eval_prompt(name: str, **values: str) -> str:
    """Fill evals/prompts/NAME.md.

    Raises:
        ValueError: a place has no value, or a value no place: a mistake in the program.
    """
    template = files("evals").joinpath("prompts", f"{name}.md").read_text(encoding="utf-8").strip()
    places = set(_PLACE.findall(template))
    if places != set(values):
        raise ValueError(f"prompt {name}: places {sorted(places)}, values {sorted(values)}")
    return _PLACE.sub(lambda match: values[match[1]], template)
