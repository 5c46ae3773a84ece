"""What only a language model can do: with it, or a sentence that says how to come by one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from evals.errors import NoModelError
from evals.judging import ModelJudge
from rag.choosing import ModelChoice, ModelStatus
from rag.language_model import LanguageModel
from rag.settings import Settings


def require_model(choose: Callable[[], LanguageModel | None], describe: Callable[[], ModelStatus]) -> LanguageModel:
    """The language model that is chosen.

    Raises:
        NoModelError: there is none; the sentence says why and what to do.
    """
    model = choose()
    if model is None:
        raise NoModelError(
            f"This needs a language model, and there is none ({describe().why}). Leave out --no-model, name an endpoint with"
            " DATELINE_LLM_BASE_URL and DATELINE_LLM_MODEL, or fetch the embedded one:  dateline models fetch language-model"
        )
    return model


@contextmanager
def open_model_judge(settings: Settings) -> Iterator[ModelJudge]:
    """The language model that the settings name, as a judge; no library is needed.

    Raises:
        NoModelError: there is none.
        SettingsError: the settings of the endpoint are incomplete.
    """
    choice = ModelChoice(settings)
    try:
        yield ModelJudge(require_model(choice.model, choice.status))
    finally:
        choice.close()
