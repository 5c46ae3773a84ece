"""An article as a page to read, with the words that were cited marked: what a citation's link opens."""

import base64
import hashlib
from html import escape

from fastapi.responses import HTMLResponse

from index.articles import Article
from ui import wording

_STYLE = (
    "body{font:18px/1.6 Georgia,'Noto Serif',serif;max-width:40em;margin:2em auto;padding:0 1em;color:#1d1b18;"
    "background:#fcfbf8}h1{line-height:1.2}p.facts,table{font-family:system-ui,sans-serif;font-size:15px}"
    "main.text{white-space:pre-wrap;overflow-wrap:anywhere}mark{background:#f3d9a4;color:inherit}"
    "pre{background:#f1eee6;padding:.7em;white-space:pre-wrap}pre,code{font-family:ui-monospace,monospace}code{font-size:.95em}section{border-top:1px solid #d8d2c4}"
    "td,th{text-align:left;vertical-align:top;padding:.2em .8em .2em 0}"
    "@media(prefers-color-scheme:dark){body{color:#e8e4da;background:#161512}mark{background:#6a4d12}"
    "pre{background:#24221d}a{color:#e0a193}section{border-color:#3a372f}}"
)
_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
# Such a page needs nothing: no script, no picture, no request.
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def show_article(article: Article, start: int, end: int) -> HTMLResponse:
    """The article, from character `start` to `end` marked."""
    start, end = min(start, len(article.text)), min(max(start, end), len(article.text))
    text, title = article.text, article.title or article.file
    day = wording.long_date(article.published) if article.published else None
    facts = " · ".join(escape(fact) for fact in (article.outlet, day, article.file) if fact)
    cited = f'<mark id="cited">{escape(text[start:end])}</mark>' if start < end else ""
    return show_page(
        title,
        f'<h1>{escape(title)}</h1><p class="facts">{facts}</p>'
        f'<main class="text">{escape(text[:start])}{cited}{escape(text[end:])}</main>',
    )


def show_page(title: str, body: str) -> HTMLResponse:
    """A page that loads nothing; `body` is HTML."""
    page = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
        f"<style>{_STYLE}</style></head><body>{body}</body></html>"
    )
    return HTMLResponse(page, headers={"content-security-policy": _POLICY})
