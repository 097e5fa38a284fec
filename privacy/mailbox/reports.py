"""Delivery reports (RFC 3464): which mail of ours did not arrive, at whom, and whether it ever will. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from privacy.mailbox.lettering import header

MOST_PARTS = 60
_OURS = re.compile(r"\bmail-(\d{1,15})@")


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a mail server reports. mail: the number in our identifier of the mail, 0 if there is none."""

    mail: int
    recipient: str
    status: str
    failed: bool

    @property
    def for_good(self) -> bool:
        """True if trying again is useless."""
        return self.failed and self.status.startswith("5")


def report_in(message: Message) -> Report | None:
    """The report that this mail is, or None for any other mail."""
    parts = _parts(message)
    blocks = [block for part in parts if part.get_content_type() == "message/delivery-status" for block in _below(part)]
    about = [block for block in blocks if "final-recipient" in block or "original-recipient" in block]
    if not about:
        return None
    first = about[0]
    status = re.search(r"[245]\.\d{1,3}\.\d{1,3}", header(first, "status"))
    return Report(
        mail=_number(parts, message),
        recipient=_address(header(first, "final-recipient") or header(first, "original-recipient")),
        status=status.group() if status else "",
        failed=header(first, "action").strip().casefold() == "failed",
    )


def _parts(message: Message) -> list[Message]:
    """The message and what is in it, without opening mails that are enclosed."""
    found: list[Message] = [message]
    for part in found:
        if len(found) < MOST_PARTS and part.get_content_maintype() == "multipart":
            found += _below(part)
    return found[:MOST_PARTS]


def _below(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def _number(parts: list[Message], message: Message) -> int:
    """Our number of the mail, from the mail or the headers that came back, or from what the report answers."""
    texts = [*_returned(parts), header(message, "in-reply-to"), header(message, "references")]
    found = next((match for text in texts if (match := _OURS.search(text))), None)
    return int(found.group(1)) if found else 0


def _returned(parts: list[Message]) -> Iterator[str]:
    for part in parts:
        if part.get_content_type() == "message/rfc822":
            yield from (header(one, "message-id") for one in _below(part))
        elif part.get_content_type() in {"text/rfc822-headers", "message/rfc822-headers"}:
            lines = str(part.get_payload())[:50_000].splitlines()
            yield from (line for line in lines if line.casefold().startswith("message-id:"))


def _address(said: str) -> str:
    return said.partition(";")[2].strip().strip("<>")[:320] if ";" in said else said.strip().strip("<>")[:320]
