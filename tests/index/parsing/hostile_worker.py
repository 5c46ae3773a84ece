"""The worker with the tests' own tasks: each file's name says what a hostile file could make its reader do."""

import ctypes
import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from index.errors import ArticleUnreadableError
from index.parsing.article_json import found_to_json
from index.parsing.worker import main
from index.reading.plain import read_article

CHUNK = 100


def read(request: Mapping[str, Any]) -> Iterator[object]:
    path, name = Path(request["path"]), request["name"]
    deed = DEEDS.get(name)
    if deed is None:
        yield found_to_json(read_article(path.read_bytes(), name))
        return
    said = deed(path)
    for number in range(int(request["fields"].get("articles", 1))):
        if name == "count":
            with Path(path.name).open("a", encoding="utf-8") as file:
                file.write(".")
        yield found_to_json(read_article(f"Number {number}: {said}.".encode(), name))
    if request["fields"].get("then"):
        DEEDS[request["fields"]["then"]](path)


def eat_memory(_: Path) -> str:
    return f"ate {len([bytearray(50_000_000) for _ in range(100)])}"


def eat_memory_in_c(_: Path) -> str:
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    libc.free.argtypes = [ctypes.c_void_p]
    blocks = [libc.malloc(ctypes.c_size_t(50_000_000)) for _ in range(100)]
    for block in blocks:
        libc.free(block)
    return f"got {sum(block is not None for block in blocks)} of 100 blocks"


def keep_memory_in_c(_: Path) -> str:
    libc = ctypes.CDLL(None)
    size = 50_000_000
    while size > 16:
        if not libc.malloc(ctypes.c_size_t(size)):
            size //= 2
    return "kept everything"


def leak(_: Path) -> str:
    LEAKED.append(bytearray(20_000_000))
    return f"leaked in process {os.getpid()}"


def spin(_: Path) -> str:
    while True:
        pass


def sleep(_: Path) -> str:
    time.sleep(600)
    return "slept"


def crash(_: Path) -> str:
    ctypes.string_at(0)
    return "survived"


def fail(_: Path) -> str:
    raise RecursionError("nested too deeply")


def refuse(_: Path) -> str:
    raise ArticleUnreadableError("it is locked with a password; save it without.")


def print_much(_: Path) -> str:
    os.write(1, b"a library says what it likes\n" * 100)
    print("on its standard output", flush=True)
    return "printed"


def attempt(deed: Callable[[Path], object]) -> Callable[[Path], str]:
    """Tell what came of a deed that must be refused."""

    def run(path: Path) -> str:
        try:
            deed(path)
        except (OSError, AttributeError) as error:
            return f"refused {type(error).__name__}"
        return "allowed"

    return run


def write_inside(_: Path) -> None:
    Path("notes.txt").write_text("in the private folder", encoding="utf-8")
    Path("notes.txt").rename("renamed.txt")
    Path("renamed.txt").unlink()


def write_in_c(path: Path) -> None:
    """Past the audit hook, as machine code would: only the kernel can refuse it."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.open(os.fsencode(path.with_name("outside.txt")), os.O_WRONLY | os.O_CREAT, 0o600) < 0:
        raise OSError(ctypes.get_errno(), "refused")


def run_program_in_c(_: Path) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    arguments = (ctypes.c_char_p * 2)(b"/bin/true", None)
    libc.execv(b"/bin/true", arguments)
    raise OSError(ctypes.get_errno(), "refused")


def connect_in_c(path: Path) -> None:
    """A connection to the listener whose port the file holds, made without Python's knowledge."""
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = libc.socket(socket.AF_INET, socket.SOCK_STREAM, 0)
    port = int(path.read_text(encoding="utf-8"))
    address = socket.AF_INET.to_bytes(2, "little") + port.to_bytes(2, "big") + bytes([127, 0, 0, 1]) + bytes(8)
    if descriptor < 0 or libc.connect(descriptor, address, len(address)) < 0:
        raise OSError(ctypes.get_errno(), "refused")


def fork_and_hang(path: Path) -> str:
    """A child made past the audit hook, which outlives its parent unless it is killed too."""
    libc = ctypes.CDLL(None)
    child = libc.fork()
    if child == 0:
        time.sleep(600)
    os.write(os.open("child", os.O_WRONLY | os.O_CREAT), b"%d" % child)
    time.sleep(600)
    return "slept"


def tell_secrets(_: Path) -> str:
    return " ".join(sorted(os.environ))


def tell_process(_: Path) -> str:
    return f"process {os.getpid()} in {Path.cwd()}"


LEAKED: list[bytearray] = []
DEEDS: dict[str, Callable[[Path], str]] = {
    "eat_memory": eat_memory,
    "eat_memory_in_c": eat_memory_in_c,
    "keep_memory_in_c": keep_memory_in_c,
    "leak": leak,
    "spin": spin,
    "sleep": sleep,
    "crash": crash,
    "fail": fail,
    "refuse": refuse,
    "print": print_much,
    "fork_and_hang": fork_and_hang,
    "count": tell_process,
    "secrets": tell_secrets,
    "process": tell_process,
    "write_inside": attempt(write_inside),
    "write_outside": attempt(lambda path: path.with_name("outside.txt").write_text("!")),
    "append_outside": attempt(lambda path: path.open("ab")),
    "descend_outside": attempt(lambda path: Path("../outside.txt").write_text("!")),
    "open_outside": attempt(lambda path: os.open(path, os.O_RDWR)),
    "remove_outside": attempt(lambda path: path.unlink()),
    "rename_outside": attempt(lambda path: path.rename(path.with_name("outside.txt"))),
    "link_outside": attempt(lambda path: path.with_name("outside.txt").symlink_to(path)),
    "make_folder_outside": attempt(lambda path: path.with_name("outside.txt").mkdir()),
    "write_in_c": attempt(write_in_c),
    "connect": attempt(lambda path: socket.create_connection(("127.0.0.1", int(path.read_text())), 1)),
    "connect_unix": attempt(lambda path: socket.socket(socket.AF_UNIX).connect(str(path))),
    "resolve": attempt(lambda path: socket.getaddrinfo("localhost", 80)),
    "send_datagram": attempt(lambda path: socket.socket(type=socket.SOCK_DGRAM).sendto(b"!", ("127.0.0.1", 9))),
    "listen": attempt(lambda path: socket.create_server(("127.0.0.1", 0))),
    "fetch": attempt(lambda path: urllib.request.urlopen(f"http://127.0.0.1:{path.read_text()}/", timeout=1)),
    "connect_in_c": attempt(connect_in_c),
    "run_program": attempt(lambda path: subprocess.run(["/bin/true"], check=True)),
    "run_shell": attempt(lambda path: os.system("true")),  # noqa: S605, S607 - it must be refused
    "replace_self": attempt(lambda path: os.execv("/bin/true", ["true"])),  # noqa: S606 - the same
    "spawn": attempt(lambda path: os.posix_spawn("/bin/true", ["true"], {})),
    "fork": attempt(lambda path: os.fork()),
    "kill_parent": attempt(lambda path: os.kill(os.getppid(), 0)),
    "run_program_in_c": attempt(run_program_in_c),
}

if __name__ == "__main__":
    main({"articles": read})
