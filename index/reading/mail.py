"""Mails and mailboxes: newsletters and press releases as they arrive."""

import re
from collections.abc import Iterator
from dataclasses import replace
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr
from typing import BinaryIO

from index.errors import ArticleUnreadableError
from index.reading.damage import refusing
from index.reading.drafts import Draft, Unreadable
from index.reading.plain import MAX_BYTES
from index.reading.plain_text import decode
from index.reading.stated import to_date, to_language, to_line, to_url
from index.reading.streaming import open_dump, read_lines
from index.reading.web_page import read_fragment

_DAMAGED = "it is no mail, or damaged; save it again from the mail program."
# A plain part with less than half the words of the HTML part says "open this mail in a browser".
_MIN_PLAIN_SHARE = 0.5
_QUOTED_FROM = re.compile(rb"^>(>*From )")
_FLOWED = re.compile(r"(?<!^-- ) \n(?!\n)", re.MULTILINE)


def read_mail(data: bytes) -> Draft:
    """Read one mail: its subject is the title, its sender the outlet, its date the date of publication.

    Raises:
        ArticleUnreadableError: it is no mail, or has no words.
    """
    with refusing(_DAMAGED):
        message = BytesParser(policy=policy.default).parsebytes(data)
        if not any(name in message for name in ("From", "Subject", "Date", "Message-ID")):
            raise ArticleUnreadableError(_DAMAGED)
        text = _read_words(message)
        name, address = parseaddr(str(message.get("From", "")))
        return Draft(
            text,
            title=to_line(str(message.get("Subject", ""))),
            outlet=to_line(name) or to_line(address),
            published=to_date(str(message.get("Date", ""))),
            language=to_language(str(message.get("Content-Language", ""))),
            url=to_url(str(message.get("Archived-At", "")).strip("<> ")),
        )


def read_mailbox(stream: BinaryIO) -> Iterator[Draft | Unreadable]:
    """Read each mail of an mbox; `item` is its Message-ID, or "mail N" where it has none.

    Raises:
        ArticleUnreadableError: it is no mailbox, or breaks off.
    """
    number = 0
    for number, data in enumerate(_split_mails(stream), 1):
        if data is None:
            yield Unreadable(
                f"mail {number}", f"it is larger than {MAX_BYTES // 1_000_000} MB; delete its attachments."
            )
            continue
        try:
            draft = read_mail(data)
        except ArticleUnreadableError as error:
            yield Unreadable(f"mail {number}", str(error))
        else:
            yield replace(draft, item=_read_id(data) or f"mail {number}")
    if not number:
        raise ArticleUnreadableError('it is no mailbox: it does not begin with "From "; export it again as mbox.')


def _split_mails(stream: BinaryIO) -> Iterator[bytes | None]:
    """The mails; None for one over the limit. A mail begins at "From " at the start or after an empty line."""
    mail: list[bytes] = []
    size = 0
    is_after_blank, is_inside = True, False
    for line in read_lines(open_dump(stream)):
        if line is not None and is_after_blank and line.startswith(b"From "):
            if is_inside:
                yield b"".join(mail) if size <= MAX_BYTES else None
            mail, size, is_inside = [], 0, True
        elif is_inside:
            size += MAX_BYTES + 1 if line is None else len(line)
            if line is not None and size <= MAX_BYTES:
                mail.append(_QUOTED_FROM.sub(rb"\1", line))
        elif line is None or line.strip():
            return
        is_after_blank = line is not None and not line.strip()
    if is_inside:
        yield b"".join(mail) if size <= MAX_BYTES else None


def _read_id(data: bytes) -> str | None:
    with refusing(_DAMAGED):
        header = BytesParser(policy=policy.compat32).parsebytes(data, headersonly=True).get("Message-ID")
        return to_line(str(header or "").strip("<> \t\r\n"))


def _read_words(message: EmailMessage) -> str:
    plain, html = message.get_body(("plain",)), message.get_body(("html",))
    from_plain = _decode_part(plain) if isinstance(plain, EmailMessage) else ""
    from_html = read_fragment(_decode_part(html)) if isinstance(html, EmailMessage) else ""
    if isinstance(plain, EmailMessage) and plain.get_param("format", "") == "flowed":
        from_plain = _FLOWED.sub(" ", from_plain)
    is_stub = len(from_plain.split()) < _MIN_PLAIN_SHARE * len(from_html.split())
    text = from_html if is_stub else from_plain
    if not text.strip():
        raise ArticleUnreadableError("it has no words but in attachments; save those and add them.")
    return text


def _decode_part(part: EmailMessage) -> str:
    """The text of a part in the encoding that it states, else in the one that it looks like."""
    content = part.get_payload(decode=True)
    data = content if isinstance(content, bytes) else b""
    try:
        text = data.decode(part.get_content_charset("utf-8"))
    except (LookupError, ValueError):
        text = decode(data)
    return text.replace("\r\n", "\n")
