"""Processes that may die: forks of one that has everything imported, so that a death costs milliseconds.

This half runs in the tests and asks for deeds; `deeds.py` is the other half.
"""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_COMMAND = [sys.executable, "-m", "tests.index.torture.deeds"]
_ROOT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a process ended: its exit status, negative for a signal, and what its deed gave or raised."""

    status: int
    said: Any

    @property
    def was_killed(self) -> bool:
        """Whether it was killed in the middle of its deed."""
        return self.status == -signal.SIGKILL


class Warm:
    """The process that everything is forked from."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(_COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=_ROOT)

    def start(self, deed: str, *arguments: object) -> int:
        """Begin a deed in a process of its own; gives the process's number."""
        started: int = self._ask({"deed": deed, "arguments": [str(a) if isinstance(a, Path) else a for a in arguments]})
        return started

    def wait(self, process: int) -> Outcome:
        """How a deed ended; one that takes longer than a minute is killed."""
        return Outcome(*self._ask({"wait": process}))

    def run(self, deed: str, *arguments: object) -> Outcome:
        """Begin a deed and wait for its end."""
        return self.wait(self.start(deed, *arguments))

    def kill(self, process: int) -> None:
        """End a process as the plug does."""
        os.kill(process, signal.SIGKILL)

    def close(self) -> None:
        """End it, and what it started."""
        self._process.communicate()

    def _ask(self, request: object) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the process that all are forked from is gone"
        return json.loads(line)
