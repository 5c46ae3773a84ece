"""What reading one file may cost, and how a file is refused that costs more."""

from dataclasses import dataclass

CRASHED = (
    "its reader crashed; the file is probably damaged: open it yourself and save it again, or save it as plain text."
)
REMEDY = "split it into smaller files, or save it as plain text."

# With this exit status a worker says what it has no memory left to say in words.
OUT_OF_MEMORY_STATUS = 77


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on a worker; time is for one file, in a file of many articles for each chunk of them.

    `memory_bytes` is address space beside the 38 MB that a worker starts with; the libraries of all formats take 151 MB of
    it once they are needed (measured on Linux with Python 3.11). `temporary_bytes` bounds each file in the worker's private
    folder. A worker is replaced after `max_files`, or when it has kept `max_growth_bytes` of memory: libraries leak. Where
    the system has no such limits (Windows; macOS has none on memory) only `wall_seconds` holds.
    """

    memory_bytes: int = 1_000_000_000
    cpu_seconds: int = 30
    wall_seconds: float = 60.0
    temporary_bytes: int = 200_000_000
    max_files: int = 500
    max_growth_bytes: int = 450_000_000

    @property
    def too_large(self) -> str:
        """Why a file is refused that needs more memory."""
        return f"it needs more than {_say_size(self.memory_bytes)} of memory to read; {REMEDY}"

    @property
    def too_slow(self) -> str:
        """Why a file is refused that takes longer."""
        return f"it took longer than {self.wall_seconds:g} seconds to read; {REMEDY}"

    @property
    def too_laborious(self) -> str:
        """Why a file is refused that takes more computing."""
        return f"it took more than {self.cpu_seconds} seconds of computing to read; {REMEDY}"


DEFAULT_LIMITS = Limits()


def _say_size(count: int) -> str:
    return f"{count / 1e9:g} GB" if count >= 1_000_000_000 else f"{count / 1e6:.0f} MB"
