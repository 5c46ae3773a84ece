"""Run as `python -m index.probing FOLDER COUNT`: does a new generation answer? Exit status 0 if it does.

A process of its own, since a damaged Chroma folder can hang its reader or end it with a signal.
"""

import json
import sys
from pathlib import Path

from index.chroma import open_collection


def main() -> int:
    """Check the count, and that each vector on standard input finds itself: [[id, [number, ...]], ...]."""
    collection = open_collection(Path(sys.argv[1]))
    if collection.count() != int(sys.argv[2]):
        return 1
    for id_, vector in json.load(sys.stdin):
        found = collection.query(query_embeddings=[vector], n_results=1, include=["distances"])
        # Two passages may have the same words, hence the same vector: the distance tells, not the id.
        if not found["ids"][0] or found["distances"][0][0] > 1e-3:
            return 1
        if not collection.get(ids=[id_], include=[])["ids"]:
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
