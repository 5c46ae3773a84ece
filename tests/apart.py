"""Asynchronous work in a thread of its own: in a test's own thread a browser's loop may be running."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def run_apart(work: Coroutine[Any, Any, None], seconds: float = 60) -> None:
    """Run it to its end, but no longer than this."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(asyncio.wait_for(work, seconds))).result()
