"""Work that goes on after a command has returned."""

import subprocess
import sys
import threading
from pathlib import Path

LOG = "embed.log"


def start_embedding(library: Path) -> int:
    """Make the missing vectors of a library in a process of its own, which outlives this one; returns its id.

    What it has to say goes to `embed.log` in the library's folder. When another one is at it already, it ends at once.
    """
    # -P: the folder that a person happens to stand in must not lend its modules.
    command = [sys.executable, "-P", "-m", "ui.cli", "embed", "--library", str(library)]
    with (library / LOG).open("w", encoding="utf-8") as log:
        process = subprocess.Popen(  # noqa: S603 - our own module, no shell
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    # Whoever lives longer than it does must not leave it behind as a zombie.
    threading.Thread(target=process.wait, name="embedding", daemon=True).start()
    return process.pid
