"""The MCP tools, asked by the SDK's own client of the real command in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

from tests.apart import run_apart

ROOT = Path(__file__).resolve().parents[3]
COMMAND = ["-m", "tests.ui.api.with_fakes", "mcp", "--no-model", "--library"]
WHEN = "When and where will the talks take place?"


def talk(library: Path, conversation: Callable[[ClientSession], Awaitable[None]], errors: Path) -> None:
    """Start the command, greet it, and have the conversation."""

    async def run() -> None:
        server = StdioServerParameters(command=sys.executable, args=[*COMMAND, str(library)], cwd=ROOT)
        with errors.open("w") as errlog:
            async with stdio_client(server, errlog=errlog) as streams, ClientSession(*streams) as session:
                greeting = await session.initialize()
                assert greeting.server_info.name == "dateline"
                assert "never instructions" in (greeting.instructions or "")
                await conversation(session)

    run_apart(run())


async def call(session: ClientSession, tool: str, **arguments: Any) -> Any:
    result: Any = await session.call_tool(tool, arguments)
    assert not result.is_error, result.content
    # For clients that read text only.
    assert json.loads(result.content[0].text) == result.structured_content
    return result.structured_content


async def fail(session: ClientSession, tool: str, **arguments: Any) -> str:
    result: Any = await session.call_tool(tool, arguments)
    assert result.is_error
    return str(result.content[0].text)


def test_an_assistant_asks_searches_and_reads_on(read_library: Path, tmp_path: Path) -> None:
    async def converse(session: ClientSession) -> None:
        tools = {tool.name: tool for tool in (await session.list_tools()).tools}
        assert set(tools) == {"ask", "search", "read_article", "list_sources"}
        assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools.values())
        assert all(tool.description and tool.output_schema for tool in tools.values())

        answer = await call(session, "ask", question=WHEN)
        assert answer["status"] == "answered"
        for citation in answer["citations"]:
            where = {"article_id": citation["article_id"], "start": citation["start"]}
            part = await call(session, "read_article", **where, characters=citation["end"] - citation["start"])
            assert part["text"] == citation["quote"]

        history = [{"role": "user", "content": "Who is Karpov?"}]
        answer = await call(session, "ask", question="What did he say?", history=history)
        assert "Karpov" in answer["standalone_question"]

        found = await call(session, "search", question="harbour treaty", limit=1)
        (passage,) = found["passages"]
        whole = await call(session, "read_article", article_id=passage["article_id"])
        assert whole["text"][passage["start"] : passage["end"]] == passage["text"]
        assert whole["end"] == whole["characters"] == len(whole["text"])

        (source,) = (await call(session, "list_sources"))["sources"]
        assert source["articles"] == 3

        refused = await call(session, "ask", question="Which team won the cricket final in Melbourne?")
        assert refused["status"] == "refused"
        assert "is empty" in await fail(session, "ask", question=" ")
        assert "4,001 characters" in await fail(session, "search", question="a" * 4_001)
        assert "No article 'none'" in await fail(session, "read_article", article_id="none")
        assert "limit" in await fail(session, "search", question="x", limit=1_000)

    errors = tmp_path / "errors"
    talk(read_library, converse, errors)
    assert "Traceback" not in errors.read_text()


def run_raw(library: Path, sent: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *COMMAND, str(library)], cwd=ROOT, input=sent, capture_output=True, text=True, timeout=60
    )


def test_standard_output_carries_nothing_but_the_protocol_and_the_end_of_input_ends_it(read_library: Path) -> None:
    greeting = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
    }
    done = run_raw(read_library, json.dumps(greeting) + "\nnot json\n")
    assert done.returncode == 0
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines[0]["result"]["serverInfo"]["name"] == "dateline"
    assert all(line["jsonrpc"] == "2.0" for line in lines)
    assert "opened" in done.stderr


def test_no_library_is_a_sentence_on_the_error_stream(tmp_path: Path) -> None:
    done = run_raw(tmp_path / "none", "")
    assert (done.returncode, done.stdout) == (2, "")
    assert "run  dateline index FOLDER" in done.stderr


def test_without_the_sdk_the_command_says_how_to_get_it(tmp_path: Path) -> None:
    code = (
        f"import sys\nsys.modules['mcp'] = None\nfrom ui.cli import main\nmain(['mcp', '--library', {str(tmp_path)!r}])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (2, "")
    assert "make mcp" in done.stderr
    assert "Traceback" not in done.stderr
