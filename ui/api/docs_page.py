"""The description of the interface as a page, written from its OpenAPI data; it loads nothing and runs nothing."""

import json
from collections.abc import Iterator
from html import escape
from typing import Any

from fastapi.responses import HTMLResponse

from ui.api.article_page import show_page

_INTRODUCTION = """
<h1>Dateline for programs</h1>
<p>Everything here answers on this computer only and sends nothing anywhere. Bodies are JSON
(<code>Content-Type: application/json</code>); a failure is <code>{"message": "..."}</code>, one sentence that says what to do
next, under a status code that fits: 400 no JSON, 403 from another site's page, 404 not there, 409 the library is in use,
413 too large, 415 not declared as JSON, 422 not usable, 429 as many questions as can be answered at once, 503 not possible now.
Offsets count characters (Unicode code points): <code>text[start:end] == quote</code>, always. The same as data:
<a href="/api/v1/openapi.json">openapi.json</a>.</p>
"""


def show_docs(description: dict[str, Any]) -> HTMLResponse:
    """The page; `description` is OpenAPI 3.1 as FastAPI makes it."""
    operations = [
        _show_operation(method.upper(), path, operation, description)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]
    shapes = [_show_shape(name, shape) for name, shape in description["components"]["schemas"].items()]
    body = [_INTRODUCTION, *operations, "<h2>Shapes</h2>", *shapes]
    return show_page("Dateline for programs", "".join(body))


def _show_operation(method: str, path: str, operation: dict[str, Any], description: dict[str, Any]) -> str:
    parameters = [
        (each["name"], each["schema"], each.get("required", False), each.get("description", ""))
        for each in operation.get("parameters", ())
    ]
    wanted = _schema_of(operation.get("requestBody"))
    given = _schema_of(operation.get("responses", {}).get("200"))
    example = f"<pre>{escape(_write_example(path, wanted, description))}</pre>" if wanted else ""
    return (
        f"<section><h3><code>{method} {escape(path)}</code></h3><p>{_show_text(operation.get('description', ''))}</p>"
        f"{_show_fields(parameters)}{_say('Takes', wanted)}{example}{_say('Gives', given)}</section>"
    )


def _show_shape(name: str, shape: dict[str, Any]) -> str:
    required = shape.get("required", ())
    fields = [
        (field, schema, field in required, schema.get("description", ""))
        for field, schema in shape.get("properties", {}).items()
    ]
    return (
        f'<section id="{escape(name)}"><h3>{escape(name)}</h3><p>{_show_text(shape.get("description", ""))}</p>'
        f"{_show_fields(fields)}</section>"
    )


def _show_fields(fields: list[tuple[str, dict[str, Any], bool, str]]) -> str:
    rows = [
        f"<tr><td><code>{escape(name)}</code></td><td>{_name_type(schema)}{_show_bounds(schema)}</td>"
        f"<td>{'needed' if required else 'may be left out'}</td><td>{_show_text(about)}</td></tr>"
        for name, schema, required, about in fields
    ]
    return f"<table>{''.join(rows)}</table>" if rows else ""


def _schema_of(carrier: dict[str, Any] | None) -> dict[str, Any]:
    schema: dict[str, Any] = (carrier or {}).get("content", {}).get("application/json", {}).get("schema", {})
    return schema


def _say(what: str, schema: dict[str, Any]) -> str:
    return f"<p>{what} {_name_type(schema)}.</p>" if schema else ""


def _name_type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = escape(schema["$ref"].rsplit("/", 1)[-1])
        return f'<a href="#{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(_name_type(each) for each in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_name_type(schema.get('items', {}))}"
    if "enum" in schema:
        return " or ".join(f"<code>{escape(json.dumps(value))}</code>" for value in schema["enum"])
    return escape(str(schema.get("format") or schema.get("type") or "anything"))


def _show_bounds(schema: dict[str, Any]) -> str:
    """From 1, to 100, at most 4,000 characters: what of these a schema states."""
    said = {
        "minimum": "from {:,}",
        "maximum": "to {:,}",
        "maxLength": "{:,} characters at most",
        "maxItems": "{:,} at most",
    }
    bounds = [words.format(schema[name]) for name, words in said.items() if name in schema]
    return f" ({escape(', '.join(bounds))})" if bounds else ""


def _show_text(text: str) -> str:
    """Text with `code` and **weight** as Markdown writes them."""
    return _alternate(_alternate(escape(text), "**", "strong"), "`", "code").replace("\n\n", "</p><p>")


def _alternate(text: str, mark: str, tag: str) -> str:
    pieces = text.split(mark)
    return "".join(f"<{tag}>{piece}</{tag}>" if number % 2 else piece for number, piece in enumerate(pieces))


def _write_example(path: str, schema: dict[str, Any], description: dict[str, Any]) -> str:
    body = json.dumps(dict(_fill(schema, description)))
    return f"curl http://127.0.0.1:7860{path} -H 'Content-Type: application/json' -d '{body}'"


def _fill(schema: dict[str, Any], description: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """An example of what a shape needs: its required fields, or the first one."""
    shape = description["components"]["schemas"].get(schema.get("$ref", "").rsplit("/", 1)[-1], {})
    known = {"question": "Who met in Anchorage?", "model": "dateline"}
    known["messages"] = [{"role": "user", "content": known["question"]}]  # type: ignore[assignment]
    for name in shape.get("required", ()):
        yield name, known.get(name, "...")
