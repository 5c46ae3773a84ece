from pathlib import Path

import pytest

from index.errors import SettingsError
from rag.settings import load_settings


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in list(os.environ):
        if name.startswith("DATELINE_") or name == "OPENAI_API_KEY":
            monkeypatch.delenv(name)


def test_a_setting_comes_from_its_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATELINE_LIBRARY", str(tmp_path))
    monkeypatch.setenv("DATELINE_LLM_MODEL", "qwen3")
    settings = load_settings()
    assert (settings.library, settings.llm_model, settings.model) == (tmp_path, "qwen3", "auto")


def test_an_unknown_variable_is_refused_with_the_likely_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_LLM_BASEURL", "http://localhost:1")
    with pytest.raises(SettingsError, match="did you mean DATELINE_LLM_BASE_URL"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [("DATELINE_PORT", "99999"), ("DATELINE_MODEL", "gpt"), ("DATELINE_LLM_BASE_URL", "localhost"), ("DATELINE_LLM_TOTAL_SECONDS", "-1")],
)  # fmt: skip
def test_a_value_out_of_bounds_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        load_settings()


def test_an_openai_key_alone_means_openai_and_is_sent_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary-1234")
    key = load_settings().llm_api_key
    assert key is not None
    assert key.get_secret_value() == "sk-canary-1234"
    monkeypatch.setenv("DATELINE_LLM_BASE_URL", "http://localhost:11434/v1")
    assert load_settings().llm_api_key is None


def test_no_printed_setting_shows_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_LLM_API_KEY", "sk-canary-1234")
    settings = load_settings()
    assert "canary" not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"
    monkeypatch.setenv("DATELINE_LLM_API_KEY", "")
    monkeypatch.setenv("DATELINE_PORT", "sk-canary-1234")
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert "canary" not in str(refused.value)
