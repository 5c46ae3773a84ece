"""What a window needs to measure answers over its library: runs of question sets, and thumbs."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ui.evaluating import Evaluating
from ui.feedback import Feedback

if TYPE_CHECKING:
    from rag.assemble import Dateline


@dataclass(frozen=True, slots=True)
class Measuring:
    """The runs, and the judged answers, of one library."""

    evaluating: Evaluating
    feedback: Feedback


def measure(dateline: "Dateline", library: Path) -> Measuring:
    """Measure the answers of `dateline`, whose library is kept in the folder `library`."""
    return Measuring(Evaluating(library), Feedback(dateline, library))
