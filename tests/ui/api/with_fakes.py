"""The command line over a library of the word-hash embedder: python -m tests.ui.api.with_fakes mcp --library ..."""

import sys
from typing import Any

from index.embedding import WordHashEmbedder
from rag import assemble
from rag.choosing import ModelStatus
from rag.settings import Settings
from ui.cli import main


def open_with_fakes(settings: Settings, **_: Any) -> assemble.Dateline:
    # What a library writes here unasked must not reach whoever reads the protocol.
    print("opened", flush=True)
    status = ModelStatus("none", "chosen by the test", None)
    return assemble.Dateline(settings.library, WordHashEmbedder(), lambda: None, lambda: status)


if __name__ == "__main__":
    vars(assemble)["open_dateline"] = open_with_fakes
    main(sys.argv[1:])
