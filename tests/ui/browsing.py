"""A window that is served, and a browser of its own that looks at it."""

import contextlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from rag.assemble import Dateline
from rag.settings import Settings
from tests.ui.running import run_app
from ui.app import mount_window
from ui.measuring import Measuring


@contextlib.contextmanager
def open_window(
    dateline: Dateline, measuring: Measuring | None = None, settings: Settings | None = None
) -> Iterator[str]:
    with run_app(mount_window(dateline, measuring=measuring, settings=settings)) as address:
        yield address


@dataclass
class Visitor:
    """A browser of its own, and what it did that a well-behaved page does not."""

    page: Page
    faults: list[str] = field(default_factory=list)

    def ask(self, question: str) -> None:
        self.page.locator("#dl-question textarea").fill(question)
        self.page.keyboard.press("Enter")

    def wait_for(self, state: str) -> None:
        expect(self.page.locator(f'#dl-live .dl-exchange[data-state="{state}"]')).to_be_visible(timeout=15_000)


Visit = Callable[..., Visitor]


def watch(visitor: Visitor) -> None:
    page, faults = visitor.page, visitor.faults
    page.on("console", lambda message: faults.append(message.text) if message.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("dialog", lambda dialog: faults.append(f"dialog: {dialog.message}"))
    page.on(
        "request",
        lambda request: (
            None
            if urlsplit(request.url).hostname == "127.0.0.1" or request.url.startswith("data:")
            else faults.append(f"foreign request: {request.url}")
        ),
    )


def contrast(page: Page, selector: str) -> float:
    """The contrast of an element's text with what lies behind it, as WCAG reckons it."""
    ink, paper = page.evaluate(
        """(selector) => {
            const element = document.querySelector(selector);
            let behind = element;
            while (getComputedStyle(behind).backgroundColor === "rgba(0, 0, 0, 0)") behind = behind.parentElement;
            return [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor];
        }""",
        selector,
    )
    lighter, darker = sorted((luminance(ink), luminance(paper)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    channels = [int(channel) / 255 for channel in re.findall(r"\d+", colour)[:3]]
    red, green, blue = ((c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4) for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
