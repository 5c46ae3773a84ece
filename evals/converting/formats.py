"""The public formats by name; each has one function: its files -> cases and articles."""

from collections.abc import Callable, Mapping
from pathlib import Path

from evals.converting.beir import convert_beir
from evals.converting.converted import Converted
from evals.converting.mtrag import convert_mtrag
from evals.converting.multihop_rag import convert_multihop_rag
from evals.converting.ramdocs import convert_ramdocs
from evals.converting.realtimeqa import convert_realtimeqa
from evals.converting.squad2 import convert_squad2
from evals.errors import ConversionError


def _name_missing_field(name: str, convert: Callable[[Path], Converted]) -> Callable[[Path], Converted]:
    def run(path: Path) -> Converted:
        try:
            return convert(path)
        except (KeyError, TypeError, IndexError, AttributeError) as error:
            raise ConversionError(f"{path} is not in the format {name}: {type(error).__name__} {error}.") from error

    return run


FORMATS: Mapping[str, Callable[[Path], Converted]] = {
    name: _name_missing_field(name, convert)
    for name, convert in {
        "beir": convert_beir,
        "mtrag": convert_mtrag,
        "multihop-rag": convert_multihop_rag,
        "ramdocs": convert_ramdocs,
        "realtimeqa": convert_realtimeqa,
        "squad2": convert_squad2,
    }.items()
}
