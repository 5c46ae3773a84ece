"""Setting the language model's endpoint in the window: kept, used from the next question on, and tried out at once."""

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field

from index.errors import DatelineError, LanguageModelError, SettingsError
from rag.language_model import Message
from rag.saved_endpoint import FIELDS, read_endpoint, save_endpoint
from rag.settings import Settings, is_endpoint_fixed, load_settings
from ui import wording_settings as wording

if TYPE_CHECKING:
    from rag.assemble import Dateline

_TRIAL = (Message("user", "Answer with the one word: yes."),)
_TRIAL_TOKENS = 8


class EndpointWanted(BaseModel):
    """An endpoint as the form gives it; without a key the one that is kept for the same server stays."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_url: str = Field(max_length=2_000)
    model: str = Field(max_length=200)
    key: str = Field(default="", max_length=2_000)


class EndpointSetting:
    """The settings that a window answers with, whose endpoint may be changed while it is open. Safe between threads."""

    def __init__(self, settings: Settings, dateline: "Dateline") -> None:
        self._settings = settings
        self._dateline = dateline
        self._turn = threading.Lock()

    @property
    def settings(self) -> Settings:
        """The settings now."""
        return self._settings

    @property
    def can_change(self) -> bool:
        """Whether an endpoint may be set here: the environment has the last word."""
        is_switched_off = self._settings.model != "auto"
        return not (is_endpoint_fixed() or is_switched_off or self._dateline.use_model_of is None)

    def change(self, wanted: EndpointWanted) -> str:
        """Keep and use an endpoint; gives a sentence about how it answered when it was tried.

        Raises:
            DatelineError: it is set by the environment, or not usable; nothing was changed.
            StorageError: it could not be kept.
        """
        base_url, model = wanted.base_url.strip(), wanted.model.strip()
        if not model:
            raise SettingsError(wording.NO_MODEL_NAMED)
        with self._turn:
            self._refuse_when_fixed()
            before = read_endpoint(self._home)
            key = wanted.key.strip() or (
                before.get("llm_api_key", "") if _is_same_server(base_url, before.get("llm_base_url", "")) else ""
            )
            endpoint = {"llm_base_url": base_url, "llm_model": model, **({"llm_api_key": key} if key else {})}
            self._use(endpoint, before)
        return self.try_out()

    def forget(self) -> str:
        """Use no endpoint any more; gives a sentence about it.

        Raises:
            DatelineError: it is set by the environment.
        """
        with self._turn:
            self._refuse_when_fixed()
            self._use({}, read_endpoint(self._home))
        return wording.FORGOTTEN

    def try_out(self) -> str:
        """Ask the model for one word; gives a sentence about how that went."""
        model = self._dateline.language_model()
        if model is None:
            return wording.NOTHING_TO_TRY
        began = time.monotonic()
        stream = model.stream(_TRIAL, _TRIAL_TOKENS)
        try:
            next(stream, "")
        except LanguageModelError as error:
            return wording.does_not_answer(str(error))
        finally:
            stream.close()
        return wording.answered_in(time.monotonic() - began)

    @property
    def _home(self) -> Path:
        return self._settings.library.parent

    def _refuse_when_fixed(self) -> None:
        if not self.can_change:
            raise DatelineError(wording.FIXED)

    def _use(self, endpoint: dict[str, str], before: dict[str, str]) -> None:
        save_endpoint(self._home, endpoint)
        try:
            given = self._settings.model_fields_set - set(FIELDS)
            settings = load_settings(**{name: getattr(self._settings, name) for name in given})
            if self._dateline.use_model_of:
                self._dateline.use_model_of(settings)
        except BaseException:
            save_endpoint(self._home, before)
            raise
        self._settings = settings


def _is_same_server(one: str, other: str) -> bool:
    """Whether a key that was given for the one may be sent to the other."""
    return bool(other) and urlsplit(one)[:2] == urlsplit(other)[:2]
