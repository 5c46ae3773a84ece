"""How whoever wants an answer no more tells those who work on it, whatever they are waiting for."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from index.errors import HaltedError


class Halt:
    """Called once, by whoever wants no more. Safe to share between threads."""

    def __init__(self) -> None:
        self._called = threading.Event()
        self._turn = threading.Lock()
        self._actions: list[Callable[[], None]] = []

    @property
    def is_called(self) -> bool:
        """Whether nobody wants more."""
        return self._called.is_set()

    def call(self) -> None:
        """Say that nobody wants more: what was to be done then is done now, in this thread."""
        with self._turn:
            self._called.set()
            actions, self._actions = self._actions, []
        for act in actions:
            act()

    def wait(self, seconds: float) -> bool:
        """Wait for the call, but no longer than this; whether it came."""
        return self._called.wait(seconds)

    def check(self) -> None:
        """Go on only while it is wanted.

        Raises:
            HaltedError: it is not.
        """
        if self.is_called:
            raise HaltedError("This was stopped before it was done.")

    @contextmanager
    def calling(self, act: Callable[[], None]) -> Iterator[None]:
        """While the context lasts, `act` is done at the call, at once if it came before; once at most."""
        with self._turn:
            is_late = self.is_called
            if not is_late:
                self._actions.append(act)
        if is_late:
            act()
        try:
            yield
        finally:
            with self._turn:
                if act in self._actions:
                    self._actions.remove(act)
