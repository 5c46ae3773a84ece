from pathlib import Path

import pytest

from index.errors import SettingsError
from rag.saved_endpoint import SAVED_ENDPOINT, read_endpoint, save_endpoint
from rag.settings import Settings, is_endpoint_fixed, load_settings


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


SAVED = {"llm_base_url": "http://models.example/v1", "llm_model": "large", "llm_api_key": "sk-saved"}


def key_of(settings: Settings) -> str | None:
    return settings.llm_api_key.get_secret_value() if settings.llm_api_key else None


def test_an_endpoint_that_was_saved_is_used_where_the_environment_sets_none(tmp_path: Path) -> None:
    save_endpoint(tmp_path, SAVED)
    settings = load_settings(library=tmp_path / "library")
    assert (settings.llm_base_url, settings.llm_model, key_of(settings)) == tuple(SAVED.values())
    assert load_settings(library=tmp_path / "other" / "library").llm_base_url is None


@pytest.mark.parametrize(
    ("name", "value"), [("DATELINE_LLM_BASE_URL", "http://other.example/v1"), ("DATELINE_LLM_API_KEY", "sk-set")]
)
def test_a_saved_key_goes_to_no_other_address(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str
) -> None:
    save_endpoint(tmp_path, SAVED)
    monkeypatch.setenv(name, value)
    settings = load_settings(library=tmp_path / "library")
    assert key_of(settings) != "sk-saved"
    assert settings.llm_base_url != SAVED["llm_base_url"]
    assert is_endpoint_fixed()


def test_openais_key_is_not_sent_to_a_saved_endpoint(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-openai")
    save_endpoint(tmp_path, {"llm_base_url": "http://models.example/v1", "llm_model": "large"})
    assert key_of(load_settings(library=tmp_path / "library")) is None


def test_what_is_saved_is_for_this_person_alone_and_goes_without_a_trace(tmp_path: Path) -> None:
    save_endpoint(tmp_path, {"llm_base_url": "http://models.example/v1"})
    save_endpoint(tmp_path, SAVED)
    assert read_endpoint(tmp_path) == SAVED
    assert (tmp_path / SAVED_ENDPOINT).stat().st_mode & 0o077 == 0
    save_endpoint(tmp_path, {})
    assert list(tmp_path.iterdir()) == []
    assert read_endpoint(tmp_path) == {}


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"llm_base_url": 3}', '{"llm_base_url": "http://x", "port": "1"}']
)
def test_a_file_that_the_window_did_not_write_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / SAVED_ENDPOINT).write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match=SAVED_ENDPOINT):
        load_settings(library=tmp_path / "library")
