"""The reading room before anything is read in it, with all the words that the window's script puts there."""

import json

from ui import wording, wording_elsewhere, wording_scope
from ui.rendering_text import show_text

_WORDS = {
    "opening": wording.ROOM_OPENING,
    "failed": wording.ROOM_FAILED,
    "empty": wording.ROOM_EMPTY,
    "original": wording.ORIGINAL,
    "askOf": wording_scope.ASK_OF_IT,
    "previous": wording.PREVIOUS_CITATION,
    "next": wording.NEXT_CITATION,
    "corrected": wording.ROOM_CORRECTED,
    "lost": wording.ROOM_LOST,
    "showChanges": wording.SHOW_CHANGES,
    "showNewest": wording.SHOW_NEWEST,
    "showEarlier": wording.SHOW_EARLIER,
    "showCited": wording.SHOW_CITED,
    "showArticle": wording.SHOW_ARTICLE,
    "changesKey": wording.CHANGES_KEY,
    "changesNone": wording.CHANGES_NONE,
    "removed": wording.CHANGE_REMOVED,
    "added": wording.CHANGE_ADDED,
    "ends": wording.CHANGE_ENDS,
    "sinceCorrected": wording.SINCE_CORRECTED,
    "sinceRemoved": wording.SINCE_REMOVED,
    "looking": wording_elsewhere.LOOKING,
    "notLookedThrough": wording_elsewhere.FAILED,
    "fromElsewhere": wording_elsewhere.FROM_ELSEWHERE,
}


def show_room() -> str:
    """The empty reading room; the window's script fills it."""
    return (
        f'<aside class="dl-room" aria-label="{wording.ROOM_NAME}" '
        f'data-words="{show_text(json.dumps(_WORDS))}">'
        f'<div><div class="dl-bar"><span>{wording.ROOM_NAME}</span>'
        f'<button type="button" class="dl-close" aria-label="{wording.ROOM_CLOSE}">&#10005;</button></div>'
        f'<div class="dl-steps" role="group" aria-label="{wording.ROOM_STEPS}" hidden></div>'
        '<div class="dl-banner" role="status"></div></div>'
        f'<div class="dl-scroll" tabindex="0" role="group" aria-label="{wording.ROOM_TEXT}">'
        f'<div class="dl-page" aria-live="polite"><p class="dl-invitation">{wording.ROOM_EMPTY}</p></div></div>'
        f'<section class="dl-elsewhere" aria-label="{wording_elsewhere.TITLE}" hidden>'
        f'<button type="button" class="dl-unfold" aria-expanded="false" aria-controls="dl-elsewhere-list">'
        f"{wording_elsewhere.TITLE}</button>"
        '<p role="status"></p><div id="dl-elsewhere-list" hidden></div></section></aside>'
    )
