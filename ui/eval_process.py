"""What asks a question set beside the window: the command line in a process of its own, which ends when the window does."""

import os
import signal
import sys
import threading

_STANDARD_INPUT = 0
# Whoever sits at the window and asks goes first.
_NICENESS = 10


def main() -> None:
    """Run the command line that the arguments name until it is done, or until the window closes its end of the input."""
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    end_with_window()
    from ui.cli import main as run  # noqa: PLC0415 - the window may end while this is imported

    run(sys.argv[1:])


def end_with_window() -> None:
    """Interrupt this process, so that what it has opened is closed, as soon as nobody holds the other end of its input."""
    # A shell that starts programs in the background has them ignore interrupts, and this is how the run is ended.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Thread(target=_wait_for_end, name="window", daemon=True).start()


def _wait_for_end() -> None:
    # Not sys.stdin: a thread that holds its lock when the program ends makes the interpreter abort.
    while os.read(_STANDARD_INPUT, 1):
        pass
    main_thread = threading.main_thread().ident
    if main_thread is not None:
        signal.pthread_kill(main_thread, signal.SIGINT)


if __name__ == "__main__":
    main()
