"""The endpoint that was set in the window: kept beside the library, for this person's eyes alone."""

import json
from collections.abc import Mapping
from pathlib import Path

from index.errors import SettingsError
from index.storage import say_storage_errors

SAVED_ENDPOINT = "endpoint.json"
# As they are named in the settings; the address always, the others where they were given.
FIELDS = ("llm_base_url", "llm_model", "llm_api_key")


def read_endpoint(home: Path) -> dict[str, str]:
    """What was saved in the folder that holds the library; empty when nothing was.

    Raises:
        SettingsError: the file is not what was written; the sentence names it.
    """
    path = home / SAVED_ENDPOINT
    try:
        saved = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path} cannot be read ({error}); correct it, or remove it to use no endpoint.") from error
    is_sound = isinstance(saved, dict) and saved.keys() <= set(FIELDS) and "llm_base_url" in saved
    if not is_sound or not all(isinstance(value, str) for value in saved.values()):
        raise SettingsError(f"{path} is not what the window wrote; correct it, or remove it to use no endpoint.")
    return dict(saved)


def save_endpoint(home: Path, endpoint: Mapping[str, str]) -> None:
    """Keep an endpoint in the place of the one before; with none given, keep none.

    Raises:
        StorageError: the disk is full or refuses the write.
    """
    path = home / SAVED_ENDPOINT
    with say_storage_errors():
        if not endpoint:
            path.unlink(missing_ok=True)
            return
        home.mkdir(parents=True, exist_ok=True)
        written = path.with_name(f".{path.name}.part")
        written.unlink(missing_ok=True)
        # A key stands in it: others on this computer must not read it, not even for a moment.
        written.touch(mode=0o600, exist_ok=False)
        written.write_text(json.dumps(dict(endpoint)), encoding="utf-8")
        written.replace(path)
