"""The window: chat on the left, the article it rests on beside it. The only file that knows Gradio."""

import asyncio
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from functools import partial
from typing import TYPE_CHECKING, Any

import uvicorn
from fastapi import FastAPI

from index.errors import DatelineError
from rag.conversation import Answer
from ui import wording
from ui.api.application import make_api
from ui.api.service import make_service
from ui.asking import QUESTIONS_AT_ONCE, Asking
from ui.conversations.browsers import browser_of
from ui.conversations.serving import serve_conversations
from ui.conversations.store import Conversations
from ui.conversing import Answering, OpenConversation, Visitor
from ui.endpoint import EndpointSetting
from ui.further import find_further
from ui.health import examine
from ui.listening import AnnouncingServer, listen
from ui.measuring import Measuring
from ui.observing import LibraryObserver
from ui.rendering import show_exchange, show_exchanges
from ui.rendering_conversations import show_conversations_button
from ui.rendering_evals import show_evals
from ui.rendering_library import show_library, show_status
from ui.rendering_room import show_room
from ui.rendering_scope import show_scope, show_settings_button
from ui.rendering_text import show_text
from ui.rendering_views import show_views
from ui.serving import make_app
from ui.serving_changes import serve_changes
from ui.serving_elsewhere import serve_elsewhere
from ui.serving_evals import serve_evals, serve_feedback
from ui.serving_library import serve_library
from ui.serving_settings import serve_settings

# Gradio reads these while it is imported, and looks up foreign hosts unless they are set.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # noqa: TID251
os.environ["HF_HUB_OFFLINE"] = "1"  # noqa: TID251
# After every event it would sum up its own timings with pandas, in a way that pandas 3 warns of.
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = "1000000000"  # noqa: TID251

import gradio as gr

if TYPE_CHECKING:
    from rag.assemble import Dateline
    from rag.settings import Settings

