"""How a run was made: settings without secrets, versions, the state of library and program, the machine."""

import hashlib
import os
import platform
import re
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from evals.cases import Case, case_as_json
from evals.library import LibraryView
from rag.settings import Settings, project_folder

_LIBRARIES = ("dateline", "llama-index-core", "chromadb", "openai", "onnxruntime", "tokenizers", "numpy", "sentencex")
_USER_IN_URL = re.compile(r"(?<=//)[^/@]+@")
_VALUE_IN_URL = re.compile(r"(?<==)[^&]+")
# They change no answer; paths of the machine have no place in a file that is shown to others.
_LEFT_OUT = frozenset({"port", "library", "models"})


def describe_conditions(  # noqa: PLR0913 - what makes a run, by name
    settings: Settings,
    view: LibraryView,
    cases: Iterable[Case],
    *,
    set_name: str,
    model: str,
    mode: str,
    control: str | None,
) -> dict[str, Any]:
    """The first line of a run, as plain values; `cases` are the whole set, also when only some are asked."""
    return {
        "set": set_name,
        "set_digest": _digest(repr(sorted(str(case_as_json(case)) for case in cases))),
        "mode": mode,
        "control": control,
        "model": model,
        "settings": mask_settings(settings),
        "library": {"digest": view.digest, "articles": view.articles, "vectors": view.vectors},
        "program": digest_program(),
        "versions": {name: _version(name) for name in _LIBRARIES} | {"python": platform.python_version()},
        "machine": {"system": platform.platform(), "processor": platform.machine(), "cores": os.cpu_count()},
        "began": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": Path(sys.argv[0]).name,
    }


def mask_settings(settings: Settings) -> dict[str, Any]:
    """The settings as plain values: no key, and no user, password or query value of an address."""
    plain = settings.model_dump(mode="json", exclude=set(_LEFT_OUT))
    if plain.get("llm_base_url"):
        plain["llm_base_url"] = _VALUE_IN_URL.sub("***", _USER_IN_URL.sub("***@", plain["llm_base_url"]))
    return plain


def digest_program() -> str:
    """A digest of the code, the prompts and the learned weights: two runs with the same one were made by the same program."""
    digest = hashlib.sha256()
    for room in ("index", "rag"):
        folder = project_folder() / room
        for path in sorted(path for path in folder.rglob("*") if path.suffix in {".py", ".md", ".json"}):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
