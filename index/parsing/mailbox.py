"""Between the thread that reads a file and the one that takes what was found: few things at a time."""

import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """Things that one thread puts and another takes; putting waits for room, so memory stays bounded."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._things: deque[T] = deque()
        self._changed = threading.Condition()
        self._is_abandoned = False

    @property
    def is_abandoned(self) -> bool:
        """Whether nobody will take anything any more."""
        return self._is_abandoned

    def put(self, thing: T) -> bool:
        """Wait for room and hand over a thing; False when nobody wants it any more."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_abandoned or len(self._things) < self._room)
            self._things.append(thing)
            self._changed.notify_all()
            return not self._is_abandoned

    def take_all(self, putting: Future[None]) -> Iterator[T]:
        """Everything that the thread behind `putting` puts, until it is done; its exception is raised then."""
        putting.add_done_callback(self._notify)
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._things or putting.done())
                if not self._things:
                    break
                thing = self._things.popleft()
                self._changed.notify_all()
            yield thing
        putting.result()

    def abandon(self) -> None:
        """Tell the putting thread that it may stop."""
        with self._changed:
            self._is_abandoned = True
            self._changed.notify_all()

    def _notify(self, _: Future[None]) -> None:
        with self._changed:
            self._changed.notify_all()
