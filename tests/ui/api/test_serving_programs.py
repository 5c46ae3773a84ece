"""Where programs are served: by `dateline serve` in a process of its own, and by the window's server."""

import contextlib
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from rag.settings import load_settings
from tests.ui.api.conftest import ADDRESS
from ui.api.service import Service
from ui.app import mount_window
from ui.asking import QUESTIONS_AT_ONCE

ROOT = Path(__file__).resolve().parents[3]
QUESTION = {"question": "When and where will the talks take place?"}


def free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def test_serve_answers_without_the_window_and_ends_quietly_on_ctrl_c(read_library: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "tests.ui.api.with_fakes", "serve", "--no-model"]
    command += ["--library", str(read_library), "--port", str(free_port())]
    # A file: nobody empties a pipe while it serves.
    with (
        (tmp_path / "errors").open("w") as errlog,
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=errlog, text=True) as running,
        contextlib.ExitStack() as stack,
    ):
        # Whatever fails, nobody waits for a server that was not told to end.
        stack.callback(running.kill)
        assert running.stdout is not None
        assert running.stdout.readline() == "opened\n"
        line = running.stdout.readline()
        address = next(word for word in line.split() if word.startswith("http://127.0.0.1:"))
        assert "Dateline for programs" in httpx.get(address, timeout=30).text
        answer = httpx.post(address.replace("docs", "ask"), json=QUESTION, timeout=30).json()
        assert answer["status"] == "answered"
        running.send_signal(signal.SIGINT)
        running.wait(20)
    errors = (tmp_path / "errors").read_text()
    assert running.returncode == 0
    imported = {line.split("|")[-1].strip() for line in errors.splitlines() if line.startswith("import time:")}
    assert imported & {"gradio", "llama_index", "openai", "mcp", "evals"} == set()
    assert "ui.api.server" in imported
    assert [line for line in errors.splitlines() if not line.startswith("import time:")] == []


def test_the_windows_server_answers_programs_too_and_both_share_one_limit(service: Service) -> None:
    running = service.running
    app = mount_window(service.dateline, running, settings=load_settings(library=service.library, model="none"))
    client = TestClient(app, base_url=ADDRESS)
    assert client.post("/api/v1/ask", json=QUESTION).json()["status"] == "answered"
    assert client.get("/v1/models").json()["data"][0]["id"] == "dateline"
    assert client.get("/api/v1/docs").status_code == 200
    assert "<title>Dateline</title>" in client.get("/").text
    assert {finding["what"] for finding in client.get("/api/v1/health").json()["findings"]} > {"Ledger"}
    running.update({f"window {number}": None for number in range(QUESTIONS_AT_ONCE)})  # type: ignore[misc]
    assert client.post("/api/v1/ask", json=QUESTION).status_code == 429


@pytest.mark.parametrize("path", ["/api/v1/ask", "/v1/chat/completions"])
def test_a_window_without_settings_serves_no_programs(service: Service, path: str) -> None:
    from ui.serving import make_app

    client = TestClient(make_app(service.dateline), base_url=ADDRESS)
    assert client.post(path, json=QUESTION).status_code == 404
