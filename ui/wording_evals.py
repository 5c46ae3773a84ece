"""Every sentence of the Evals tab and of the thumbs."""

from math import isnan
from pathlib import Path

from ui.wording import counted, say_duration

THUMBS = "Was this answer right?"
THUMB_UP = "Right answer: keep it as a case"
THUMB_DOWN = "Wrong answer: keep it as a case"
RIGHT_LABEL = "What would have been right? A few words that a right answer holds, if you like."
RIGHT_KEEP = "Add"
SHOULD_REFUSE = "It should have been refused"
TAKEN_BACK = "Taken back: the case is gone from your set."
THUMB_FAILED = "This could not be kept. Is Dateline still running? Choose the thumb again to retry."
ANSWER_FORGOTTEN = "This answer was given before the window was started anew, so it cannot be judged: ask again."
CITED_IS_GONE = (
    "An article that this answer cites was corrected or removed since, so its words are no evidence any more: ask again, "
    "then judge the new answer."
)

TITLE = "How good are the answers?"
INTRO = (
    "A question set asks what you already know the answers to, and counts how often Dateline is right. Run it before and "
    "after a change, and compare."
)
NEW_RUN = "Run a question set"
SET = "Question set"
MODEL = "Answers"
WITHOUT_MODEL = "In the articles’ own words, without a language model"
LIMIT = "Only so many questions"
LIMIT_ALL = "all"
START = "Run"
STOP = "Stop"
CONTINUE = "Continue"
RUNS = "Runs"
NO_RUNS = "No runs yet. What you run here is kept, and each run can be compared with earlier ones."
NO_SETS = (
    "There is no question set yet: judge an answer in the chat with a thumb, and it becomes the first case of yours."
)
ALL_RUNS = "All runs"
FIGURES = "Summary"
NO_FIGURES = "No question was answered, so there is nothing to count. The questions below tell why."
MOST_LIKELY = (
    "“Most likely” is a 95% interval: about where the figure would settle with very many questions of this kind. With few "
    "questions it is wide."
)
CASES = "Questions"
COMPARE = "Compare with"
COMPARE_NONE = "no other run"
REPORT = "Open the full report"
SHOW = "Show"
MORE = "Show more"
NO_CASES = "No question of this kind."
FAILED_TO_FETCH = "This could not be fetched. Is Dateline still running?"
NOTICE_DISMISS = "Dismiss"
PROGRESS = "Questions asked"
OPEN_RUN = "See the run"
ANSWER = "Answer"
WHY_FAILED = "Why there is no answer"
CITED = "Cited"
EXPECTED = "Expected"
GOLD = "Evidence it should rest on"
NOTHING_EXPECTED = "The case does not say what is right."
EARLIER = "Earlier in the conversation"
WON = "Won: wrong before, right now"
LOST = "Lost: right before, wrong now"
NONE_OF_THEM = "none"
FILTERS = {"all": "all", "wrong": "wrong", "right": "right", "refused": "refused", "failed": "failed"}

THUMBS_SET = "Your thumbs"
ALREADY_RUNNING = "A run is under way, and there is one at a time: stop it, or wait for its end."
NOT_RUNNING = "No run is under way."
NO_SUCH_RUN = "There is no such run any more: go back to the list of runs."
ENDED_UNEXPECTEDLY = "The run ended unexpectedly. What was asked until then is kept: continue it from the list of runs."
REPORT_FAILED = "The report could not be written: try it again, or use  dateline eval report"

OUTCOMES = {"right": "right", "wrong": "wrong", "failed": "failed", "not told": "not judged"}
RETRIEVAL_ONLY = "stopped after the ranking"
IS_GOLD = "expected evidence"
NOT_EXACT = "not word for word"
WHOLE_ARTICLE = "the whole article"
NOT_FOUND = "not found"
CHOSEN = "chosen as evidence"
NOT_CHOSEN = "not chosen as evidence"
IS_CITED = "cited"
NOT_CITED = "not cited"
WORSE = "worse by more than chance"
BETTER = "better, and hardly by chance"
SAME = "no change"
MAY_BE_CHANCE = "may be chance"
FIGURE_NAMES = {
    "answer.right": ("Right answers", "by each case’s own rules; refusing counts where refusing is right"),
    "confident-error": ("Answered, and wrong", "less is better"),
    "refusal.f1": ("Refusing well", "refusing when it should, and only then"),
    "citation.gold-recall": ("Expected evidence cited", "of what the set’s author marked"),
    "citation.exact-quotes": ("Quotes exact", "the words cited stand in the article to the letter"),
    "passage.recall@10": ("Expected evidence found", "among the first ten passages"),
    "article.ndcg@10": ("Right articles first", "how high they rank among the first ten; 100% is all at the top"),
}


