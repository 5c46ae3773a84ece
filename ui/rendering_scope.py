"""The line above the question that says what it is asked of, and the button of the settings, with the words of both."""

import json

from ui import wording_scope, wording_settings
from ui.rendering_text import show_text

_SCOPE_WORDS = {
    "title": wording_scope.SCOPE,
    "whole": wording_scope.WHOLE,
    "outlets": wording_scope.OUTLETS,
    "period": wording_scope.PERIOD,
    "since": wording_scope.SINCE,
    "until": wording_scope.UNTIL,
    "articles": wording_scope.ARTICLES,
    "find": wording_scope.FIND_ARTICLES,
    "noArticles": wording_scope.NO_ARTICLES,
    "noOutlets": wording_scope.NO_OUTLETS,
    "apply": wording_scope.APPLY,
    "clear": wording_scope.CLEAR,
    "close": wording_scope.CLOSE,
    "failed": wording_scope.FAILED,
    "intro": wording_scope.INTRO,
}
_SETTINGS_WORDS = {
    "title": wording_settings.SETTINGS,
    "close": wording_settings.CLOSE,
    "failed": wording_settings.FAILED,
    "strictness": wording_settings.STRICTNESS,
    "strictnessNote": wording_settings.STRICTNESS_NOTE,
    "answersMore": wording_settings.ANSWERS_MORE,
    "refusesMore": wording_settings.REFUSES_MORE,
    "asSet": wording_settings.AS_SET,
    "quoteOnly": wording_settings.QUOTE_ONLY,
    "model": wording_settings.MODEL,
    "endpoint": wording_settings.ENDPOINT,
    "endpointNote": wording_settings.ENDPOINT_NOTE,
    "baseUrl": wording_settings.BASE_URL,
    "modelName": wording_settings.MODEL_NAME,
    "key": wording_settings.KEY,
    "keyKept": wording_settings.KEY_KEPT,
    "save": wording_settings.SAVE,
    "saving": wording_settings.SAVING,
    "forget": wording_settings.FORGET,
    "fixed": wording_settings.FIXED,
    "others": wording_settings.OTHERS,
    "othersNote": wording_settings.OTHERS_NOTE,
}


def show_scope() -> str:
    """The line; the window's script fills it."""
    return f'<div class="dl-scope" data-words="{show_text(json.dumps(_SCOPE_WORDS))}"></div>'


def show_settings_button() -> str:
    """The button; the window's script makes the panel."""
    return (
        '<button type="button" class="dl-settings-open" aria-haspopup="dialog" '
        f'data-words="{show_text(json.dumps(_SETTINGS_WORDS))}">{wording_settings.SETTINGS}</button>'
    )
