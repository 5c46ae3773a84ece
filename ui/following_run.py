"""A run as it grows: how many questions have been asked, and how long the rest will take."""

import json
import time
from pathlib import Path


class RunFollower:
    """Reads what was added to the file of a run since it last looked."""

    def __init__(self, path: Path, total: int) -> None:
        """Follow the run at `path`, which will have `total` cases; what it answered before counts as asked."""
        self.path = path
        self.total = total
        self._place = 0
        self._asked: dict[str, bool] = {}
        self._read()
        # Failed cases are tried again.
        self._asked = {id_: False for id_, has_failed in self._asked.items() if not has_failed}
        self._before = len(self._asked)
        # When the first of the new ones was there, and how many were then: what came before it was opening the library.
        self._pace_from: tuple[float, int] | None = None

    def look(self) -> None:
        """Read the lines that are whole by now."""
        self._read()
        if self._pace_from is None and len(self._asked) > self._before:
            self._pace_from = time.monotonic(), len(self._asked)

    def _read(self) -> None:
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            file.seek(self._place)
            added = file.read()
        whole = added[: added.rfind(b"\n") + 1]
        self._place += len(whole)
        for line in filter(None, whole.split(b"\n")):
            case = json.loads(line)
            if "id" in case:
                self._asked[case["id"]] = "failure" in case

    @property
    def is_begun(self) -> bool:
        """Whether the run has begun to be written."""
        return self._place > 0

    @property
    def done(self) -> int:
        """How many questions have been asked."""
        return min(len(self._asked), self.total)

    @property
    def failed(self) -> int:
        """How many of them failed."""
        return sum(self._asked.values())

    def seconds_left(self) -> float | None:
        """How long the rest takes at the pace so far; None as long as nobody can know."""
        if self._pace_from is None or len(self._asked) <= self._pace_from[1]:
            return None
        since, at_first = self._pace_from
        pace = (time.monotonic() - since) / (len(self._asked) - at_first)
        return pace * (self.total - self.done)