REQUESTS_WAITING = 64
_STATUS_SECONDS = 2.0
_FAREWELL_SECONDS = 2.0
_FORGET_SECONDS = 24 * 60 * 60
# Nothing of this is an interface for other programs, and what changes shows for itself.
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def serve(
    dateline: "Dateline",
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    open_browser: bool = False,
    measuring: Measuring | None = None,
    settings: "Settings | None" = None,
) -> None:
    """Show the window at http://host:port until Ctrl-C; DatelineError when that address cannot be had."""
    listening = listen(host, port)
    address = f"http://{host}:{listening.getsockname()[1]}"
    running: dict[str, Asking] = {}
    config = uvicorn.Config(
        mount_window(dateline, running, measuring, settings),
        log_level="error",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    try:
        AnnouncingServer(config, address, open_browser).run(sockets=[listening])
    except KeyboardInterrupt:
        pass
    finally:
        listening.close()
        for asking in list(running.values()):
            asking.stop()
            asking.wait(_FAREWELL_SECONDS)
        if measuring:
            measuring.evaluating.close()


def mount_window(
    dateline: "Dateline",
    running: "dict[str, Asking] | None" = None,
    measuring: Measuring | None = None,
    settings: "Settings | None" = None,
) -> FastAPI:
    """The whole application, ready for a server; `running` fills with the questions under way, by browser session.

    Without `measuring` it has neither thumbs nor an Evals tab; without `settings` no interface for programs, nothing of
    what the doctor says, and conversations are not kept.
    """
    running = {} if running is None else running
    app = make_app(dateline, make_api(make_service(dateline, settings, running)) if settings else None)
    serve_elsewhere(app, dateline)
    serve_library(app, dateline, partial(examine, settings) if settings else None)
    serve_changes(app, dateline)
    conversations = Conversations(settings.library) if settings else None
    if conversations:
        serve_conversations(app, conversations, partial(find_further, dateline))
    if settings:
        serve_settings(app, dateline, EndpointSetting(settings, dateline))
    if measuring:
        serve_evals(app, dateline, measuring.evaluating)
        serve_feedback(app, measuring.feedback)

    async def mount() -> None:
        gr.mount_gradio_app(
            app,
            build_window(dateline, running, measuring, conversations),
            path="/",
            server_name="127.0.0.1",
            footer_links=[],
            run_history=False,
            show_error=False,
            max_file_size="1kb",
            ssr_mode=False,
            enable_monitoring=False,
            theme=_theme(),
        )

    # Outside a running event loop Gradio makes one for each of its locks and closes none of them; in a thread of its
    # own this works whether or not the caller is in a loop already.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, mount()).result()
    return app


Changes = dict[Any, Any]


@dataclass(frozen=True, slots=True)
class _Parts:
    """The components that change while a question is answered."""

    welcome: gr.Column
    past: gr.HTML
    live: gr.HTML
    question: gr.Textbox
    ask: gr.Button
    stop: gr.Button
    conversation: gr.State
    # Where the page says which conversation it shows, and from which exchange on the next question replaces it.
    opened: gr.Textbox
    replacing: gr.Textbox
    # And of what, and how, the next question is asked.
    manner: gr.Textbox

    def all(self) -> list[Any]:
        return [getattr(self, part.name) for part in fields(self)]


def build_window(
    dateline: "Dateline",
    running: dict[str, Asking],
    measuring: Measuring | None = None,
    conversations: Conversations | None = None,
) -> gr.Blocks:
    """The components and what they do; each browser session has its own conversation."""
    window: gr.Blocks = gr.Blocks(title=wording.NAME, analytics_enabled=False, fill_height=True, fill_width=True)
    with window:
        with gr.Column(elem_id="dl-window"):
            with gr.Row(elem_id="dl-masthead"):
                _html(f"<h1>{wording.NAME}</h1><p>{wording.MOTTO}</p>", "dl-name")
                _html(show_views(has_evals=measuring is not None), "dl-views")
                if conversations:
                    _html(show_conversations_button(), "dl-conversations")
                new = gr.Button(wording.NEW_CONVERSATION, elem_id="dl-new", size="sm")
            with gr.Row(elem_id="dl-desk"):
                with gr.Column(elem_id="dl-chat"):
                    parts, examples = _lay_out_chat()
                _html(show_library(), "dl-library")
                _html(show_room(), "dl-room")
            if measuring:
                _html(show_evals(), "dl-evals")
            with gr.Row(elem_id="dl-foot"):
                status = _html("", "dl-status")
                if conversations:
                    _html(show_settings_button(), "dl-settings")
        _connect(Answering(dateline, running, measuring, conversations), parts, examples, new)
        _connect_status(dateline, status, window)
    window.queue(max_size=REQUESTS_WAITING, default_concurrency_limit=QUESTIONS_AT_ONCE * 2, api_open=False)
    return window


def _html(value: str, elem_id: str) -> gr.HTML:
    return gr.HTML(value, elem_id=elem_id, apply_default_css=False, js_on_load=None)


def _lay_out_chat() -> tuple[_Parts, list[gr.Button]]:
    conversation = gr.State(OpenConversation(), time_to_live=_FORGET_SECONDS)
    with gr.Column(elem_id="dl-transcript"):
        with gr.Column(elem_id="dl-welcome") as welcome:
            _html(
                f"<h2>{wording.WELCOME_TITLE}</h2><p>{wording.WELCOME_TEXT}</p>",
                "dl-greeting",
            )
            examples = [gr.Button(text, elem_classes="dl-example") for text in wording.EXAMPLES]
        past = _html("", "dl-past")
        live = _html("", "dl-live")
    _html(show_scope(), "dl-scope")
    with gr.Row(elem_id="dl-composer"):
        question = gr.Textbox(
            label=wording.QUESTION_LABEL,
            placeholder=wording.QUESTION_PLACEHOLDER,
            show_label=False,
            container=False,
            max_lines=8,
            autofocus=True,
            elem_id="dl-question",
        )
        ask = gr.Button(wording.ASK, elem_id="dl-ask", variant="primary")
        stop = gr.Button(wording.STOP, elem_id="dl-stop", visible=False)
        opened, replacing, manner = (
            gr.Textbox(show_label=False, container=False, elem_id=id_, elem_classes="dl-told")
            for id_ in ("dl-opened", "dl-replacing", "dl-manner")
        )
    return _Parts(welcome, past, live, question, ask, stop, conversation, opened, replacing, manner), examples


def _connect(answering: Answering, parts: _Parts, examples: list[gr.Button], new: gr.Button) -> None:
    def answer(
        text: str, conversation: OpenConversation, opened: str, replacing: str, manner: str, request: gr.Request
    ) -> Iterator[Changes]:
        visitor = _visitor(request)
        conversation = answering.resume(visitor, conversation, opened).before(replacing)
        is_question_kept = True
        for grown in answering.answer(visitor, text, conversation, manner):
            exchange = grown.exchanges[-1]
            changes = _changes(parts, conversation, grown)
            if is_question_kept and (exchange.evidence or isinstance(exchange.outcome, Answer)):
                # From here on the question stands in the transcript; until here an error finds it where it was typed.
                is_question_kept = False
                changes |= {parts.question: ""}
            yield changes

    def halt(request: gr.Request) -> None:
        answering.halt(_visitor(request))

    def reopen(opened: str, request: gr.Request) -> Changes:
        if not opened:
            return _clean_slate(parts)
        conversation = answering.reopen(_visitor(request), opened)
        return _clean_slate(parts) | {
            parts.welcome: gr.update(visible=not conversation.exchanges),
            parts.past: show_exchanges(conversation.exchanges[:-1]),
            parts.live: show_exchanges(conversation.exchanges[-1:], conversation.id),
            # The sentence that stands for one that is not there is not what the next question follows.
            parts.conversation: conversation.kept() if conversation.id else OpenConversation(),
        }

    told = [parts.conversation, parts.opened, parts.replacing, parts.manner]
    asked = [
        gr.on(
            [parts.question.submit, parts.ask.click],
            answer,
            [parts.question, *told],
            parts.all(),
            trigger_mode="once",
            **_QUIET,
        ),
        *(example.click(answer, [example, *told], parts.all(), **_QUIET) for example in examples),
    ]
    parts.stop.click(halt, queue=False, **_QUIET)
    # In an event of its own, and first: Gradio cancels after it has waited for what the event does, and would end the
    # question that somebody asks meanwhile.
    new.click(None, cancels=asked, **_QUIET)
    new.click(lambda: _clean_slate(parts) | {parts.opened: ""}, None, parts.all(), queue=False, **_QUIET)
    parts.opened.submit(None, cancels=asked, **_QUIET)
    parts.opened.submit(reopen, parts.opened, parts.all(), queue=False, **_QUIET)


def _visitor(request: gr.Request) -> Visitor:
    return Visitor(request.session_hash or "", browser_of(request.cookies))


def _changes(parts: _Parts, earlier: OpenConversation, grown: OpenConversation) -> Changes:
    """What the window shows of a conversation whose last exchange is in whatever state it is, after the earlier ones."""
    exchange = grown.exchanges[-1]
    is_settled = exchange.outcome is not None
    changes: Changes = {
        parts.live: show_exchange(exchange, grown.id),
        parts.ask: gr.update(visible=is_settled),
        parts.stop: gr.update(visible=not is_settled),
    }
    if exchange.evidence is None:
        changes |= {
            parts.past: show_exchanges(earlier.exchanges),
            parts.welcome: gr.update(visible=False),
        }
    if isinstance(exchange.outcome, Answer):
        changes |= {parts.conversation: grown.kept(), parts.opened: grown.id, parts.replacing: ""}
    return changes


def _clean_slate(parts: _Parts) -> Changes:
    return {
        parts.welcome: gr.update(visible=True),
        parts.past: "",
        parts.live: "",
        parts.ask: gr.update(visible=True),
        parts.stop: gr.update(visible=False),
        parts.conversation: OpenConversation(),
        parts.replacing: "",
    }


def _connect_status(dateline: "Dateline", status: gr.HTML, window: gr.Blocks) -> None:
    observer = LibraryObserver(dateline)

    def look() -> str:
        try:
            return show_status(observer.look(), dateline.model_status())
        except DatelineError as error:
            return show_text(str(error))

    window.load(look, None, status, queue=False, **_QUIET)
    gr.Timer(_STATUS_SECONDS).tick(look, None, status, queue=False, **_QUIET)


def _theme() -> gr.themes.Base:
    """Gradio's plainest theme in system fonts, with the colours of the page behind the window."""
    return gr.themes.Base(
        font=(
            "system-ui",
            "-apple-system",
            "Segoe UI",
            "Roboto",
            "Noto Sans",
            "sans-serif",
        ),
        font_mono=("ui-monospace", "Consolas", "monospace"),
    ).set(
        body_background_fill="#fcfbf8",
        body_background_fill_dark="#161512",
        body_text_color="#1d1b18",
        body_text_color_dark="#e8e4da",
    )
