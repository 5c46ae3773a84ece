"""A worker that has been taken over: after saying that it is ready it sends what its argument says, whatever is asked."""

import os
import struct
import sys

from index.parsing.frames import encode, read_frame, write_frame

ARTICLE: dict[str, object] = dict.fromkeys(("title", "outlet", "published", "updated", "language", "url"))
ARTICLE |= {"id": "0", "file": "a.txt", "item": "", "authors": [], "text": "Yes.", "sentences": []}
DONE = {"is_last": True, "failure": None, "growth": 0}
LIES = {
    "no object": b"[]",
    "no JSON": b"\x80\x04K\x01.",
    "too deep": b"[" * 100_000,
    "no items": encode(DONE),
    "items that are none": encode(DONE | {"items": "abc"}),
    "an unknown field": encode(DONE | {"items": [ARTICLE | {"__class__": "x"}]}),
    "a missing field": encode(DONE | {"items": [{"id": "0"}]}),
    "a number for a text": encode(DONE | {"items": [ARTICLE | {"text": 4}]}),
    "no such date": encode(DONE | {"items": [ARTICLE | {"published": "2021-02-31"}]}),
    "a sentence outside": encode(DONE | {"items": [ARTICLE | {"sentences": [[0, 5, 0, "body"]]}]}),
    "a sentence before": encode(DONE | {"items": [ARTICLE | {"sentences": [[-1, 3, 0, "body"]]}]}),
    "an unknown role": encode(DONE | {"items": [ARTICLE | {"sentences": [[0, 4, 0, "king"]]}]}),
    "true for a number": encode(DONE | {"items": [ARTICLE | {"sentences": [[True, 4, 0, "body"]]}]}),
    "a failure that is no text": encode(DONE | {"items": [], "failure": 4}),
    "an end that is neither": encode(DONE | {"items": [], "is_last": "no"}),
}


def main(lie: str) -> None:
    requests, replies = sys.stdin.buffer, sys.stdout.buffer
    while read_frame(requests) is not None:
        write_frame(replies, encode({"is_ready": True}))
        read_frame(requests)
        if lie == "a frame without end":
            replies.write(struct.pack(">I", 0xFFFFFFFF))
            replies.flush()
        elif lie == "half a frame":
            replies.write(struct.pack(">I", 100) + b"{")
            replies.flush()
            os._exit(0)
        else:
            write_frame(replies, LIES[lie])


if __name__ == "__main__":
    main(sys.argv[1])
