"""Every sentence of the settings in the window."""

SETTINGS = "Settings"
CLOSE = "Close the settings"
FAILED = "The settings could not be fetched. Is Dateline still running? Try again."
STRICTNESS = "How sure must an answer be?"
STRICTNESS_NOTE = (
    "How likely the words that were found must hold the answer for it to be given, from 0 (always) to 1 (never)."
    " Less likely than that, the question is refused and the nearest words are shown."
)
ANSWERS_MORE = "answers more"
REFUSES_MORE = "refuses more"
AS_SET = "as set"
QUOTE_ONLY = "Answer in the articles' own words alone"
MODEL = "Language model"
ENDPOINT = "Another model"
ENDPOINT_NOTE = (
    "Any server that speaks the OpenAI protocol. It is sent the question and the sentences chosen as evidence, nothing"
    " else; what it writes is checked like everything."
)
BASE_URL = "Address"
MODEL_NAME = "Model"
KEY = "Key, if it needs one"
KEY_KEPT = "kept; type to replace it"
SAVE = "Use it"
SAVING = "Trying it out"
FORGET = "Use no endpoint"
FORGOTTEN = "No endpoint is used any more, and its key is gone."
FIXED = "The endpoint is set where Dateline was started: change it there."
NO_MODEL_NAMED = "Name the model that the endpoint shall answer with."
NOTHING_TO_TRY = "There is no language model to try."
SET_HERE = "set in the window"
OTHERS = "Set where Dateline was started"
OTHERS_NOTE = "To change one of these, set its variable and start Dateline again."
NOT_SET = "not set"
KEY_SET = "set, and never shown"
FIELDS = {
    "library": "Library",
    "model": "Which model",
    "llm_base_url": "Endpoint",
    "llm_model": "Model at the endpoint",
    "llm_api_key": "Key of the endpoint",
    "llm_evidence_tokens": "Evidence for the endpoint, tokens",
    "embedding": "Embedding of passages",
    "reranking": "Reranking",
    "models": "Model files",
}


def set_by(variable: str) -> str:
    """Where a value comes from that was set."""
    return f"set: {variable}, or an option of the command"


def default_of(variable: str) -> str:
    """Where a value comes from that was not set, and how it could be."""
    return f"as it comes: {variable} changes it"


def model_sentence(name: str, why: str) -> str:
    """Which model answers, and why."""
    return f"{name}, {why}."


def answered_in(seconds: float) -> str:
    """What is said of a model that answered when it was tried."""
    return f"It is used from the next question on; it answered in {max(seconds, 0.1):.1f} s."


def does_not_answer(reason: str) -> str:
    """What is said of a model that did not answer when it was tried."""
    return f"It is kept, but does not answer yet: {reason}"
