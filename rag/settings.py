"""Settings: everything that can be set from outside, typed and bounded; the only reader of the environment."""

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from index.errors import SettingsError
from rag.saved_endpoint import read_endpoint

_PREFIX = "DATELINE_"
_PROJECT = Path(__file__).resolve().parent.parent
Seconds = Annotated[float, Field(gt=0, le=3600)]


class Settings(BaseSettings):
    """Set by environment variables named DATELINE_ and the field in capitals; `OPENAI_API_KEY` alone means OpenAI."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, extra="forbid", frozen=True, env_ignore_empty=True)

    library: Path = Field(default_factory=lambda: _home() / "library", description="where the library is kept")
    models: Path = Field(
        default_factory=lambda: user_cache_path("dateline") / "models", description="where model files are kept"
    )
    model: Literal["auto", "embedded", "none"] = Field(
        default="auto", description="auto = endpoint, else the embedded model, else none"
    )
    embedded_model: Literal["language-model", "language-model-small"] = "language-model"

    embedding: str = Field(
        default="packaged",
        pattern=r"^(packaged|[A-Za-z_][\w.]*:[A-Za-z_]\w*)$",
        description="what makes the vectors of passages: packaged, or module:Class of a LlamaIndex embedding",
    )
    embedding_options: dict[str, Any] = Field(default_factory=dict, description="its arguments, as a JSON object")

    reranking: str = Field(
        default="packaged",
        pattern=r"^(packaged|none|[\w.-]+/[\w.-]+)$",
        description="what reads a question with each sentence: packaged, none, or a cross-encoder of a model hub",
    )

    strictness: float = Field(
        default=0.4, ge=0, le=1, description="how likely evidence must hold the answer to be given as one"
    )

    llm_base_url: str | None = Field(default=None, pattern=r"^https?://\S+$")
    llm_api_key: SecretStr | None = None
    llm_model: str | None = Field(default=None, min_length=1, max_length=200)
    llm_evidence_tokens: int = Field(default=3_000, ge=200, le=100_000)
    llm_connect_seconds: Seconds = 5
    llm_first_token_seconds: Seconds = 60
    llm_idle_seconds: Seconds = 30
    llm_total_seconds: Seconds = 180

    watch: bool = Field(default=False, description="whether the window notices changed files by itself from the start")
    port: int = Field(default=7860, ge=1, le=65_535)


def load_settings(**overrides: object) -> Settings:
    """Read the environment, and the endpoint that was set in the window where the environment sets none.

    `overrides` that are not None win over both.

    Raises:
        SettingsError: a DATELINE_ variable is unknown, or a value is out of bounds; the sentence names it.
    """
    _refuse_unknown_variables()
    values = {key: value for key, value in overrides.items() if value is not None}
    settings = _make_settings(values)
    # A key goes to no other address than the one that it was saved with, so one endpoint is taken whole or not at all.
    if not settings.model_fields_set & {"llm_base_url", "llm_api_key"}:
        saved = read_endpoint(settings.library.parent)
        if saved:
            settings = _make_settings({"llm_model": settings.llm_model, **saved, **values})
    openai_key = os.environ.get("OPENAI_API_KEY")
    if openai_key and settings.llm_api_key is None:
        is_openai = settings.llm_base_url is None or "//api.openai.com/" in settings.llm_base_url + "/"
        if is_openai:
            settings = settings.model_copy(update={"llm_api_key": SecretStr(openai_key)})
    return settings


def is_endpoint_fixed() -> bool:
    """Whether the environment names an endpoint or its key, so that one saved in the window has no say."""
    return any(os.environ.get(_PREFIX + name) for name in ("LLM_BASE_URL", "LLM_API_KEY"))


def _make_settings(values: Mapping[str, object]) -> Settings:
    try:
        return Settings(**values)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = _PREFIX + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(f"{name} is not usable ({first['msg'].lower()}); correct it or unset it.") from None


def seeds_folder() -> Path | None:
    """The folder of articles that comes with a checkout of the project, or None when installed without it."""
    folder = _PROJECT / "seeds"
    return folder if folder.is_dir() else None


def project_folder() -> Path:
    """The folder that holds the program's packages; in a checkout also its requirements."""
    return _PROJECT


def _home() -> Path:
    is_checkout = (_PROJECT / "pyproject.toml").is_file()
    return _PROJECT / ".dateline" if is_checkout else user_data_path("dateline")


def _refuse_unknown_variables() -> None:
    known = {_PREFIX + name.upper() for name in Settings.model_fields}
    for name in os.environ:
        if name.startswith(_PREFIX) and name not in known and name != f"{_PREFIX}REQUIRE_BROWSER":
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {close[0]}?" if close else "unset it; README lists the settings."
            raise SettingsError(f"There is no setting {name}; {hint}")
