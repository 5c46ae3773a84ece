import threading
from pathlib import Path

from index.sources import name_source
from index.watching import watch_sources


def test_what_changed_before_the_watching_had_begun_is_looked_at_too(folder: Path) -> None:
    source = name_source(str(folder))
    changes = watch_sources(lambda: [source], threading.Event())
    # Nobody can know whether anything did: so all of it is looked at once, and afterwards only what is seen to change.
    assert next(changes) == [source]
    assert next(changes) == []
    (folder / "comet.txt").write_text("A comet was seen over the harbour.", encoding="utf-8")
    assert any(next(changes) == [source] for _ in range(20))
