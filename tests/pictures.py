"""Takes the pictures in docs/states/, of the window's states over the seeds:  python -m tests.pictures [NAME...]

They are for people who read about the program and for those who change the window: look at each of them afterwards.
"""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import TimeoutError as NotSeenError

from index.sources import Source, name_source
from rag.assemble import embed, open_dateline, prepare_library, sync
from rag.settings import Settings, load_settings, project_folder
from tests.model_server import Handler, Server, serve_model
from tests.ui.running import run_app
from ui import wording, wording_evals, wording_library
from ui.app import mount_window
from ui.measuring import measure

FOLDER = project_folder() / "docs" / "states"
WHEN = "When and where will the talks take place?"
SETTLED = "Was the venue settled on 10 March?"
DISPUTE = "Is the meeting a strategic dialogue or a one-time event?"
FISHING = "What did they agree about fishing?"
_DONE = '#dl-live .dl-exchange[data-question="{}"]:is([data-state="answered"], [data-state="refused"], [data-state="partial"])'
# A folder that says nothing of the machine on which the pictures are taken.
ARTICLES = Path("/tmp/articles")  # noqa: S108 - refused below when it is somebody's
ALASKA = ARTICLES / "alaska"
SKYE = ARTICLES / "skye"
_PIER = """The pier of Armadale

10 March 2021

The pier of Armadale will be repaired in May, the council said on Wednesday. The work will cost 4.2 million pounds.
Ferries to Skye will leave from Mallaig meanwhile.
"""
_FERRY = "Ferries\n\n9 March 2021\n\nThe ferry to Skye sails again from Monday, the operator said on Tuesday.\n"
_COLOURS = 160

Act = Callable[[Page], None]


@dataclass(frozen=True)
class Picture:
    """A state: what leads to it, and how the window is then looked at.

    `answer` is what a language model does; `has_folder` when the library is kept in step with folders in ARTICLES.
    """

    name: str
    act: Act
    width: int = 1280
    is_dark: bool = False
    answer: Callable[[Handler], None] | None = None
    has_folder: bool = False

    @property
    def height(self) -> int:
        """A phone's, or a laptop's."""
        return 844 if self.width < 500 else 800


def ask(page: Page, question: str) -> None:
    """Ask, and wait for the answer."""
    page.locator("#dl-question textarea").fill(question)
    page.keyboard.press("Enter")
    page.locator(_DONE.format(question)).wait_for(timeout=60_000)


def asking(*questions: str, then: str | None = None, n: int = 0) -> Act:
    """Ask one question after the other, then click on something of the last answer."""

    def act(page: Page) -> None:
        for question in questions:
            ask(page, question)
        # Not every answer leads on to other questions.
        with suppress(NotSeenError):
            page.locator("#dl-live .dl-go-on").first.wait_for(timeout=8_000)
        if then:
            page.locator("#dl-live .dl-exchange").last.locator(then).nth(n).click()

    return act


def opening(opener: str, panel: str, *, first: Act | None = None) -> Act:
    """Open a panel and wait for what is in it."""

    def act(page: Page) -> None:
        if first:
            first(page)
        page.locator(opener).click()
        page.locator(panel).first.wait_for(timeout=30_000)

    return act


def shelf(tab: str, panel: str) -> Act:
    """One of the tabs of the Library view."""

    def act(page: Page) -> None:
        page.locator('[data-view="library"]').click()
        page.locator("[data-shelved]").first.wait_for()
        page.get_by_role("link", name=tab, exact=True).first.click()
        page.locator(panel).first.wait_for()

    return act


def write(page: Page) -> None:
    """Ask and look while the model still writes."""
    page.locator("#dl-question textarea").fill(WHEN)
    page.keyboard.press("Enter")
    page.get_by_text("The two-day talks").first.wait_for(timeout=60_000)


def unfold_left_out(page: Page) -> None:
    """Show what did not hold."""
    ask(page, WHEN)
    page.locator("#dl-live .dl-left-out summary").click()


