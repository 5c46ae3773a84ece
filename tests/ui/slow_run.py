"""The command line as a window starts it, with the shipped embedder and, before every answer, a while to look at the run.

python -m tests.ui.slow_run SECONDS eval run --set ... --out ... --library ...
"""

import sys
import time
from collections.abc import Iterator
from typing import Any

from evals import conditions, launching
from index.embedding import WordHashEmbedder
from rag.assemble import Dateline
from rag.choosing import ModelStatus
from rag.settings import Settings
from ui.cli import main
from ui.eval_process import end_with_window


class SlowDateline(Dateline):
    seconds = 0.0

    def ask(self, *given: Any, **options: Any) -> Iterator[Any]:
        time.sleep(self.seconds)
        yield from super().ask(*given, **options)


def open_slowly(settings: Settings) -> Dateline:
    status = ModelStatus("none", "chosen by the test", None)
    return SlowDateline(settings.library, WordHashEmbedder(), lambda: None, lambda: status)


if __name__ == "__main__":
    end_with_window()
    SlowDateline.seconds = float(sys.argv[1])
    # Whoever works on the program while its tests run must not make two kinds of a run.
    vars(conditions)["digest_program"] = lambda: "the same"
    vars(launching)["open_dateline"] = open_slowly
    vars(launching)["name_search_embedder"] = lambda settings: WordHashEmbedder.name
    main(sys.argv[2:])
