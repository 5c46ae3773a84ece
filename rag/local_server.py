"""The child process that runs the embedded language model; rag/local_model.py starts it, by its path.

It is told what to load in one line of JSON on stdin, says its port in one line of JSON on stdout when it is ready, and
ends when its stdin does: so it never outlives its parent, not even one that was killed. The key travels through the
pipe because a command line can be read by every user of the machine.
"""

import importlib
import json
import os
import socket
import sys
import threading
from typing import Any

import uvicorn


def main() -> None:
    """Load the model and serve it on loopback until the parent is gone."""
    told = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # Whatever the libraries print goes to the log; only the port goes to the parent.
    report = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    # The server takes every setting it was not given from variables such as MODEL, CACHE or CONFIG_FILE.
    os.environ.clear()  # noqa: TID251 - the opposite of reading it
    # Threads that wait for each other spin, and on a busy machine they spin away the time of those they wait for: two
    # busy cores wrote 1 token a second at GCC's default, 7 at this number; two idle ones 15 and 13.
    os.environ["GOMP_SPINCOUNT"] = "1000"  # noqa: TID251
    app = _load(told)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        with report:
            report.write(json.dumps({"port": listener.getsockname()[1]}) + "\n")
        config = uvicorn.Config(app, log_level="warning", access_log=False)
        uvicorn.Server(config).run(sockets=[listener])


def _load(told: dict[str, Any]) -> Any:
    server = importlib.import_module("llama_cpp.server.app")
    settings = importlib.import_module("llama_cpp.server.settings")
    return server.create_app(
        # Without this a second question would end the answer to the first.
        server_settings=settings.ServerSettings(api_key=told["key"], interrupt_requests=False),
        model_settings=[
            settings.ModelSettings(
                model=told["model"],
                n_ctx=told["context_tokens"],
                n_threads=told["threads"],
                n_threads_batch=told["threads"],
                # The server's default keeps the logits of every token: 2.5 GB for 4,096 tokens of this vocabulary.
                logits_all=False,
                verbose=False,
            )
        ],
    )


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()
