"""What the window shows of the library: how much it holds, how far meaning reaches, what its upkeep is at."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from index.embedding_job import MeaningReach
from index.ledger import LibraryCounts
from index.upkeep import UpkeepStatus

if TYPE_CHECKING:
    from rag.assemble import Dateline


@dataclass(frozen=True, slots=True)
class LibraryState:
    """The library at one moment; `upkeep` is None when nothing keeps it in step."""

    edition: str
    counts: LibraryCounts
    reach: MeaningReach
    upkeep: UpkeepStatus | None = None


class LibraryObserver:
    """Looks at a library as often as any page asks. Safe to share between threads."""

    def __init__(self, dateline: "Dateline") -> None:
        self._dateline = dateline
        self._last: LibraryState | None = None

    def look(self) -> LibraryState:
        """The library now.

        Raises:
            LibraryDamagedError: its ledger cannot be read.
            StorageError: the disk does not let it be read.
        """
        edition, upkeep, last = self._dateline.edition(), self._dateline.upkeep, self._last
        # Counting what has a vector takes 80 ms in 100,000 passages: too long for every two seconds at rest.
        is_same = last is not None and last.edition == edition and last.reach.is_complete
        reach = last.reach if last and is_same else self._dateline.reach()
        status = upkeep.status() if upkeep else None
        if not (reach.is_under_way or (status and status.doing)):
            # At rest, no time will bring the rest.
            reach = replace(reach, seconds_left=None)
        self._last = state = LibraryState(edition, self._dateline.counts(), reach, status)
        return state
