"""The views of an answer beside its sources: the course of events, and who says what; each only where it has something to show."""

from collections.abc import Iterable, Mapping, Sequence

from rag.attribution import reports_speech
from rag.conversation import Citation
from rag.forms.timelines import order_events
from ui import wording_aspects as wording
from ui.rendering_citations import list_provenance, show_quote
from ui.rendering_text import show_text

_LEAST = 2


def show_aspects(
    sources: str, told: Sequence[Citation], voices: Mapping[str, str], disputed: Sequence[Sequence[str]]
) -> str:
    """The sources, and above them buttons for the other views where there are any.

    `told` are the citations that they are made of, those without a number not cited; `voices` and `disputed` are by their
    places.
    """
    panels = {
        "timeline": (wording.TIMELINE, _show_timeline(told)),
        "sides": (wording.SIDES, _show_sides(told, voices, disputed)),
    }
    shown = {name: panel for name, panel in panels.items() if panel[1]}
    if not shown:
        return sources
    buttons = [_show_button("sources", wording.SOURCES, is_pressed=True)]
    buttons += [_show_button(name, label, is_pressed=False) for name, (label, _) in shown.items()]
    hidden = "".join(
        f'<div class="dl-panel" data-panel="{name}" role="group" aria-label="{label}" hidden>{content}</div>'
        for name, (label, content) in shown.items()
    )
    return (
        f'<div class="dl-aspects" role="group" aria-label="{wording.ASPECTS}">{"".join(buttons)}</div>'
        f'<div class="dl-panel" data-panel="sources">{sources}</div>{hidden}'
    )


def _show_button(name: str, label: str, *, is_pressed: bool) -> str:
    return (
        f'<button type="button" class="dl-aspect" data-aspect="{name}" aria-pressed="{str(is_pressed).lower()}">'
        f"{label}</button>"
    )


def _show_timeline(told: Sequence[Citation]) -> str:
    """Dated sentences in the order of their dates, those of a day under one date."""
    by_day: dict[str, list[Citation]] = {}
    for day, citation in order_events(told):
        by_day.setdefault(str(day), []).append(citation)
    if len(by_day) < _LEAST:
        return ""
    days = "".join(
        f'<li><h3 class="dl-who">{show_text(day)}</h3><ul>{"".join(map(_show_told, cited))}</ul></li>'
        for day, cited in by_day.items()
    )
    return f'<ol class="dl-days">{days}</ol>'


def _show_sides(told: Sequence[Citation], voices: Mapping[str, str], disputed: Sequence[Sequence[str]]) -> str:
    by_place = {citation.place: citation for citation in told}
    groups = [[by_place[place] for place in group if place in by_place] for group in disputed]
    groups = [group for group in groups if len(group) >= _LEAST]
    if not groups and len({voices[place] for place in by_place.keys() & voices.keys()}) < _LEAST:
        return ""
    shown = {citation.place for group in groups for citation in group}
    by_voice: dict[str, list[Citation]] = {}
    for citation in told:
        if citation.place in voices and citation.place not in shown:
            by_voice.setdefault(voices[citation.place], []).append(citation)
    others = "".join(_show_voice(*one) for one in by_voice.items())
    title = f"<h3>{wording.OTHERS}</h3>" if groups and others else ""
    said = f'{title}<ul class="dl-voices">{others}</ul>' if others else ""
    return "".join(_show_disputed(group, voices) for group in groups) + said


def _show_disputed(group: Iterable[Citation], voices: Mapping[str, str]) -> str:
    """What cannot all be true, one account beside the other."""
    sides: dict[str, list[Citation]] = {}
    for citation in group:
        sides.setdefault(voices.get(citation.place) or _name_account(citation), []).append(citation)
    accounts = "".join(_show_voice(*one, level="h4") for one in sides.items())
    return f'<section class="dl-dispute"><h3>{wording.DISPUTED}</h3><ul>{accounts}</ul></section>'


def _name_account(citation: Citation) -> str:
    """Whose an account is that stands beside no name: not the outlet's own where it reports what somebody said."""
    if reports_speech(citation.quote):
        return wording.UNNAMED
    return citation.outlet or wording.OWN_VOICE


def _show_voice(name: str, said: Iterable[Citation], *, level: str = "h3") -> str:
    quotes = "".join(map(_show_told, said))
    return f'<li><{level} class="dl-who" dir="auto">{show_text(name)}</{level}><ul>{quotes}</ul></li>'


def _show_told(citation: Citation) -> str:
    # A day alone would be taken for that of the event.
    article = [] if citation.outlet else [citation.title or citation.file]
    origin = " · ".join([*article, *list_provenance(citation)])
    return f'<li>{show_quote(citation)}<p class="dl-origin" dir="auto">{show_text(origin)}</p></li>'
