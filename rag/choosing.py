"""Which language model answers, and why: an endpoint that was set, else the embedded one, else none."""

import threading
from dataclasses import dataclass
from urllib.parse import urlsplit

from index.errors import SettingsError, WeightsError
from index.weights import WEIGHTS, Weights, WeightsStatus, ensure_verified, weights_status
from rag.answering import NO_MODEL
from rag.composing import write_prefix
from rag.language_model import Endpoint, LanguageModel, Timeouts
from rag.local_model import (
    LOCAL_EVIDENCE_TOKENS,
    LOCAL_TIMEOUTS,
    LocalModel,
    WeighingLocalModel,
    is_runtime_installed,
)
from rag.preparing import ModelPreparation
from rag.settings import Settings, project_folder
from rag.sufficiency import WeighingModel, write_sufficiency_prefix

_OPENAI_URL = "https://api.openai.com/v1"
_OPENAI_MODEL = "gpt-4.1-mini"
# The embedded model of which it was measured how much its YES counts (rag/learned/answerable-read.json).
_WEIGHED = "language-model"


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """Which model answers, in one sentence why, and how far a better one has come."""

    name: str
    why: str
    progress: str | None


class ModelChoice:
    """The model of a running program; it may change once, when the embedded one becomes ready. Thread-safe."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._turn = threading.Lock()
        self._preparation: ModelPreparation | None = None
        self._local: LocalModel | None = None
        self._trouble: str | None = None
        self._remote = _make_endpoint_model(settings)

    def model(self) -> LanguageModel | None:
        """The model to ask now, or None for evidence alone."""
        if self._remote is not None:
            return self._remote
        with self._turn:
            if self._local is None and self._trouble is None and self._is_embedded_ready():
                try:
                    self._local = _make_local_model(self._settings)
                except WeightsError as error:
                    self._trouble = str(error)
            return self._local

    def use(self, settings: Settings) -> None:
        """Answer as these settings say from now on; a question under way ends with the model that it began with.

        Raises:
            SettingsError: the settings of the endpoint are incomplete.
        """
        remote = _make_endpoint_model(settings)
        with self._turn:
            self._settings, self._remote = settings, remote

    def prepare(self) -> None:
        """Fetch and build the embedded model in the background, unless it is there or another one is set."""
        if self._remote is not None or self._settings.model == "none":
            return
        if self._is_embedded_ready():
            self._warm()
            return
        with self._turn:
            if self._preparation is None:
                self._preparation = _make_preparation(self._settings)
                self._preparation.start()
                threading.Thread(target=self._warm_when_prepared, name="await language model", daemon=True).start()

    def status(self) -> ModelStatus:
        """Which model answers and why, without starting anything."""
        if self._remote is not None:
            return ModelStatus(
                self._remote.name,
                f"the endpoint that you set, {show_address(self._settings.llm_base_url or _OPENAI_URL)}",
                None,
            )
        if self._trouble is None and self._is_embedded_ready():
            return ModelStatus(_embedded_weights(self._settings).title, "embedded, on this machine", None)
        progress = self._preparation.progress() if self._preparation else None
        return ModelStatus(NO_MODEL, self._explain_absence(), progress)

    def close(self) -> None:
        """End what was started."""
        with self._turn:
            if self._preparation is not None:
                self._preparation.cancel()
            if self._local is not None:
                self._local.close()

    def _is_embedded_ready(self) -> bool:
        if self._settings.model == "none" or not is_runtime_installed():
            return False
        status = weights_status(_embedded_weights(self._settings), self._settings.models)
        return status in {WeightsStatus.PRESENT, WeightsStatus.VERIFIED}

    def _warm_when_prepared(self) -> None:
        outcome = self._preparation.wait() if self._preparation else None
        if outcome is not None and outcome.is_ready:
            self._warm()

    def _warm(self) -> None:
        model = self.model()
        if isinstance(model, LocalModel):
            weighing = write_sufficiency_prefix() if isinstance(model, WeighingModel) else []
            model.warm(write_prefix(), weighing)

    def _explain_absence(self) -> str:
        if self._settings.model == "none":
            return "switched off by DATELINE_MODEL=none: answers are the articles' own words"
        if self._trouble is not None:
            return self._trouble
        if self._preparation is None:
            return f"{self._describe_lack()}: answers are the articles' own words"
        outcome = self._preparation.outcome
        return (outcome and outcome.reason) or "the embedded one is being prepared, until then the articles' own words"

    def _describe_lack(self) -> str:
        lacks = [] if is_runtime_installed() else ["its runtime is not built"]
        if weights_status(_embedded_weights(self._settings), self._settings.models) is WeightsStatus.MISSING:
            lacks.insert(0, "the embedded model is not fetched")
        return " and ".join(lacks) or "the embedded model's file is damaged"


def show_address(url: str) -> str:
    """An endpoint's address as it may be shown: a password or a key may stand in it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}{parts.path}"


def _make_endpoint_model(settings: Settings) -> LanguageModel | None:
    if settings.model != "auto" or not (settings.llm_base_url or settings.llm_api_key):
        return None
    if settings.llm_base_url and not settings.llm_model:
        raise SettingsError("DATELINE_LLM_BASE_URL is set but no model: set DATELINE_LLM_MODEL to the model's name.")
    from rag.openai_model import OpenAIChatModel  # noqa: PLC0415 - a second that evidence alone does not pay

    return OpenAIChatModel(
        Endpoint(
            base_url=settings.llm_base_url or _OPENAI_URL,
            model=settings.llm_model or _OPENAI_MODEL,
            api_key=settings.llm_api_key.get_secret_value() if settings.llm_api_key else "",
        ),
        timeouts=Timeouts(
            settings.llm_connect_seconds,
            settings.llm_first_token_seconds,
            settings.llm_idle_seconds,
            settings.llm_total_seconds,
        ),
        evidence_tokens=settings.llm_evidence_tokens,
    )


def _make_local_model(settings: Settings) -> LocalModel:
    from rag.openai_model import OpenAIChatModel  # noqa: PLC0415 - a second that evidence alone does not pay

    weights = _embedded_weights(settings)
    folder = ensure_verified(weights, settings.models)
    kind = WeighingLocalModel if weights.name == _WEIGHED else LocalModel
    return kind(
        folder / weights.files[0].name,
        settings.library.parent / "language-model.log",
        lambda endpoint: OpenAIChatModel(endpoint, timeouts=LOCAL_TIMEOUTS, evidence_tokens=LOCAL_EVIDENCE_TOKENS),
        name=weights.title,
    )


def _make_preparation(settings: Settings) -> ModelPreparation:
    requirements = project_folder() / "requirements"
    log = settings.library.parent / "language-model-build.log"
    return ModelPreparation(_embedded_weights(settings), settings.models, requirements, log_path=log)


def _embedded_weights(settings: Settings) -> Weights:
    return WEIGHTS[settings.embedded_model]
