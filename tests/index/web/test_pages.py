"""Fetching from a real server on this machine, which the tests' rules allow and the product's refuse."""

import gzip
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from index.errors import PageNotFetchedError
from index.web.pages import NotModified, Page, fetch_page
from index.web.rules import FetchRules

PAGE = "<!doctype html><title>Ferry</title><p>The ferry sailed — at last.".encode()
Handle = Callable[[BaseHTTPRequestHandler], None]


class Site:
    """A server on 127.0.0.1 whose paths are functions; it keeps the headers that it was sent."""

    def __init__(self) -> None:
        self.paths: dict[str, Handle] = {"/": answer(PAGE)}
        self.asked: list[tuple[str, dict[str, str]]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.path, dict(self.headers)))
                # A client that hangs up in the middle is what many tests are about.
                try:
                    site.paths[self.path.partition("?")[0]](self)
                except ConnectionError:
                    self.close_connection = True

            def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002 - the name that it overrides
                pass

        class Server(ThreadingHTTPServer):
            def handle_error(self, request: Any, client_address: Any) -> None:
                """A client that turns away from a certificate is what a test is about."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    def address(self, path: str = "/", host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    def rules(self, **changed: Any) -> FetchRules:
        """Rules that allow this very server, under whatever name, and nothing else."""
        allowed: dict[str, Any] = {
            "ports": frozenset({self.port}),
            "resolve": lambda host, port: ["127.0.0.1"],
            "is_allowed": lambda address: str(address) == "127.0.0.1",
            "seconds": 5.0,
        }
        return FetchRules(**(allowed | changed))

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def answer(body: bytes = b"", status: int = 200, **headers: str) -> Handle:
    def handle(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        for name, value in ({"Content-Type": "text/html; charset=UTF-8"} | named).items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body)

    return handle


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()


def failure_of(address: str, rules: FetchRules) -> str:
    with pytest.raises(PageNotFetchedError) as caught:
        fetch_page(address, rules=rules)
    return str(caught.value)


def test_a_page_is_fetched_with_what_its_server_says_of_it(site: Site) -> None:
    site.paths["/ferry"] = answer(PAGE, ETag='"1"', Last_Modified="Wed, 10 Mar 2021 10:00:00 GMT")
    address = site.address("/ferry?a=1#top")
    assert fetch_page(address, rules=site.rules()) == Page(
        *(address, PAGE, "text/html", "utf-8", '"1"', "Wed, 10 Mar 2021 10:00:00 GMT", ".html")
    )


def test_the_same_server_is_refused_by_the_rules_of_the_product(site: Site) -> None:
    assert "is not on a port of the open web" in failure_of(site.address(), FetchRules())
    assert "inside your own computer or network" in failure_of(site.address(), FetchRules(ports=frozenset({site.port})))
    assert site.asked == []


def test_the_program_says_what_it_is_and_sends_nothing_more(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    site.paths["/"] = answer(PAGE, Set_Cookie="id=1")
    for _ in range(2):
        fetch_page(site.address(), rules=site.rules())
    headers = site.asked[1][1]
    assert headers.keys() == {"Host", "User-Agent", "Accept", "Accept-Encoding"}
    assert headers["User-Agent"].startswith("Dateline/")
    assert "news reader" in headers["User-Agent"]
    assert headers["Accept-Encoding"] == "gzip"


def test_a_page_that_has_not_changed_is_not_sent_again(site: Site) -> None:
    site.paths["/"] = answer(status=304)
    found = fetch_page(site.address(), etag='"1"', last_modified="Wed, 10 Mar 2021 10:00:00 GMT", rules=site.rules())
    assert found == NotModified(site.address())
    headers = site.asked[0][1]
    assert (headers["If-None-Match"], headers["If-Modified-Since"]) == ('"1"', "Wed, 10 Mar 2021 10:00:00 GMT")


def test_redirects_are_followed_to_where_they_end(site: Site) -> None:
    site.paths["/old"] = answer(status=301, Location="/new?x=é")
    site.paths["/new"] = answer(PAGE)
    page = fetch_page(site.address("/old"), rules=site.rules())
    assert isinstance(page, Page)
    assert page.url == site.address("/new?x=%C3%A9")


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("http://127.0.0.2:{port}/", "inside your own computer or network"),
        ("http://localhost:{port}/", "inside your own computer or network"),
        ("http://[::1]:{port}/", "inside your own computer or network"),
        ("http://169.254.169.254:{port}/latest/meta-data/", "inside your own computer or network"),
        ("file:///etc/passwd", "is no address of a web page"),
        ("ftp://127.0.0.1/", "is no address of a web page"),
        ("http://127.0.0.1:22/", "is not on a port of the open web"),
        ("http://me:secret@127.0.0.1:{port}/", "holds a name or password"),
        ("http://[", "is no address of a web page"),
    ],
)
def test_a_redirect_is_checked_like_any_address(site: Site, target: str, reason: str) -> None:
    site.paths["/away"] = answer(status=302, Location=target.format(port=site.port))
    resolve = {"news.example": ["127.0.0.1"]}
    rules = site.rules(resolve=lambda host, port: resolve.get(host, [host.strip("[]")]))
    said = failure_of(site.address("/away", host="news.example"), rules)
    assert reason in said
    assert "secret" not in said
    assert [path for path, _ in site.asked] == ["/away"]


def test_redirects_in_circles_end(site: Site) -> None:
    site.paths["/a"] = answer(status=302, Location="/a")
    assert "passed on from address to address" in failure_of(site.address("/a"), site.rules())
    assert len(site.asked) == 6


def test_the_address_that_was_checked_is_the_one_that_is_spoken_to(site: Site) -> None:
    # DNS rebinding: 127.0.0.9 passes the check and has no listener; asked again, the name would lead to the server.
    answers = iter([["127.0.0.9"], ["127.0.0.1"], ["127.0.0.1"]])
    rules = site.rules(resolve=lambda *_: next(answers), is_allowed=lambda address: str(address) == "127.0.0.9")
    assert "does not answer" in failure_of(site.address(host="rebind.example"), rules)
    assert site.asked == []
    assert next(answers) == ["127.0.0.1"]


def test_one_private_address_among_others_closes_a_name(site: Site) -> None:
    rules = site.rules(resolve=lambda *_: ["127.0.0.1", "10.0.0.1"])
    assert "inside your own computer or network" in failure_of(site.address(host="news.example"), rules)
    assert site.asked == []


def test_the_next_address_is_tried_when_the_first_does_not_answer(site: Site) -> None:
    rules = site.rules(resolve=lambda *_: ["127.0.0.9", "127.0.0.1"], is_allowed=lambda address: address.is_loopback)
    assert isinstance(fetch_page(site.address(host="news.example"), rules=rules), Page)


def test_a_name_that_nobody_knows_is_said_to_be_unknown(site: Site) -> None:
    def resolve(host: str, _: int) -> Sequence[str]:
        raise socket.gaierror(f"{host} is unknown")

    assert failure_of(site.address(host="nwes.example"), site.rules(resolve=resolve)).startswith(
        "No site called nwes.example was found; check the spelling"
    )


def test_a_name_service_that_hangs_is_not_waited_for(site: Site) -> None:
    release = threading.Event()
    rules = site.rules(resolve=lambda *_: [str(release.wait(5))], seconds=0.3)
    started = time.monotonic()
    assert "took longer than 0.3 seconds" in failure_of(site.address(host="slow.example"), rules)
    assert time.monotonic() - started < 1
    release.set()


def drip(request: BaseHTTPRequestHandler) -> None:
    answer()(request)
    for _ in range(100):
        request.wfile.write(b".")
        time.sleep(0.05)


def drip_head(request: BaseHTTPRequestHandler) -> None:
    for _ in range(100):
        request.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        time.sleep(0.05)


def bounce(request: BaseHTTPRequestHandler) -> None:
    time.sleep(0.2)
    answer(status=302, Location="/bounce")(request)


@pytest.mark.parametrize("handle", [drip, drip_head, bounce, lambda request: time.sleep(2)])
def test_a_server_that_takes_its_time_is_cut_off_in_all(site: Site, handle: Handle) -> None:
    site.paths["/bounce"] = handle
    started = time.monotonic()
    assert "took longer than 0.5 seconds; try again later" in failure_of(
        site.address("/bounce"), site.rules(seconds=0.5)
    )
    assert time.monotonic() - started < 1


def send_11_mb(request: BaseHTTPRequestHandler) -> None:
    answer()(request)
    for _ in range(11):
        request.wfile.write(bytes(1_000_000))


BOMB = gzip.compress(bytes(200_000_000), compresslevel=9)


@pytest.mark.parametrize(
    "handle",
    [
        send_11_mb,
        answer(b"", Content_Length="11000000"),
        answer(BOMB, Content_Encoding="gzip"),
        answer(gzip.compress(bytes(10_000_001)), Content_Encoding="x-gzip"),
    ],
    ids=["long", "announced", "bomb", "one byte"],
)
def test_more_than_10_mb_is_cut_off(site: Site, handle: Handle) -> None:
    site.paths["/large"] = handle
    assert failure_of(site.address("/large"), site.rules()).startswith("The page is larger than 10 MB; save it")


def test_a_packed_page_of_10_mb_is_unpacked(site: Site) -> None:
    site.paths["/packed"] = answer(gzip.compress(PAGE.ljust(10_000_000)), Content_Encoding="gzip")
    page = fetch_page(site.address("/packed"), rules=site.rules())
    assert isinstance(page, Page)
    assert page.data == PAGE.ljust(10_000_000)


@pytest.mark.parametrize(
    ("handle", "reason"),
    [
        (answer(gzip.compress(PAGE)[:-9], Content_Encoding="gzip"), "arrived damaged; try again"),
        (answer(PAGE, Content_Encoding="gzip"), "arrived damaged; try again"),
        (answer(PAGE, Content_Encoding="br"), "packs its pages in a way that was not asked for (br)"),
        (answer(PAGE, Content_Type="image/png"), "is no article but image/png"),
        (answer(PAGE, Content_Type="application/octet-stream"), "is no article but application/octet-stream"),
        (answer(status=404), "There is no page at http://127.0.0.1"),
        (answer(status=410), "There is no page at http://127.0.0.1"),
        (answer(status=401), "to its subscribers only (401); save the page"),
        (answer(status=403), "refuses programs (403); save the page from your browser into a folder instead."),
        (answer(status=429), "was asked too often (429); try again in an hour"),
        (answer(status=503), "has a failure of its own (503); try again later"),
        (answer(status=204), "gives no page but the answer 204"),
        (answer(status=304), "gives no page but the answer 304"),
        (answer(status=302), "gives no page but the answer 302"),
        (lambda request: request.wfile.write(b"\x16\x03\x01 nonsense\r\n\r\n"), "does not answer"),
        (answer(PAGE, Content_Length="1000"), "does not answer"),
    ],
)
def test_a_failure_says_what_to_do_next(site: Site, handle: Handle, reason: str) -> None:
    site.paths["/failing"] = handle
    assert reason in failure_of(site.address("/failing"), site.rules())


@pytest.mark.parametrize(
    ("path", "content_type", "suffix"),
    [
        ("/a", "application/xhtml+xml", ".html"),
        ("/a", "text/plain;charset=utf-8", ".txt"),
        ("/a", "Application/PDF", ".pdf"),
        ("/feed", "application/rss+xml", ".xml"),
        ("/a", "application/json", ".json"),
        ("/report.PDF", "application/octet-stream", ".pdf"),
        ("/a", "", ".html"),
    ],
)
def test_the_type_of_a_page_names_its_reader(site: Site, path: str, content_type: str, suffix: str) -> None:
    site.paths[path] = answer(PAGE, Content_Type=content_type)
    page = fetch_page(site.address(path), rules=site.rules())
    assert isinstance(page, Page)
    assert page.suffix == suffix


@pytest.mark.parametrize(
    "address", ["", "news.example/ferry", "javascript:alert(1)", "http://", "http:///x", "https://[", "x" * 99_999]
)
def test_what_is_no_address_is_said_to_be_none(address: str) -> None:
    said = failure_of(address, FetchRules())
    assert "is no address of a web page; copy one that begins with https://" in said
    assert len(said) < 400


def test_a_site_that_is_down_is_said_not_to_answer() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound, so that nobody else takes it, and not listening
        port = held.getsockname()[1]
        rules = FetchRules(ports=frozenset({port}), is_allowed=lambda _: True)
        assert "127.0.0.1 does not answer" in failure_of(f"http://127.0.0.1:{port}/", rules)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for news.example that nobody vouches for."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("no openssl to make a certificate with")
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    asked = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    asked += ["-subj", "/CN=news.example", "-addext", "subjectAltName=DNS:news.example"]
    subprocess.run([program, *asked, "-keyout", file, "-out", f"{file}.crt"], check=True, capture_output=True)
    file.write_text(file.read_text() + Path(f"{file}.crt").read_text())
    return file


@pytest.fixture
def secure_site(site: Site, certificate: Path) -> Site:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    site.server.socket = context.wrap_socket(site.server.socket, server_side=True, do_handshake_on_connect=False)
    return site


def test_the_certificate_is_checked_against_the_name_though_the_address_is_pinned(
    secure_site: Site, certificate: Path
) -> None:
    rules = secure_site.rules(tls=ssl.create_default_context(cafile=certificate))
    assert isinstance(fetch_page(secure_site.address(host="news.example", scheme="https"), rules=rules), Page)
    said = failure_of(secure_site.address(host="other.example", scheme="https"), rules)
    assert said.startswith("other.example cannot prove that it is other.example")
    assert len(secure_site.asked) == 1


def test_a_certificate_that_nobody_vouches_for_is_refused(secure_site: Site) -> None:
    said = failure_of(secure_site.address(host="news.example", scheme="https"), secure_site.rules())
    assert said.startswith("news.example cannot prove that it is news.example (self")
    assert secure_site.asked == []
