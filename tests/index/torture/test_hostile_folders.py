"""Folders as strangers leave them: the run ends, the good is in, every failure is named, and retried when it changes."""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from index.errors import DatelineError
from index.parsing.in_process import InProcessReader
from index.parsing.limits import Limits
from index.parsing.pool import Parsed, ParserPool
from index.sources import name_source
from tests.index.torture.conftest import BRIDGE, COMET, FERRY, VOLCANO
from tests.index.torture.judging import TOOLS, bring_in, export, failures, find_faults, sync, write

WORDS = "Das Schiff »Möwe« fuhr am Montag durch den Ärmelkanal. Über fünfzig Menschen grüßten die Möwe.\n"


def titles(library: Path) -> set[str | None]:
    return {article["title"] for article in export(library)}


def require_reasons(library: Path) -> dict[str, str]:
    """What could not be read; each for a reason that is a sentence."""
    found = failures(library)
    assert [reason for reason in found.values() if not reason.endswith(".")] == []
    return found


@pytest.fixture
def good(folder: Path) -> Path:
    """A folder in which one article is as it should be."""
    write(folder / "good.txt", FERRY)
    return folder


def test_what_is_no_article_is_named_and_the_good_is_in(good: Path, library: Path) -> None:
    outside = good.with_name("outside")
    write(outside / "secret.txt", VOLCANO)
    (good / "link.txt").symlink_to(outside / "secret.txt")
    (good / "folder").symlink_to(outside)
    (good / "circle").symlink_to(good)
    (good / "nowhere.txt").symlink_to(good / "absent.txt")
    (good / "itself.txt").symlink_to(good / "itself.txt")
    (good / "inside.txt").symlink_to(good / "good.txt")
    (good / "folder.txt").mkdir()
    os.mkfifo(good / "pipe.txt")
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(good / "socket.txt"))
    listening.close()
    write(good / "empty.txt", b"")
    write(good / "blank.txt", b" \n\t\n")
    write(good / "zeros.txt", bytes(5000))
    write(good / "broken16.txt", "\ufeffFerry".encode("utf-16-le") + b"\x00\xd8\x01")
    bring_in(library, good)
    assert titles(library) == {"Ferry sinks"}
    assert set(require_reasons(library)) == {
        *("link.txt", "nowhere.txt", "itself.txt", "pipe.txt", "socket.txt"),
        *("empty.txt", "blank.txt", "zeros.txt", "broken16.txt"),
    }
    assert find_faults(library) == []


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252", "mixed", "nul"]
)
def test_any_encoding_is_read_or_refused_for_a_reason(good: Path, library: Path, encoding: str) -> None:
    text = "Möwe auf Fahrt\n\n" + WORDS * 3
    if encoding == "mixed":
        data = text.encode("utf-8") + text.encode("latin-1")
    elif encoding == "nul":
        data = text.replace(" fuhr", "\x00 fuhr", 1).encode()
    else:
        data = text.encode(encoding)
    write(good / "moewe.txt", data)
    bring_in(library, good)
    assert find_faults(library) == []
    assert "Ferry sinks" in titles(library)
    if encoding in {"mixed", "utf-16-le"} and "moewe.txt" in require_reasons(library):
        return
    assert require_reasons(library) == {}
    assert len(titles(library)) == 2
    assert not any("\x00" in article["text"] for article in export(library))
    if encoding != "mixed":
        assert "Möwe auf Fahrt" in titles(library)


def test_names_that_are_not_utf8_or_strange_otherwise(good: Path, library: Path) -> None:
    Path(os.fsdecode(os.fsencode(good) + b"/caf\xe9.txt")).write_text(BRIDGE)
    Path(os.fsdecode(os.fsencode(good) + b"/d\xe9j\xe0")).mkdir()
    Path(os.fsdecode(os.fsencode(good) + b"/d\xe9j\xe0/vu.txt")).write_text(BRIDGE)
    names = ["line\nbreak.txt", "quote'\".txt", "back\\slash.txt", "\u202eright.txt", " › item.txt", "x" * 250 + ".txt"]
    for n, name in enumerate(names):
        write(good / name, COMET.replace("ninety", str(n)))
    bring_in(library, good)
    reasons = require_reasons(library)
    assert set(reasons) == {"caf?.txt", "d?j?/vu.txt"}
    assert set(reasons.values()) == {"its name is not valid UTF-8; rename it."}
    assert len(export(library)) == 7
    assert find_faults(library) == []
    bring_in(library, good)
    assert len(export(library)) == 7


