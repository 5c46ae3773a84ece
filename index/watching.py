"""Notice that the files of sources changed, so that the library can be brought in step."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from index.sources import Source

# An editor saves in several steps, and copying a folder takes a while: what happens within this belongs together.
_DEBOUNCE_MS = 1_200
_WAKE_MS = 500


def watch_sources(
    sources: Callable[[], Sequence[Source]], stop: threading.Event, *, poll_seconds: float | None = None
) -> Iterator[list[Source]]:
    """Yield the sources in which something changed, until `stop` is set; an empty list when nothing did for a while.

    `sources` is asked anew after each change, so that a source which was added is watched too. With `poll_seconds` those
    on the web are yielded that often, since they tell nobody when they change.
    """
    from watchfiles import watch  # noqa: PLC0415 - a library that only this needs

    polled = time.monotonic()
    while not stop.is_set():
        known = sources()
        there = _folders_that_are_there(known)
        ticks = (
            watch(*there, stop_event=stop, debounce=_DEBOUNCE_MS, rust_timeout=_WAKE_MS, yield_on_timeout=True)
            if there
            else _tick(stop)
        )
        # What changed while the watching was being set up was seen by nobody.
        unseen = there
        for changes in ticks:
            changed = [
                source
                for source in known
                if any(_concerns(source, Path(path)) for _, path in changes)
                or (not source.is_on_the_web and source.folder in unseen)
            ]
            unseen = set()
            if poll_seconds is not None and time.monotonic() - polled > poll_seconds:
                polled = time.monotonic()
                changed += [source for source in known if source.is_on_the_web]
            now_there = _folders_that_are_there(known)
            # A disk that is mounted again may hold anything.
            changed += [source for source in known if not source.is_on_the_web and source.folder in now_there - there]
            yield changed
            if now_there != there or sources() != known:
                break


def _folders_that_are_there(sources: Sequence[Source]) -> set[Path]:
    return {source.folder for source in sources if not source.is_on_the_web and source.folder.is_dir()}


def _tick(stop: threading.Event) -> Iterator[set[tuple[object, str]]]:
    """What `watch` gives where nothing happens, for when there is nothing to watch."""
    while not stop.wait(_WAKE_MS / 1000):
        yield set()


def _concerns(source: Source, changed: Path) -> bool:
    return not source.is_on_the_web and changed.is_relative_to(source.path)
