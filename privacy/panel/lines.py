"""The one line that each of the panel's own sections says about a person."""

from privacy import register
from privacy.contact import stopping
from privacy.looks import service as looks
from privacy.pageviews import service as pageviews
from privacy.panel import sections, service
from privacy.receipts import service as receipts


def fill() -> None:
    """Put the panel's own sections in; other areas add theirs."""
    sections.add("What we hold about you", "/account/privacy/held", service.sum_up, rank=10)
    sections.add("How we may reach you", "/account/privacy/contact", _contact, rank=20)
    sections.add("Pages you visited", "/account/privacy/visits", _visits, rank=30)
    sections.add("Who looked", "/account/privacy/looked", _looked, rank=40)
    sections.add("Cookies", "/account/privacy/cookies", _cookies, rank=50)
    sections.add("Receipts", "/account/privacy/receipts", _receipts, rank=60)


def _contact(account_id: int) -> str:
    if stopping.is_all_stopped(account_id):
        return "Only about your own orders and your account"
    return "E-mail, telephone, text messages, post"


def _visits(account_id: int) -> str:
    found = len(pageviews.visits_of(account_id))
    return f"{found} on your list" if found else "None on record"


def _looked(account_id: int) -> str:
    found = looks.page_of(account_id, most=1).entries
    return f"Last on {found[0].at.date().isoformat()}" if found else "Nobody of our staff"


def _cookies(_account_id: int) -> str:
    return f"{len(register.cookies)} declared, each with its reason"


def _receipts(account_id: int) -> str:
    found = receipts.page_of(account_id, most=1).receipts
    return f"The last of {found[0].given_at.date().isoformat()}" if found else "None yet"
