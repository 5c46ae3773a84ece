"""The command line against the real embedding model, real SQLite and real Chroma, in processes of their own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SEEDS = ROOT / "seeds"
KEYS = {"question", "standalone_question", "status", "text", "sentences", "citations", "missing", "as_of", "model", "seconds"}  # fmt: skip


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `dateline`; nothing of the tester's own settings reaches it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DATELINE_", "OPENAI_"))}
    return subprocess.run(
        [sys.executable, "-m", "ui.cli", *arguments],
        cwd=ROOT,
        env={**kept, "NO_COLOR": "1", **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def ask(library: Path, question: str, *more: str) -> dict[str, Any]:
    done = run("ask", "--json", "--no-model", "--library", str(library), question, *more)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 1
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of copies of the seeds, made by the real command."""
    home = tmp_path_factory.mktemp("cli")
    (home / "articles").mkdir()
    for path in SEEDS.glob("*.txt"):
        (home / "articles" / path.name).write_bytes(path.read_bytes())
    done = run("index", str(home / "articles"), "--library", str(home / "library"))
    assert done.returncode == 0, done.stderr
    assert "2 added, 0 unchanged" in done.stdout
    return home / "library"


def test_the_json_answer_keeps_its_contract_and_its_spans_are_exact(library: Path) -> None:
    answer = ask(library, "When and where will the talks take place?")
    assert set(answer) == KEYS
    assert answer["status"] == "answered"
    assert "Anchorage" in answer["text"]
    assert "March 18" in answer["text"]
    assert answer["model"] == "none"
    assert answer["as_of"] in {None, "2021-03-10"}
    for sentence in answer["sentences"]:
        assert set(sentence) == {"text", "verdict", "reason", "citations"}
        assert sentence["verdict"] in {"supported", "partly"}
    texts: dict[str, str] = {}
    for citation in answer["citations"]:
        assert set(citation) == {"n", "article_id", "file", "title", "outlet", "published", "start", "end", "quote"}
        id_ = citation["article_id"]
        texts[id_] = texts.get(id_) or run("article", id_, "--library", str(library)).stdout
        assert texts[id_][citation["start"] : citation["end"]] == citation["quote"]
        assert (SEEDS / citation["file"]).is_file()


def test_what_the_articles_do_not_tell_is_refused_with_exit_code_0(library: Path) -> None:
    answer = ask(library, "What did they agree about fishing?")
    assert (answer["status"], answer["citations"], answer["sentences"]) == ("refused", [], [])
    assert answer["missing"]


def test_earlier_turns_come_from_a_file(library: Path, tmp_path: Path) -> None:
    history = tmp_path / "history.json"
    history.write_text(
        json.dumps(
            [
                {"role": "user", "content": "Who represents the Chinese side?"},
                {"role": "assistant", "content": "Wang Yi."},
            ]
        )
    )
    answer = ask(library, "And the other side?", "--history", str(history))
    assert answer["standalone_question"] == "And the other side? (about: Who represents the Chinese side)"
    assert "Blinken" in answer["text"]


def test_an_article_that_is_deleted_is_gone_from_the_next_answer(tmp_path: Path) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    for path in SEEDS.glob("*.txt"):
        (articles / path.name).write_bytes(path.read_bytes())
    home = tmp_path / "library"
    assert run("index", str(articles), "--library", str(home)).returncode == 0
    question = "What does Liu Weidong say about Anchorage?"
    assert ask(home, question)["citations"][0]["file"] == "004_b9ba0dd348728266.txt"
    (articles / "004_b9ba0dd348728266.txt").unlink()
    assert ask(home, question)["status"] == "refused"  # before the library knows
    done = run("index", "--library", str(home))
    assert "0 added, 1 removed, 1 unchanged" in done.stdout
    assert ask(home, question)["status"] == "refused"


def test_the_answer_for_people_shows_its_sources(library: Path) -> None:
    done = run("ask", "--no-model", "--library", str(library), "What does Karpov expect of the talks?")
    assert done.returncode == 0
    assert "[1] A chance for détente: U.S. and China meet in Alaska · 000_5ec2cbd345442b2e.txt" in done.stdout
    assert "answered" in done.stdout


def test_a_search_shows_the_ranking_with_scores_and_exact_spans(library: Path) -> None:
    done = run("search", "-k", "3", "--json", "--library", str(library), "Who represents the Chinese side?")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["rank"] for row in rows] == [1, 2, 3]
    assert rows[0]["score"] >= rows[1]["score"] >= rows[2]["score"]
    assert "Wang Yi" in rows[0]["text"] + rows[1]["text"]
    text = run("article", rows[0]["article_id"], "--library", str(library)).stdout
    assert text[rows[0]["start"] : rows[0]["end"]] == rows[0]["text"]
    shown = run("search", "--library", str(library), "Who represents the Chinese side?").stdout
    assert rows[0]["article_id"] in shown


