"""Updates are killed at random moments; `kill_often.py` does it as often as one likes."""

from collections.abc import Callable
from pathlib import Path

from tests.index.torture.kill_often import kill_again_and_again, start_process
from tests.index.torture.warm import Warm


def test_twenty_updates_that_are_killed_leave_the_library_of_one_that_was_not(warm: Warm, memory: Path) -> None:
    def start(library: Path, folder: Path) -> Callable[[], bool]:
        process = warm.start("update_in_parts", library, folder)

        def kill() -> bool:
            warm.kill(process)
            return warm.wait(process).was_killed

        return kill

    came = kill_again_and_again(memory, start, kills=20, seed=2026)
    assert came.wrong == []
    assert came.killed >= 10


def test_so_do_processes_that_were_started_by_hand(memory: Path) -> None:
    came = kill_again_and_again(memory, start_process, kills=3, seed=1)
    assert came.wrong == []
    assert came.killed >= 1
