"""What the window shows of the settings: plain values, each with where it comes from; a key only as one that is set."""

from typing import Any

from pydantic import SecretStr

from rag.answering import NO_MODEL
from rag.choosing import ModelStatus, show_address
from rag.settings import Settings
from ui import wording, wording_settings


def settings_as_json(settings: Settings, status: ModelStatus) -> dict[str, Any]:
    """The settings that a reader may want to know, and which model answers with them."""
    is_there = status.name != NO_MODEL
    name = status.name if is_there else wording.NO_MODEL
    return {
        "strictness": settings.strictness,
        "model": {
            "is_there": is_there,
            "sentence": wording_settings.model_sentence(name, status.why),
            "progress": status.progress,
        },
        "facts": [_fact_as_json(settings, field, label) for field, label in wording_settings.FIELDS.items()],
    }


def _fact_as_json(settings: Settings, field: str, label: str) -> dict[str, str]:
    variable = f"DATELINE_{field.upper()}"
    value = getattr(settings, field)
    match value:
        case None:
            shown = wording_settings.NOT_SET
        case SecretStr():
            shown = wording_settings.KEY_SET
        case _:
            shown = show_address(value) if field == "llm_base_url" else str(value)
    is_set = field in settings.model_fields_set
    origin = wording_settings.set_by(variable) if is_set else wording_settings.default_of(variable)
    return {"label": label, "value": shown, "origin": origin}