def test_doctor_finds_a_fresh_library_healthy(library: Path) -> None:
    done = run("doctor", "--library", str(library), DATELINE_MODEL="none")
    assert done.returncode == 0, done.stdout
    assert "2 articles" in done.stdout
    assert "sealed in Chroma" in done.stdout
    assert "switched off by DATELINE_MODEL=none" in done.stdout


def test_models_are_listed_and_the_embedding_model_verifies() -> None:
    listed = run("models", "list").stdout
    assert "embedding" in listed
    assert "Qwen2.5-Coder-1.5B-Instruct" in listed
    verified = run("models", "verify", "embedding")
    assert (verified.returncode, "sha256 as it should be" in verified.stdout) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["ask", "--no-model", ""], "question is empty"),
        (["ask", "--no-model", "x" * 4_001], "4,001 characters"),
        (["ask", "--no-model", "--history", "nowhere.json", "Why?"], "history"),
        (["article", "nonsense"], "No article 'nonsense'"),
        (["index", "no-such-folder"], "no folder"),
        (["models", "fetch", "gpt"], "no model 'gpt'"),
        (["frobnicate"], "No such command"),
        (["ask", "--frobnicate", "x"], "No such option"),
    ],
)  # fmt: skip
def test_the_users_mistakes_get_a_sentence_and_exit_code_2(library: Path, arguments: list[str], words: str) -> None:
    options = ["--library", str(library)] if arguments[0] in {"ask", "article", "index"} else []
    done = run(arguments[0], *options, *arguments[1:])
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_no_library_yet_is_a_sentence(tmp_path: Path) -> None:
    done = run("ask", "--json", "--no-model", "--library", str(tmp_path / "none"), "Anything?")
    assert (done.returncode, done.stdout) == (2, "")
    assert "dateline index" in done.stderr


def test_an_unreachable_endpoint_is_said_and_the_evidence_answers(library: Path) -> None:
    done = run(
        "ask", "--json", "--library", str(library), "When and where will the talks take place?",
        DATELINE_LLM_BASE_URL="http://127.0.0.1:9/v1", DATELINE_LLM_MODEL="absent", DATELINE_LLM_API_KEY="sk-canary-99",
    )  # fmt: skip
    assert done.returncode == 0
    answer = json.loads(done.stdout)
    assert (answer["status"], answer["model"]) == ("answered", "none")
    assert "127.0.0.1" in done.stderr
    assert "canary" not in done.stdout + done.stderr


def test_an_endpoint_without_a_model_name_and_an_unknown_setting_are_sentences(library: Path) -> None:
    for environment in ({"DATELINE_LLM_BASE_URL": "http://127.0.0.1:9/v1"}, {"DATELINE_LLM_MODLE": "x"}):
        done = run("ask", "--library", str(library), "Why?", **environment)
        assert done.returncode == 2
        assert "DATELINE_LLM_MODEL" in done.stderr


def test_a_damaged_embedding_model_is_refused(library: Path, tmp_path: Path) -> None:
    done = run("ask", "--no-model", "--library", str(library), "Why?", DATELINE_MODELS=str(tmp_path))
    assert done.returncode == 2
    assert "dateline models fetch embedding" in done.stderr


def test_asking_imports_neither_the_window_nor_llama_index(library: Path) -> None:
    code = (
        "import sys\nfrom ui.cli import main\n"
        f"sys.argv = ['dateline', 'ask', '--no-model', '--library', {str(library)!r}, 'Who is Karpov?']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(sorted({'gradio', 'llama_index', 'openai'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stderr.strip().endswith("[]"), done.stderr


def test_only_the_selected_articles_are_asked_and_searched(library: Path) -> None:
    question = "When and where will the talks take place?"
    dated = ask(library, question, "--since", "2021-03-10", "--strictness", "0")
    assert {citation["published"] for citation in dated["citations"]} == {"2021-03-10"}
    done = run("search", question, "--json", "--library", str(library), "--until", "2021-03-10")
    assert {json.loads(line)["published"] for line in done.stdout.splitlines()} == {"2021-03-10"}
    refused = run("ask", question, "--no-model", "--library", str(library), "--outlet", "Nobody's Paper")
    assert refused.returncode == 2
    assert "choose other outlets" in refused.stderr
