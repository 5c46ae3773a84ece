"""What can go wrong with question sets and runs, each said as a sentence that tells the person what to do next."""

from index.errors import DatelineError


class QuestionSetError(DatelineError):
    """A question set cannot be read; the sentence names file, line and field."""


class WrongLibraryError(DatelineError):
    """The library does not hold what the question set's gold evidence points at."""


class RunError(DatelineError):
    """A run cannot be read, or not be continued with these settings."""


class IncomparableRunsError(DatelineError):
    """Two runs were made over different questions."""


class ConversionError(DatelineError):
    """A public question set is not in the format that was named."""


class NoModelError(DatelineError):
    """Something was asked for that only a language model can do, and there is none."""