def follow_folder(page: Page) -> None:
    """Name a folder of articles as a source, one of which cannot be read."""
    shelf("Sources", ".dl-sources-list")(page)
    page.get_by_label(wording_library.ADD_LABEL).fill(str(SKYE))
    page.keyboard.press("Enter")
    page.locator(".dl-reports").get_by_text("1 could not be read").wait_for(timeout=60_000)
    rest(page)


def rest(page: Page) -> None:
    """Wait until nothing is under way in the library."""
    page.locator("#dl-status .dl-progress").wait_for(state="detached", timeout=60_000)


def correct(page: Page) -> None:
    """Open an article that was corrected in its folder, and see what changed."""
    follow_folder(page)
    pier = SKYE / "pier.txt"
    pier.write_text(pier.read_text().replace("in May", "in June").replace("4.2", "5.1"))
    page.get_by_role("button", name=wording_library.SYNC_ALL).click()
    page.locator(".dl-reports").get_by_text("1 corrected").wait_for(timeout=60_000)
    page.get_by_role("link", name=wording_library.ARTICLES, exact=True).click()
    status = page.locator(".dl-sieve").get_by_label(wording_library.STATUS)
    status.select_option(label=f"{wording_library.HAS_EARLIER} (1)")
    page.get_by_role("button", name="The pier of Armadale").click()
    page.get_by_role("button", name=wording.SHOW_CHANGES).first.click()
    page.locator(".dl-page del, .dl-page ins").first.wait_for()
    rest(page)


def refuse_files(page: Page) -> None:
    """Choose files that cannot be read, and addresses that are not fetched."""
    shelf("Articles", "[data-shelved]")(page)
    files = {
        "tool.exe": b"MZ",
        "nothing.txt": b"",
        "torn.pdf": b"%PDF-1.7 x",
        "note.txt": b"A note\n\nThe pier is closed.\n",
    }
    payloads = [{"name": name, "mimeType": "application/octet-stream", "buffer": data} for name, data in files.items()]
    page.locator("input[type=file]").set_input_files(payloads)  # type: ignore[arg-type]
    lines = page.locator(".dl-uploads li")
    lines.filter(has_text="torn.pdf").get_by_text("Could not be read").wait_for(timeout=60_000)
    lines.filter(has_text="note.txt").get_by_text("Added").wait_for(timeout=60_000)


def measure_answers(page: Page) -> None:
    """Run some questions of the seeds' set, and open the run."""
    page.get_by_role("link", name=wording.EVALS).click()
    page.get_by_label(wording_evals.LIMIT).fill("24")
    page.get_by_role("button", name=wording_evals.START, exact=True).click()
    page.get_by_role("link", name=wording_evals.OPEN_RUN).click(timeout=240_000)
    page.locator(".dl-case").first.wait_for()


def say(*words: str, is_whole: bool = True) -> Callable[[Handler], None]:
    """A model that says this; one that does not finish goes on writing until nobody looks any more."""

    def answer(handler: Handler) -> None:
        handler.start()
        handler.words(*words, finish="stop" if is_whole else None)
        if is_whole:
            handler.event("[DONE]")
            handler.end()
        else:
            handler.wait()

    return answer


def break_off(handler: Handler) -> None:
    """A model that goes away in the middle of its answer."""
    handler.start()
    handler.words("The two-day talks should take", " place on March 18 in")


SAID = ("The two-day talks should take place on March 18 in Anchorage, Alaska [1].", " Joe Biden will attend them [1].")
PICTURES = (
    Picture("empty", lambda _: None),
    Picture("answered", asking(WHEN)),
    Picture("reading", asking(WHEN, then=".dl-answer .dl-mark")),
    Picture("reading-dark", asking(WHEN, then=".dl-answer .dl-mark"), is_dark=True),
    Picture("corrected", asking(SETTLED)),
    Picture("refused", asking(FISHING)),
    Picture("who-says-what", asking(DISPUTE, then='[data-aspect="sides"]')),
    Picture("timeline", asking("Give me a timeline of the events", then='[data-aspect="timeline"]')),
    Picture("writing", write, answer=say("The two-day talks should take", " place on March 18", is_whole=False)),
    Picture("left-out", unfold_left_out, answer=say(*SAID)),
    Picture("model-gone", lambda page: ask(page, WHEN), answer=break_off),
    Picture("conversations", opening(".dl-list", "#dl-kept .dl-kept-open", first=asking(WHEN))),
    Picture("scope", opening(".dl-scope-open", "#dl-scoping .dl-scope-form")),
    Picture("settings", opening(".dl-settings-open", "#dl-settings-drawer .dl-facts")),
    Picture("library", shelf("Articles", "[data-shelved]")),
    Picture("library-condition", shelf("Condition", ".dl-shelves")),
    Picture("evals", measure_answers),
    Picture("uploads", refuse_files),
    Picture("sources", follow_folder, has_folder=True),
    Picture("what-changed", correct, has_folder=True),
    Picture("phone-answered", asking(WHEN), width=390),
    Picture("phone-reading", asking(WHEN, then=".dl-answer .dl-mark"), width=390),
    Picture("phone-refused-dark", asking(FISHING), width=390, is_dark=True),
    Picture("phone-library", shelf("Articles", "[data-shelved]"), width=390),
)