def test_a_source_whose_own_name_is_not_utf8_is_refused_in_words(tmp_path: Path, library: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    folder.mkdir()
    (folder / "good.txt").write_text(FERRY)
    with pytest.raises(DatelineError, match="UTF-8"):
        sync(library, folder)


@pytest.mark.parametrize("name", ["50%25 off", "what?", "a#b", "ä ö", 'it\'s "so"'])
def test_a_library_may_have_any_name(good: Path, tmp_path: Path, name: str) -> None:
    library = tmp_path / name / "library"
    bring_in(library, good)
    assert titles(library) == {"Ferry sinks"}


@pytest.fixture
def deep(good: Path) -> Iterator[Path]:
    """A folder in a folder in a folder, deeper than a path may be long."""
    here = os.open(good, os.O_RDONLY)
    for _ in range(2_300):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    yield good
    # Neither pytest nor shutil comes to the ground of it.
    subprocess.run(["/bin/rm", "-rf", str(good)], check=True)


def test_a_folder_as_deep_as_a_well(deep: Path, library: Path) -> None:
    write(deep / ("d/" * 900) / "deep.txt", COMET)
    bring_in(library, deep)
    assert titles(library) == {"Ferry sinks", "Comet seen"}
    (reason,) = require_reasons(library).values()
    assert "cannot be opened" in reason


def test_a_file_from_the_future_is_noticed_when_it_is_edited(good: Path, library: Path) -> None:
    future = 4_102_444_800
    for text in (COMET, COMET.replace("ninety", "eighty"), COMET.replace("ninety", "twenty")):
        (good / "comet.txt").write_text(text)
        os.utime(good / "comet.txt", (future, future))
        bring_in(library, good)
        assert text in {article["text"] for article in export(library)}


def test_a_clock_that_is_set_back_hides_no_edit(good: Path, library: Path) -> None:
    bring_in(library, good)
    write(good / "good.txt", FERRY.replace("forty", "fifty"), age=10_000_000)
    bring_in(library, good)
    assert [article["text"] for article in export(library)] == [FERRY.replace("forty", "fifty")]


class Meddling(InProcessReader):
    """Somebody is at the files while they are read: `meddle` is called before each."""

    def __init__(self, meddle: Callable[[Path], object]) -> None:
        self._meddle = meddle

    def read_files(self, requests: Any) -> Iterator[Parsed]:
        for request in requests:
            self._meddle(request.path)
            yield from super().read_files([request])


def meddle_once(library: Path, folder: Path, name: str, deed: Callable[[Path], object]) -> None:
    """One update, in which something happens to the file of that name just before it is read."""

    def meddle(path: Path) -> None:
        if path.name == name:
            deed(path)

    sync(library, folder, tools=replace(TOOLS, open_reader=lambda: nullcontext(Meddling(meddle))))


def test_a_file_that_is_removed_while_it_is_read_is_named_and_then_forgotten(good: Path, library: Path) -> None:
    write(good / "comet.txt", COMET)
    meddle_once(library, good, "comet.txt", Path.unlink)
    assert titles(library) == {"Ferry sinks"}
    assert set(require_reasons(library)) == {"comet.txt"}
    bring_in(library, good)
    assert require_reasons(library) == {}
    assert find_faults(library) == []


def test_a_file_that_was_gone_while_it_was_read_and_is_back_is_read(good: Path, library: Path) -> None:
    write(good / "comet.txt", COMET)
    meddle_once(library, good, "comet.txt", Path.unlink)
    write(good / "comet.txt", COMET, age=30)
    bring_in(library, good)
    assert require_reasons(library) == {}
    assert titles(library) == {"Ferry sinks", "Comet seen"}


def test_a_file_that_is_changed_while_it_is_read_is_read_again(good: Path, library: Path) -> None:
    write(good / "comet.txt", COMET)
    later = COMET.replace("ninety", "eighty")
    meddle_once(library, good, "comet.txt", lambda path: write(path, later, age=30))
    bring_in(library, good)
    assert later in {article["text"] for article in export(library)}


def test_a_file_that_is_changed_while_it_is_read_and_changed_back_is_what_it_is(good: Path, library: Path) -> None:
    write(good / "comet.txt", COMET)
    status = (good / "comet.txt").stat()
    meddle_once(library, good, "comet.txt", lambda path: write(path, COMET.replace("ninety", "eighty"), age=30))
    write(good / "comet.txt", COMET)
    os.utime(good / "comet.txt", ns=(status.st_atime_ns, status.st_mtime_ns))
    bring_in(library, good)
    assert COMET in {article["text"] for article in export(library)}


def test_a_folder_that_is_removed_while_it_is_read_loses_nothing_at_once(good: Path, library: Path) -> None:
    write(good / "sub" / "comet.txt", COMET)
    bring_in(library, good)
    write(good / "sub" / "comet.txt", COMET.replace("ninety", "eighty"), age=30)
    meddle_once(library, good, "comet.txt", lambda path: shutil.rmtree(path.parent))
    assert titles(library) == {"Ferry sinks", "Comet seen"}
    bring_in(library, good)
    assert titles(library) == {"Ferry sinks"}
    assert require_reasons(library) == {}


def test_a_failure_is_tried_again_when_its_file_changes_and_not_before(good: Path, library: Path) -> None:
    write(good / "comet.txt", bytes(5000))
    bring_in(library, good)
    asked: list[str] = []
    meddle_once(library, good, "comet.txt", lambda path: asked.append(path.name))
    assert asked == []
    assert set(require_reasons(library)) == {"comet.txt"}
    write(good / "comet.txt", COMET, age=30)
    bring_in(library, good)
    assert titles(library) == {"Ferry sinks", "Comet seen"}
    assert require_reasons(library) == {}


def test_rows_with_every_hostile_value_cost_only_themselves(good: Path, library: Path) -> None:
    told = {"id": "1", "title": "Row", "text": "The row was told. It is short."}
    strange = ["\ud800", "\x00", "a\ud800b", "\u202e", "", " ", "x" * 100_000, "\n", "' or 1=1 --", "\U000e0041"]
    fields = ("id", "title", "url", "outlet", "authors", "language", "published", "text")
    rows = [
        {**told, "id": f"{n}-{name}", "text": f"Row {n} {name} was told. Yes.", name: value}
        for n, value in enumerate(strange)
        for name in fields
    ]
    lines = [json.dumps(each) for each in (told, *rows)]
    lines += ["{", "[]", "null", '{"text": {"a": [1]}}', "\x00", '{"id": 1e999, "text": "A number. Yes."}', "[" * 5_000]
    write(good / "rows.jsonl", "\n".join(lines))
    bring_in(library, good)
    assert "Ferry sinks" in titles(library)
    assert "Row" in titles(library)
    assert len(export(library)) > 60
    require_reasons(library)
    assert find_faults(library) == []
    before = export(library)
    bring_in(library, good)
    assert export(library) == before


def test_a_line_of_100_mb_ends_with_a_reason_in_a_process_of_its_own(good: Path, library: Path) -> None:
    write(good / "line.txt", b"")
    with (good / "line.txt").open("wb") as file:
        file.truncate(100_000_000)
    with (good / "line.jsonl").open("wb") as file:
        file.write(b'{"text": "')
        file.truncate(100_000_000)
    write(good / "words.txt", b"word " * 4_000_000)
    began = time.monotonic()
    limits = Limits(memory_bytes=600_000_000, cpu_seconds=5, wall_seconds=20)
    sync(library, good, tools=replace(TOOLS, open_reader=lambda: ParserPool(limits, workers=2)))
    assert "Ferry sinks" in titles(library)
    reasons = require_reasons(library)
    assert {"line.txt", "line.jsonl›line 1", "line.jsonl"} & set(reasons)
    assert {name.split("›")[0] for name in reasons} >= {"line.txt", "line.jsonl"}
    assert time.monotonic() - began < 60


def test_a_single_file_as_a_source_may_vanish_and_come_back(good: Path, library: Path) -> None:
    bring_in(library, good / "good.txt")
    (good / "good.txt").rename(good / "away")
    bring_in(library)
    assert titles(library) == set()
    (good / "away").rename(good / "good.txt")
    bring_in(library)
    assert titles(library) == {"Ferry sinks"}
    assert name_source(str(good / "good.txt")).folder == good
