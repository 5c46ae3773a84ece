"""A small model in ONNX with its tokenizer: texts go in, what it makes of each comes out."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.cores import count_usable_cores

Numbers = NDArray[np.float32]
# Texts whose encodings are held at once: one takes 20 KB, its numbers alone 1.
_ENCODED_AT_ONCE = 512


class OnnxModel:
    """Runs one text, or one pair of texts, at a time, and as many at once as there are cores. Thread-safe.

    One at a time because these models are quantised dynamically: the scale of a layer's numbers is taken from the whole
    batch, so that in a batch what comes out for a text would depend on the texts beside it. Batches of short texts gained
    nothing on the processors that were tried: 40 pairs of 40 word pieces took .68 s at 256 word pieces a batch, .67 at 2,048.
    """

    def __init__(self, model: Path, tokenizer: Path, *, longest: int, output: str) -> None:
        """Load both files; texts are cut at `longest` word pieces (of a pair the second), `output` names what is read."""
        import onnxruntime  # noqa: PLC0415 - 0.4 s that a command without these models does not pay
        from tokenizers import Tokenizer  # noqa: PLC0415

        options = onnxruntime.SessionOptions()
        # One thread a text: two threads in one text wait for each other, awake.
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._longest = longest
        self._output = output

    def run(self, texts: Sequence[str] | Sequence[tuple[str, str]]) -> list[Numbers]:
        """What the model makes of each text, in order; the shape is the model's, without the batch."""
        results: list[Numbers | None] = [None] * len(texts)
        with ThreadPoolExecutor(count_usable_cores()) as pool:
            for first in range(0, len(texts), _ENCODED_AT_ONCE):
                encoded = self._encode(texts[first : first + _ENCODED_AT_ONCE])
                # The longest first, so that no core is left with a long one at the end.
                order = sorted(range(len(encoded)), key=lambda position: -encoded[position].shape[1])
                for position, made in zip(order, pool.map(self._run_one, [encoded[p] for p in order]), strict=True):
                    results[first + position] = made
        return [result for result in results if result is not None]

    def _encode(self, texts: Sequence[Any]) -> list[NDArray[np.int64]]:
        """For each text its word pieces and their kinds (0, or 1 in the second of a pair): shape (2, word pieces)."""
        strategy = "only_second" if texts and isinstance(texts[0], tuple) else "longest_first"
        self._tokenizer.enable_truncation(self._longest, strategy=strategy)
        return [
            np.array([encoding.ids, encoding.type_ids], dtype=np.int64)
            for encoding in self._tokenizer.encode_batch(list(texts))
        ]

    def _run_one(self, encoded: NDArray[np.int64]) -> Numbers:
        ids, kinds = encoded[:, None, :]
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": kinds}
        made: Numbers = self._session.run([self._output], inputs)[0][0]
        return made