def _shorten(path: Path) -> str:
    """A path as people write it."""
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) and path != home else str(path)


def not_asked(set_name: str, problem: str) -> str:
    """What is said of a run that could not begin."""
    return f"{set_name} was not run. {problem}"


def set_missing(name: str) -> str:
    """What is said when a run is to be continued whose set is not there."""
    return f"The question set {name} is not among those offered here, so the run cannot be continued here."


def kept(thumb: str, path: Path, *, has_more: bool) -> str:
    """Where a thumb's case went."""
    what = "a right answer" if thumb == "up" else "a wrong answer"
    more = ", with what would have been right," if has_more else ""
    return f"Kept as {what}{more} in {_shorten(path)}"


def own_sets(folder: Path) -> str:
    """Where sets of one’s own go."""
    return f"Sets of your own (JSON Lines) go into {_shorten(folder)}"


def opening(set_name: str) -> str:
    """What is said while the library of a run is opened."""
    return f"{set_name}: opening the library and looking for the set’s evidence in it"


def asking(set_name: str, done: int, total: int) -> str:
    """How far a run is."""
    return f"{set_name}: {done:,} of {counted(total, 'question')} asked"


def seconds_left(seconds: float | None) -> str:
    """How long a run will take."""
    return f"{say_duration(seconds)} left" if seconds is not None else ""


def stopping(set_name: str) -> str:
    """What is said between Stop and the end."""
    return f"{set_name}: stopping"


def finished(set_name: str, total: int, failed: int) -> str:
    """What is said when a run has ended."""
    return f"{set_name}: all {counted(total, 'question')} asked{f', {failed:,} of them failed' if failed else ''}."


def stopped(set_name: str, done: int, total: int) -> str:
    """What is said when a run was stopped."""
    return f"{set_name}: stopped after {done:,} of {counted(total, 'question')}. What was asked is kept."


def count_right(right: int, told: int, failed: int) -> str:
    """A run in one glance."""
    counted_right = f"{right:,} of {told:,} right ({100 * right / told:.0f}%)" if told else "nothing to judge"
    return f"{counted_right}, {failed:,} failed" if failed else counted_right


def stopped_at(done: int, wanted: int) -> str:
    """How far an unfinished run came."""
    return f"stopped after {done:,} of {wanted:,}"


def model_name(model: str) -> str:
    """Who wrote the answers of a run."""
    return "without a language model" if model == "none" else model


def with_model(model: str) -> str:
    """The choice of the language model that is there."""
    return f"Written by {model}, which takes longer"


def no_model(why: str) -> str:
    """Why the language model cannot be chosen."""
    return f"Written by a language model: there is none now ({why})"


def share(value: float) -> str:
    """A figure between 0 and 1 as a person reads it."""
    return "–" if isnan(value) else f"{100 * value:.0f}%"


def figure(low: float, high: float, n: int) -> str:
    """How sure a figure is, in words."""
    rests_on = counted(n, "question")
    # Where every question came to the same, drawing them anew tells nothing.
    is_told = not (isnan(low) or isnan(high)) and low < high
    return f"{rests_on}; most likely {share(low)} to {share(high)}" if is_told else rests_on


def points(change: float) -> str:
    """A change between two figures."""
    rounded = round(100 * change)
    return f"{'+' if rounded > 0 else '−' if rounded < 0 else ''}{abs(rounded)}"


def change_interval(low: float, high: float) -> str:
    """How sure a change is."""
    is_told = not (isnan(low) or isnan(high)) and low < high
    return f"most likely {points(low)} to {points(high)} points" if is_told else ""


def compared(cases: int, won: int, lost: int, left_out: int) -> str:
    """What a comparison rests on."""
    failed = f" {counted(left_out, 'question')} failed in one of the two and count in neither." if left_out else ""
    return f"{counted(cases, 'question')} answered in both: {won:,} won, {lost:,} lost.{failed}"


def regressions(names: list[str]) -> str:
    """Whether anything got worse."""
    if names:
        return f"Worse by more than chance: {', '.join(names)}."
    return "Nothing that decides got worse by more than chance."


def different_conditions(names: list[str]) -> str:
    """What else differs between two runs."""
    return f"Not the same in both runs: {', '.join(names)}." if names else ""


def found_at(rank: int) -> str:
    """Where a piece of gold evidence was found."""
    return f"found as passage {rank}"


def characters(start: int, end: int) -> str:
    """Gold evidence that is named by its place."""
    return f"characters {start:,} to {end:,}"
