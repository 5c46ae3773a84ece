"""Run as `python -P -m index.parsing.worker` by the pool: reads files for it, confined, until its standard input ends.

It is told its limits and its private folder, says that it is ready, and then answers requests. An answer comes in chunks
of items, each after its turn was asked for, so that a file of many articles fills no pipe and no memory.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from index.errors import DatelineError
from index.parsing.confinement import confine, measure_memory, start_clock, stop_clock
from index.parsing.frames import decode, encode, read_frame, write_frame
from index.parsing.limits import OUT_OF_MEMORY_STATUS, Limits

Task = Callable[[Mapping[str, Any]], Iterator[object]]

_CHUNK_ITEMS = 100
_CHUNK_BYTES = 4_000_000


def main(tasks: Mapping[str, Task]) -> None:
    """Serve requests, each {"task": one of `tasks`, ...}: a task is given the request and yields what JSON can say."""
    requests, replies = _take_pipes()
    told = decode(read_frame(requests) or b"")
    limits = Limits(**told["limits"])
    confine(limits, Path(told["folder"]))
    at_start = measure_memory()
    write_frame(replies, encode({"is_ready": True}))
    try:
        _serve(tasks, limits, requests, replies, at_start)
    except MemoryError:
        # A library kept so much that there is none left even to say so.
        os._exit(OUT_OF_MEMORY_STATUS)


def _serve(tasks: Mapping[str, Task], limits: Limits, requests: IO[bytes], replies: IO[bytes], at_start: int) -> None:
    while (request := read_frame(requests)) is not None:
        asked = decode(request)
        for items, is_last, failure in _read_in_chunks(tasks[asked["task"]], asked, limits):
            stop_clock()
            about = {"is_last": is_last, "failure": failure, "growth": measure_memory() - at_start}
            write_frame(replies, b'{"items":[%s],%s' % (b",".join(items), encode(about)[1:]))
            # The next request, or the wish for the rest of this one.
            if not is_last and read_frame(requests) is None:
                return


def _read_in_chunks(
    task: Task, request: Mapping[str, Any], limits: Limits
) -> Iterator[tuple[Sequence[bytes], bool, str | None]]:
    """The items of a task as JSON, in chunks: (items, whether it is the last chunk, why it ends early or None).

    Whatever else a reader raises ends this process, and that is the message: nothing in it can be trusted any more.
    """
    chunk: list[bytes] = []
    failure = None
    start_clock(limits)
    try:
        for item in task(request):
            if len(chunk) >= _CHUNK_ITEMS or sum(map(len, chunk)) >= _CHUNK_BYTES:
                yield chunk, False, None
                chunk = []
                start_clock(limits)
            chunk.append(encode(item))
    except DatelineError as error:
        failure = str(error)
    except MemoryError:
        failure = limits.too_large
    yield chunk, True, failure


def _take_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """The pipes to the parent; what libraries print to the standard streams goes nowhere."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):
        os.dup2(nowhere, stream)
    return requests, replies


if __name__ == "__main__":
    from index.parsing.tasks import TASKS

    main(TASKS)