def take(picture: Picture, browser: Browser, address: str) -> None:
    """Take one picture with a browser's memory of its own, and write it in few colours."""
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height},
        color_scheme="dark" if picture.is_dark else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(address)
    page.locator("#dl-question textarea").wait_for()
    picture.act(page)
    page.wait_for_timeout(800)
    shot = Image.open(BytesIO(page.screenshot())).convert("RGB")
    shot.quantize(_COLOURS, dither=Image.Dither.NONE).save(FOLDER / f"{picture.name}.png", optimize=True)
    context.close()


@contextmanager
def open_window(settings: Settings) -> Iterator[str]:
    """The address of a window over the library that the settings name."""
    with ExitStack() as opened:
        dateline = open_dateline(settings, is_kept_up=True)
        opened.callback(dateline.close)
        dateline.warm()
        yield opened.enter_context(run_app(mount_window(dateline, None, measure(dateline, settings.library), settings)))


def take_all(pictures: Sequence[Picture], browser: Browser, home: Path, model: Server) -> None:
    """Those without a model, then those with one, then those with a folder."""
    alone = load_settings(library=home / "library", model="none")
    prepare(alone)
    with open_window(alone) as address:
        for picture in (each for each in pictures if each.answer is None and not each.has_folder):
            take(picture, browser, address)
            print(picture.name)
    beside = load_settings(library=home / "library", llm_base_url=model.url, llm_model="a-model", llm_idle_seconds=60)
    with open_window(beside) as address:
        for picture in pictures:
            if picture.answer is not None:
                model.answer(picture.answer)
                take(picture, browser, address)
                print(picture.name)

    followed = [picture for picture in pictures if picture.has_folder]
    if followed:
        with keep_articles():
            apart = load_settings(library=home / "apart" / "library", model="none")
            prepare(apart, [name_source(str(ALASKA))])
            with open_window(apart) as address:
                for picture in followed:
                    take(picture, browser, address)
                    print(picture.name)


def prepare(settings: Settings, sources: Sequence[Source] = ()) -> None:
    """A library of these sources, or of the seeds, all of it searchable by meaning."""
    if sources:
        sync(settings, sources, on_progress=lambda *_: None)
    prepare_library(settings, on_progress=lambda *_: None)
    embed(settings, on_progress=lambda *_: None)


@contextmanager
def keep_articles() -> Iterator[None]:
    """The folders that a library follows, as long as the pictures of that are taken.

    Raises:
        FileExistsError: there is such a folder already; move it away.
    """
    ARTICLES.mkdir()
    try:
        shutil.copytree(project_folder() / "seeds", ALASKA)
        SKYE.mkdir()
        (SKYE / "pier.txt").write_text(_PIER)
        (SKYE / "ferry.txt").write_text(_FERRY)
        (SKYE / "scan.pdf").write_bytes(b"%PDF-1.7 x")
        yield
    finally:
        shutil.rmtree(ARTICLES)


def main() -> None:
    """Take them all, or those that are named."""
    wanted = [picture for picture in PICTURES if picture.name in sys.argv[1:] or not sys.argv[1:]]
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, serve_model() as model, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        take_all(wanted, browser, Path(home), model)
        browser.close()


if __name__ == "__main__":
    main()
