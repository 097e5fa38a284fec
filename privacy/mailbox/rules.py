"""Reading a mail (RFC 5322, MIME) as it comes, however broken: nothing raises, nothing is lost. Pure."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses

from core.text import clean_line, without_controls
from privacy.mailbox.lettering import decode, header, text_of_html
from privacy.mailbox.reports import Report, report_in

MOST_BYTES = 10 * 1024 * 1024
MOST_TEXT = 100_000
MOST_FILES = 20
MOST_DEPTH = 30
MOST_HOPS = 25
NO_SUBJECT = "(no subject)"
ORIGINAL = "whole message.eml"

_ANSWER = re.compile(r"^(?:(?:re|aw|antw|fwd?|wg|sv|vs|tr|rif|odp|ynt)(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_IDENTIFIER = re.compile(r"<([^<>\s]{1,250})>")
_MACHINES = ("mailer-daemon", "postmaster", "no-reply", "noreply", "do-not-reply", "donotreply", "bounce", "bounces")
_BULK = frozenset({"bulk", "junk", "list", "auto_reply", "auto-reply"})
_AUTOMATIC = ("list-id", "list-unsubscribe", "x-autoreply", "x-autorespond", "x-autoresponder", "x-loop", "feedback-id")
_SUPPRESSING = frozenset({"all", "autoreply", "oof", "dr", "nrn", "rn"})


@dataclass(frozen=True, kw_only=True)
class File:
    """Something enclosed, as bytes that nobody here opens."""

    name: str
    kind: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """A mail that was read. sender is "" where none can be made out; Reply-To is never looked at (anybody can forge it).

    to: the addresses it was sent to; answers: the identifiers it refers to. automatic: a program wrote it, so nothing
    is answered to it (RFC 3834).
    """

    sender: str = ""
    to: tuple[str, ...] = ()
    subject: str = NO_SUBJECT
    text: str = ""
    files: tuple[File, ...] = ()
    message_id: str = ""
    answers: tuple[str, ...] = ()
    automatic: bool = False
    report: Report | None = None


@dataclass(kw_only=True)
class _Parts:
    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    is_short: bool = False


def read(raw: bytes, *, own: str = "", returns_nowhere: bool = False) -> Incoming:
    """The mail. own: the shop's address, to know one's own mails by; returns_nowhere: its envelope has no sender."""
    try:
        return _read(message_from_bytes(raw), raw, own, returns_nowhere)
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError):
        # The library's parser gives up on some malformed mails. They are kept as they came, for a person to read.
        whole = File(name=ORIGINAL, kind="message/rfc822", content=raw)
        return Incoming(text=decode(raw[:MOST_TEXT], ""), files=(whole,), automatic=True)


def digest(raw: bytes) -> str:
    """What makes it the same mail when it is given twice: identifier, sender and content, not the way it came."""
    head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    kept = [b"message-id:", b"from:", b"date:", b"subject:"]
    lines = sorted(line for line in head.split(b"\n") if line.lower().startswith(tuple(kept)))
    return hashlib.sha256(b"\n".join([*lines, b"", body.rstrip()])).hexdigest()


def plain_subject(subject: str) -> str:
    """Without the Re:, AW: and Fwd: that mail programs pile up."""
    return _ANSWER.sub("", clean_line(subject)).strip()[:200] or NO_SUBJECT


def _read(message: Message, raw: bytes, own: str, returns_nowhere: bool) -> Incoming:
    parts = _Parts()
    _collect(message, parts, 0, among_versions=False)
    text = _text(parts)
    found = Incoming(
        sender=_sender(message),
        to=_addresses(message, "to", "cc", "delivered-to", "x-original-to"),
        subject=plain_subject(header(message, "subject")),
        text=text[:MOST_TEXT],
        message_id=next(iter(_identifiers(message, "message-id")), ""),
        answers=_identifiers(message, "in-reply-to", "references"),
        report=report_in(message),
    )
    automatic = returns_nowhere or found.report is not None or _is_automatic(message, found.sender, own)
    too_much = parts.is_short or len(text) > MOST_TEXT or len(parts.files) > MOST_FILES
    whole = [File(name=ORIGINAL, kind="message/rfc822", content=raw)] if too_much else []
    return replace(found, automatic=automatic, files=(*whole, *parts.files[: MOST_FILES - len(whole)]))


def _collect(part: Message, parts: _Parts, depth: int, *, among_versions: bool) -> None:
    payload = part.get_payload()
    if not isinstance(payload, list):
        _take(part, parts, among_versions)
        return
    below = [one for one in payload if isinstance(one, Message)]
    if part.get_content_maintype() == "message" or depth >= MOST_DEPTH:
        parts.is_short = parts.is_short or part.get_content_maintype() != "message"
        parts.files.append(_enclosed_message(part, below))
        return
    versions = among_versions or part.get_content_subtype() == "alternative"
    for one in below:
        _collect(one, parts, depth + 1, among_versions=versions)


def _take(part: Message, parts: _Parts, among_versions: bool) -> None:
    content, kind = _content(part), part.get_content_type()
    named = header(part, "content-disposition").casefold().startswith("attachment") or _file_name(part)
    if kind == "text/plain" and not named:
        parts.plain.append(decode(content, _charset(part)))
        return
    if kind == "text/html" and not named:
        parts.html.append(decode(content, _charset(part)))
        if among_versions:
            return
    if kind == "text/html" and not named and not any(text.strip() for text in parts.plain):
        return
    if content or named:
        name = clean_line(_file_name(part) or f"file {len(parts.files) + 1}")[:120]
        parts.files.append(File(name=name, kind=_known_kind(kind), content=content))


def _enclosed_message(part: Message, below: list[Message]) -> File:
    """A mail inside a mail; what cannot be written back is told by its headers."""
    try:
        content = below[0].as_bytes() if below else b""
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        content = "\n".join(f"{name}: {header(part, name)}" for name in set(part.keys())).encode("utf-8", "replace")
    name = clean_line(_file_name(part)) or "enclosed message.eml"
    return File(name=name[:120], kind=_known_kind(part.get_content_type()), content=content)


def _text(parts: _Parts) -> str:
    plain = "\n\n".join(text for text in parts.plain if text.strip())
    text = plain or "\n\n".join(text_of_html(html) for html in parts.html)
    return without_controls(text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _content(part: Message) -> bytes:
    with suppress(ValueError, LookupError, TypeError, AttributeError):
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            return content
    return str(part.get_payload()).encode("utf-8", "surrogateescape")


def _charset(part: Message) -> str:
    with suppress(ValueError, LookupError, TypeError, AttributeError):
        return part.get_content_charset("") or ""
    return ""


def _file_name(part: Message) -> str:
    with suppress(ValueError, LookupError, TypeError, AttributeError):
        return decode(str(part.get_filename() or "").encode("utf-8", "surrogateescape"), "utf-8")
    return ""


def _known_kind(kind: str) -> str:
    return kind if re.fullmatch(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}", kind) else "application/octet-stream"


def _sender(message: Message) -> str:
    found = _addresses(message, "from") or _addresses(message, "sender")
    return found[0] if found else ""


def _addresses(message: Message, *names: str) -> tuple[str, ...]:
    values = [header(message, name, nth) for name in names for nth in range(min(3, len(message.get_all(name) or [])))]
    pairs = getaddresses([value.replace("\n", " ")[:2000] for value in values])
    return tuple(clean_line(address)[:320] for _name, address in pairs if address.count("@") == 1)


def _identifiers(message: Message, *names: str) -> tuple[str, ...]:
    found: Iterator[str] = (one for name in names for one in _IDENTIFIER.findall(header(message, name)[:20_000]))
    return tuple(dict.fromkeys(found))[:50]


def _is_automatic(message: Message, sender: str, own: str) -> bool:
    local = sender.partition("@")[0].casefold()
    said = header(message, "auto-submitted").partition(";")[0].strip().casefold()
    asked = re.split(r"[,\s]+", header(message, "x-auto-response-suppress").casefold())
    return (
        said not in {"", "no"}
        or header(message, "precedence").strip().casefold() in _BULK
        or not _SUPPRESSING.isdisjoint(asked)
        or any(name in message for name in _AUTOMATIC)
        or local in _MACHINES
        or bool(own and _without_tag(sender) == _without_tag(own))
        or len(message.get_all("received") or []) > MOST_HOPS
        or header(message, "return-path").strip() == "<>"
    )


def _without_tag(address: str) -> str:
    local, _, domain = address.casefold().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
