"""What can go wrong, each said as a sentence that tells the person what to do next."""


class DatelineError(Exception):
    """A failure that a person can act on: its text is a sentence meant for them."""


class ArticleUnreadableError(DatelineError):
    """One source file cannot become an article; the others can."""


class PageNotFetchedError(DatelineError):
    """A page or feed may not or could not be fetched from its site."""


class ArticleNotFoundError(DatelineError):
    """No article with that id is in the library."""


class LibraryNotFoundError(DatelineError):
    """There is no library yet where one was looked for."""


class LibraryLockedError(DatelineError):
    """Another process is writing to the library."""


class LibraryDamagedError(DatelineError):
    """The ledger cannot be read as a library of this version."""


class LibraryVersionError(LibraryDamagedError):
    """The library was written by another version of the program."""


class StorageError(DatelineError):
    """The disk is full or refuses the write."""


class SettingsError(DatelineError):
    """A setting is unknown or out of bounds."""


class QuestionError(DatelineError):
    """The question is empty or too long."""


class WeightsError(DatelineError):
    """A model file is missing, could not be fetched, or is not the file it should be."""


class LanguageModelError(DatelineError):
    """The language model gave no usable answer."""


class AnswerCutOffError(LanguageModelError):
    """The language model stopped in the middle of its answer; what came before has been delivered."""


class HaltedError(DatelineError):
    """Whoever asked wants no more of it, so what was begun was not finished."""


class NothingSelectedError(DatelineError):
    """No article of the library meets the selection that a question was to be answered from."""
