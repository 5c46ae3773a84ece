"""The button that opens the list of conversations, with all the words that the window's script puts there."""

import json

from ui import wording_conversations as wording
from ui.rendering_text import show_text

_WORDS = {
    "title": wording.CONVERSATIONS,
    "none": wording.NONE_YET,
    "close": wording.CLOSE,
    "rename": wording.RENAME,
    "remove": wording.DELETE,
    "reallyRemove": wording.REALLY_DELETE,
    "titleLabel": wording.TITLE_LABEL,
    "save": wording.SAVE,
    "cancel": wording.CANCEL,
    "markdown": wording.AS_MARKDOWN,
    "json": wording.AS_JSON,
    "failed": wording.FAILED,
    "copied": wording.COPIED,
    "notCopied": wording.NOT_COPIED,
    "editing": wording.EDITING,
    "further": wording.FURTHER,
}


def show_conversations_button() -> str:
    """The button; the window's script makes the list."""
    return (
        f'<button type="button" class="dl-list" aria-haspopup="dialog" data-short="{wording.SHORT}" data-words="{show_text(json.dumps(_WORDS))}">'
        f"{wording.CONVERSATIONS}</button>"
    )
