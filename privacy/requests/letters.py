"""The mails about requests: to the address on file only, without what was asked or corrected."""

from core import web
from privacy.contact.service import Letter, send
from privacy.requests.models import Request

PURPOSE = "privacy_requests"
KINDS = {
    "access": "to see your data",
    "correction": "for a correction",
    "erasure": "to erase your data",
    "objection": "to stop uses of your data",
    "original_purposes": "for original purposes only",
}


def ask_whether_theirs(request: Request) -> None:
    """Somebody asked by letter or telephone: was it you?"""
    what, day = KINDS[request.kind], request.received_at.date().isoformat()
    _write(
        request,
        "ask",
        f"Is this request yours? ({request.number})",
        (
            f"A request {what} reached us by {request.door} on {day}, in your name.",
            "Before we go on we must know that it comes from you. Sign in, open the request and say so; if it does not, withdraw it there.",
            f"We answer by {request.due_at.date().isoformat()} at the latest.",
        ),
    )


def tell_decided(request: Request, answer: str) -> None:
    """How it was decided, and what was done."""
    verdict = "granted" if request.outcome == "granted" else "declined"
    more = (
        "If you think that this is wrong, answer to this mail. You may also complain to a data protection authority."
        if verdict == "declined"
        else ""
    )
    subject = f"Your request {request.number} is {verdict}"
    _write(request, "decided", subject, (f"You asked {KINDS[request.kind]}.", answer, more))


def tell_later(request: Request, reason: str) -> None:
    """The answer takes longer, and why."""
    until = request.due_at.date().isoformat()
    subject = f"Your request {request.number} takes longer"
    _write(request, "later", subject, (f"We answer by {until} at the latest, not within the first month.", reason))


def _write(request: Request, cause: str, subject: str, paragraphs: tuple[str, ...]) -> None:
    address = f"{web.settings().base_url.rstrip('/')}/account/privacy/requests/{request.number}"
    context = {"subject": subject, "paragraphs": [text for text in paragraphs if text], "address": address}
    once = f"request:{request.id}:{cause}"
    send(request.account_id, PURPOSE, Letter(name="request", context=context, once=once))
