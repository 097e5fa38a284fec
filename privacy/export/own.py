"""What this area and the house's own tables tell the export."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from core.db import session
from privacy import register
from privacy.consent.service import ORIGINAL_ONLY
from privacy.contact import suppression
from privacy.contact.models import Suppression
from privacy.export import rules, service, telling
from privacy.export.telling import Values
from privacy.panel import sections
from privacy.panel.service import own_email
from privacy.retention.service import Expiry, expires


def tell() -> None:
    """Give the tables of people, mails and choices their chapters and words."""
    sections.add("Your data as a file", "/account/privacy/export", _line, rank=60)
    expires(Expiry(kind="exports", title="Exports", after="seven days after they were made", discard=service.forget))
    _chapters()
    telling.describe("mail", reading=_mails, unprinted=("html", "headers", "subject", "name"), words=_MAIL)
    telling.describe("consent_entry", reading=_choices, unprinted=("purpose",))
    telling.describe("acceptance", reading=_accepted, unprinted=("text", "version"))
    telling.describe("access_entry", reading=_looks, unprinted=("purpose", "actor_kind", "role"), words=_LOOKS)
    telling.describe("account", unprinted=("name_key",), words=_ACCOUNT)
    telling.compute("stopped_mail", "Mail you do not want", _STOPPED, _stopped)


_ACCOUNT = {
    "number": "Your customer number.",
    "name_key": "The name in small letters, so that nobody else takes one that looks the same.",
    "password_at": "Since when the present password is yours. The password itself cannot be shown.",
    "confirmed_at": "When you confirmed the address.",
}
_MAIL = {
    "address": "Where it went.",
    "subject": "Its subject.",
    "text": "Its text.",
    "html": "The same text with its design.",
    "headers": "Technical lines, such as the address at which such mails are stopped.",
    "sent_at": "When the mail server took it.",
}
_LOOKS = {
    "labels": "Which fields were opened.",
    "role": "The role of the member of staff; empty for the program itself.",
    "allowed": "Whether it was opened, or refused.",
    "reason": "Why it was opened or refused, in one word.",
}
_STOPPED = {
    "purpose": "Which mails.",
    "how": "How you said so.",
    "since": "Since when.",
    "lifted_at": "When you asked for them again.",
}


def _line(account_id: int) -> str:
    found = service.find(account_id)
    if found is None:
        return "Everything we keep about you, to read and to take elsewhere"
    return {"ready": "Ready to be fetched", "failed": "Could not be finished"}.get(found.state, "Being put together")


_CHOICES = (
    "consent_entry",
    "stopped_mail",
    "receipt",
    "acceptance",
    "policy_notice",
    "request",
    "survey_answer",
    "data_export",
    "erasure",
    "legal_hold",
)


def _chapters() -> None:
    telling.chapter(
        "account",
        "You and your account",
        (
            "account",
            "account_session",
            "known_browser",
            "second_factor",
            "recovery_code",
            "api_token",
            "mailed_link",
            "data_key",
            "staff_grant",
            "audit_entry",
        ),
        sentence="Who you are here, and where you are signed in.",
        rank=10,
    )
    telling.chapter(
        "mails",
        "Letters between us",
        ("ticket", "mail", "identity_link"),
        sentence="What you wrote to us, and every mail that went to you.",
        rank=40,
    )
    telling.chapter(
        "choices",
        "Your choices and requests",
        _CHOICES,
        sentence="What you allowed and forbade, what you accepted, and what you asked of us.",
        rank=60,
    )
    telling.chapter(
        "traces",
        "Who looked, and what you visited",
        ("access_entry", "visit_trail"),
        sentence="Every opening of your data, allowed or refused; and pages, if you had them listed.",
        rank=70,
    )


def _mails(_account_id: int, rows: Sequence[Values]) -> list[dict[str, str]]:
    return [{"title": str(row["subject"]), "purpose": _purpose(row["purpose"])} for row in rows]


def _choices(_account_id: int, rows: Sequence[Values]) -> list[dict[str, str]]:
    return [{"title": _purpose(row["purpose"])} for row in rows]


def _accepted(_account_id: int, rows: Sequence[Values]) -> list[dict[str, str]]:
    return [{"title": f"{str(row['text']).capitalize()}, version {row['version']}"} for row in rows]


def _looks(_account_id: int, rows: Sequence[Values]) -> list[dict[str, str]]:
    return [{"title": f"{_who(row)}: {_purpose(row['purpose'])}"} for row in rows]


def _who(row: Values) -> str:
    return {"program": "The program", "person": "You"}.get(str(row["actor_kind"]), f"Our {row['role']} staff")


def _purpose(value: object) -> str:
    known = register.purposes.get(str(value))
    if known is not None:
        return known.name
    return "Original purposes only" if value == ORIGINAL_ONLY else rules.label(str(value))


def _stopped(account_id: int) -> list[Mapping[str, object]]:
    """Wishes are kept as fingerprints of the address, so they are found by the address."""
    email = own_email(account_id)
    own = Suppression.form_hash.in_(suppression.hashes_of(email) if email else [])
    rows = session.scalars(select(Suppression).where(own).order_by(Suppression.id))
    seen = {
        (row.purpose, row.how): {
            "purpose": _purpose(row.purpose) if row.purpose else "All that can be stopped",
            "how": row.how,
            "since": rules.plain(row.since),
            "lifted_at": rules.plain(row.lifted_at),
        }
        for row in rows
    }
    return list(seen.values())
