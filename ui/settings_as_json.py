"""What the window shows of the settings: plain values, each with where it comes from; a key only as one that is set."""

from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr

from rag.answering import NO_MODEL
from rag.choosing import ModelStatus, show_address
from rag.saved_endpoint import read_endpoint
from rag.settings import Settings
from ui import wording, wording_settings
from ui.endpoint import EndpointSetting


def settings_as_json(setting: EndpointSetting, status: ModelStatus) -> dict[str, Any]:
    """The settings that a reader may want to know, and which model answers with them.

    Raises:
        SettingsError: what the window kept cannot be read.
    """
    settings = setting.settings
    is_there = status.name != NO_MODEL
    name = status.name if is_there else wording.NO_MODEL
    saved = read_endpoint(settings.library.parent) if setting.can_change else {}
    return {
        "strictness": settings.strictness,
        "model": {
            "is_there": is_there,
            "sentence": wording_settings.model_sentence(name, status.why),
            "progress": status.progress,
        },
        "endpoint": {
            "can_change": setting.can_change,
            "base_url": saved.get("llm_base_url", ""),
            "model": saved.get("llm_model", ""),
            "has_key": "llm_api_key" in saved,
        },
        "facts": [_fact_as_json(settings, saved, field, label) for field, label in wording_settings.FIELDS.items()],
    }


def _fact_as_json(settings: Settings, saved: Mapping[str, str], field: str, label: str) -> dict[str, str]:
    variable = f"DATELINE_{field.upper()}"
    value = getattr(settings, field)
    match value:
        case None:
            shown = wording_settings.NOT_SET
        case SecretStr():
            shown = wording_settings.KEY_SET
        case _:
            shown = show_address(value) if field == "llm_base_url" else str(value)
    if field in saved:
        origin = wording_settings.SET_HERE
    elif field in settings.model_fields_set and value is not None:
        origin = wording_settings.set_by(variable)
    else:
        origin = wording_settings.default_of(variable)
    return {"label": label, "value": shown, "origin": origin}
