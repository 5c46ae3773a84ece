"""What several commands share: the library option, and the settings that it and the environment make."""

from pathlib import Path
from typing import Any

import click

from rag.settings import Settings, load_settings

library_option = click.option(
    "--library", type=click.Path(file_okay=False, path_type=Path), help="Use the library in this folder."
)


def settings_of(context: click.Context, library: Path | None, **overrides: Any) -> Settings:
    """The settings for a command; `library` may stand before or after the command's name.

    Raises:
        SettingsError: a DATELINE_ variable is unknown, or a value is out of bounds.
    """
    chosen = library or (context.find_root().obj or {}).get("library")
    return load_settings(library=chosen.expanduser().resolve() if chosen else None, **overrides)
