"""What several commands share: the library option, the settings that it and the environment make, and what is searched."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from index.selecting import Selection
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


def selection_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options --outlet, --since and --until, which `read_selection` reads."""
    day = click.DateTime(["%Y-%m-%d"])
    for option in (
        click.option(
            "--until",
            type=day,
            help="Only articles published on this day or earlier (YYYY-MM-DD); 'this week' is counted from it.",
        ),
        click.option("--since", type=day, help="Only articles published on this day or later (YYYY-MM-DD)."),
        click.option("--outlet", multiple=True, help="Only articles of this outlet; may be given several times."),
    ):
        command = option(command)
    return command


def read_selection(options: Mapping[str, Any]) -> Selection:
    """The articles that the options select."""
    return Selection(
        outlets=tuple(options["outlet"]),
        since=options["since"] and options["since"].date(),
        until=options["until"] and options["until"].date(),
    )
