"""The commands about the library, against the real readers, the real embedding model, real SQLite and real Chroma."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ui.cli import main

ROOT = Path(__file__).resolve().parents[2]
FERRY = "Ferry sinks\n\nA ferry sank off Naxos on Friday. All forty passengers were saved.\n"
BRIDGE = "<html><head><title>Bridge opens</title></head><body><article><h1>Bridge opens</h1>" + "".join(
    f"<p>{text}</p>"
    for text in (
        "The new bridge over the Elbe opened on Monday after four years of work that had cost 80 million euros in all.",
        "The mayor, who cut the ribbon, said that the bridge would bring the two halves of the town together at last.",
    )
) + "</article></body></html>"  # fmt: skip


def environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATELINE_", "OPENAI_"))}
    return {**kept, "NO_COLOR": "1", "COLUMNS": "200"}


class Home:
    """A folder of two articles and a library beside it."""

    def __init__(self, place: Path, captured: pytest.CaptureFixture[str]) -> None:
        self.articles = place / "articles"
        self.library = place / "library"
        self._captured = captured
        self.articles.mkdir()
        (self.articles / "ferry.txt").write_text(FERRY)
        (self.articles / "bridge.html").write_text(BRIDGE)

    def run(self, *arguments: str, status: int = 0) -> str:
        """Run `dateline` on the library; gives what it printed, to either stream."""
        with pytest.raises(SystemExit) as ended:
            main(["--library", str(self.library), *arguments])
        said = "".join(self._captured.readouterr())
        assert ended.value.code == status, said
        return said


@pytest.fixture
def home(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Home:
    for name in [name for name in os.environ if name.startswith(("DATELINE_", "OPENAI_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("NO_COLOR", "1")
    return Home(tmp_path, capsys)


def test_sources_are_added_listed_synced_and_removed(home: Home) -> None:
    said = home.run("source", "add", str(home.articles))
    assert "2 added, 0 unchanged" in said
    assert "can be found by keyword and by meaning" in said
    (home.articles / "scan.pdf").write_bytes(b"%PDF-1.4 nothing more")
    (home.articles / "ferry.txt").rename(home.articles / "boat.txt")
    said = home.run("source", "sync", str(home.articles))
    assert "0 added, 1 renamed, 1 unchanged, 1 failed" not in said  # the renamed one is unchanged as well
    assert "0 added, 1 renamed, 2 unchanged, 1 failed" in said
    assert "ferry.txt → boat.txt" in said
    assert home.run("source", "list").strip() == f"folder  {home.articles}: 2 articles, 1 could not be read"
    (failure,) = home.run("source", "list", "--failed").splitlines()
    assert "scan.pdf: " in failure
    assert failure.endswith(".")
    (listed,) = [json.loads(line) for line in home.run("source", "list", "--json").splitlines()]
    assert listed == {"kind": "folder", "place": str(home.articles), "articles": 2, "failed": 1}
    home.run("source", "sync", "nowhere", status=2)
    assert "is no source any more; the 2 articles" in home.run("source", "remove", str(home.articles))
    assert home.run("source", "list") == ""
    assert (home.articles / "boat.txt").read_text() == FERRY


def test_a_dump_is_a_source_with_its_own_names_for_the_fields(home: Home, tmp_path: Path) -> None:
    dump = tmp_path / "dump.jsonl"
    rows = [{"key": n, "words": f"In town {n} the council met and spoke about bridge {n}."} for n in range(3)]
    dump.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert "--field" in home.run("index", str(dump))
    assert "3 added" in home.run("index", str(dump), "--field", "text=words", "--field", "id=key")
    assert "text is words" in home.run("source", "list")
    home.run("index", str(dump), "--field", "text", status=2)
    exported = [json.loads(line) for line in home.run("export").splitlines()]
    assert sorted(row["text"].strip() for row in exported) == [row["words"] for row in rows]
    again = tmp_path / "again.jsonl"
    again.write_text("".join(json.dumps(row) + "\n" for row in exported))
    home.run("source", "remove", str(dump))
    assert "3 added" in home.run("index", str(again))


def test_a_corrected_article_shows_its_versions(home: Home) -> None:
    home.run("index", str(home.articles))
    (home.articles / "ferry.txt").write_text(FERRY.replace("forty", "thirty-nine"))
    assert "1 changed" in home.run("index")
    exported = [json.loads(line) for line in home.run("export").splitlines()]
    ferry = next(row for row in exported if row["file"] == "ferry.txt")
    said = home.run("article", "--versions", ferry["id"])
    assert "All forty passengers" in said
    assert "All thirty-nine passengers" in said
    assert "the newest, which answers use" in said
    assert ferry["earlier"][0] in said
    # A citation of the earlier version still leads to its words.
    assert "All forty passengers" in home.run("article", ferry["earlier"][0])


def test_a_backup_brings_back_what_was_removed_and_compacting_frees_it(home: Home, tmp_path: Path) -> None:
    home.run("index", str(home.articles))
    before = home.run("export")
    file = tmp_path / "backup.zip"
    assert "holds the library" in home.run("backup", str(file))
    (home.articles / "ferry.txt").unlink()
    assert "1 removed" in home.run("index")
    assert "The library takes" in home.run("compact")
    assert home.run("export") != before
    home.run("restore", str(file), status=2)
    assert "is kept in" in home.run("restore", "--yes", str(file))
    assert home.run("export") == before
    assert "sound" in home.run("doctor")


def test_a_library_that_was_damaged_is_repaired(home: Home) -> None:
    home.run("index", str(home.articles))
    before = home.run("export")
    ledger = home.library / "ledger.sqlite3"
    ledger.write_bytes(b"\x00" * 40_000)
    home.run("export", status=2)
    said = home.run("doctor", "--repair", status=1)
    assert str(home.articles) in said
    home.run("index")
    assert home.run("export") == before


def test_vectors_of_a_large_source_are_made_in_the_background(home: Home, tmp_path: Path) -> None:
    dump = tmp_path / "dump.jsonl"
    with dump.open("w") as file:
        for n in range(300):
            text = f"In town {n} the council met for the {n}th time and spoke about bridge {n * 3}."
            file.write(json.dumps({"id": n, "text": text}) + "\n")
    said = home.run("index", str(dump))
    assert "64 of them (21%) by meaning, the rest in about" in said
    answer = home.run("ask", "--no-model", "What did the council of town 77 speak about?")
    assert "bridge 231" in answer  # by keyword, at once
    assert "All 300 passages can be found by keyword and by meaning" in home.run("source", "sync", "--wait")
    assert "sealed in Chroma" in home.run("doctor")


@pytest.fixture
def watching(home: Home) -> Iterator[subprocess.Popen[str]]:
    home.run("index", str(home.articles))
    command = [sys.executable, "-m", "ui.cli", "watch", "--library", str(home.library)]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


def test_watch_notices_a_new_file_and_ends_with_ctrl_c(home: Home, watching: subprocess.Popen[str]) -> None:
    assert watching.stderr is not None
    assert watching.stdout is not None
    assert "Watching the sources" in watching.stderr.readline()
    time.sleep(2)
    (home.articles / "comet.txt").write_text("Comet seen\n\nA comet was seen over the valley on Sunday evening.\n")
    assert "1 added" in watching.stdout.readline()
    watching.send_signal(signal.SIGINT)
    assert watching.wait(timeout=60) == 0
    assert "comet.txt" in home.run("export")


def test_there_must_be_something_to_watch(home: Home) -> None:
    assert "dateline index" in home.run("watch", status=2)
