"""Readers without an account: asked for, confirmed by the owner of the address, stopped, forgotten."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, or_, select

from core import clock, forgotten, keys, tokens, web
from core.access import PROGRAM, actor_of
from core.accounts import rules as people
from core.accounts import service as accounts
from core.accounts.models import Account
from core.db import session
from core.inserting import insert_or
from core.jobs.service import start
from core.outbox.models import Mail
from core.sealed import seal
from privacy.consent import service as consent
from privacy.contact import service as contact
from privacy.contact import suppression
from privacy.contact.stopping import MailStopped
from privacy.gate import disclose
from privacy.newsletter.models import NewsletterReader
from privacy.receipts import service as receipts
from privacy.receipts.models import Receipt
from privacy.receipts.rules import Deed

PURPOSE = "newsletter"
TOKEN = "newsletter"
LETTER = "newsletter_confirm"
ASK = "newsletter.ask"
HOW = "confirmed mail"
LEDGER = "newsletter_reader"
WAITS = timedelta(days=3)


def sign_up(address: str) -> None:
    """Note the wish and let the worker ask the owner of the address. Raises EmailRefused.

    The same is done for an address that is known, unknown or has stopped us, so that the answer tells nothing.
    """
    typed, now = people.read_email(address), clock.now()
    row = {
        "public_id": secrets.token_hex(16),
        "address": seal(typed, "newsletter_reader.address"),
        "address_hash": _hash(typed),
        "stop_hash": _stop_hash(typed),
        "receipt": "",
        "asked_at": now,
        "confirmed_at": None,
        "expires_at": now + WAITS,
    }
    session.execute(insert_or(NewsletterReader).on_conflict_do_nothing(index_elements=["address_hash"]), [row])
    start(ASK, reader=_hash(typed))


def ask_owner(address_hash: str) -> None:
    """Mail the question, once while the wish waits: not to who reads already, nor to an address that wants no mail."""
    reader = _find(NewsletterReader.address_hash == address_hash)
    if reader is None or reader.confirmed_at is not None:
        return
    address = _opened(reader)
    if suppression.is_suppressed(suppression.hashes_of(address), PURPOSE):
        return
    token = tokens.sign(TOKEN, reader.public_id)
    context = {"address": f"{web.settings().base_url.rstrip('/')}/newsletter/confirm/{token}"}
    letter = contact.Letter(name=LETTER, context=context, once=f"newsletter:ask:{reader.public_id}")
    contact.send_to_stranger(address, "privacy_requests", letter)


def check(token: str) -> str:
    """The reader that a confirming link names. Raises LinkExpired."""
    public_id = str(tokens.read(TOKEN, token, within=WAITS))
    if _find(NewsletterReader.public_id == public_id) is None:
        raise tokens.LinkExpired
    return public_id


def confirm(token: str) -> Receipt:
    """The owner of the address says yes; where it belongs to an account, the yes is the account's. Raises LinkExpired."""
    reader = _find(NewsletterReader.public_id == check(token), lock=True)
    if reader is None:
        raise tokens.LinkExpired
    if reader.confirmed_at is not None:
        return receipts.get_outside(reader.receipt)
    owner = accounts.find_by_email(_opened(reader))
    if owner is not None and owner.confirmed_at is not None and owner.closed_at is None:
        consent.switch(owner.id, PURPOSE, True, how=HOW)
        return receipts.page_of(owner.id, most=1).receipts[0]
    subject = f"address {reader.address_hash[:16]}"
    receipt = receipts.give(None, receipts.Choice(deed=Deed.GIVEN, purpose=PURPOSE, how=HOW, subject=subject))
    reader.confirmed_at, reader.expires_at, reader.receipt = clock.now(), None, receipt.public_id
    return receipt


def is_reader(once: str) -> bool:
    """True if the mail of this cause goes to a reader who still reads."""
    _newsletter, _issue, kind, public_id = (*once.split(":"), "", "", "")[:4]
    reader = _find(NewsletterReader.public_id == public_id) if kind == "reader" else None
    return reader is not None and reader.confirmed_at is not None


def on_stopped(event: MailStopped) -> None:
    """A stop by link forgets the reader, not only the mails to come."""
    if event.purpose in {PURPOSE, suppression.EVERYTHING}:
        _forget(NewsletterReader.stop_hash.in_(event.hashes))


def on_switched(event: consent.PurposeSwitched) -> None:
    """Whoever decides with an account needs no second entry: otherwise each issue came twice, or once too often."""
    if event.purpose != PURPOSE:
        return
    sealed = session.get_one(Account, event.account_id).email
    if sealed is not None:
        own = disclose(sealed, purpose="privacy_requests", actor=actor_of(event.account_id))
        _forget(NewsletterReader.address_hash == _hash(own))


def readings(address: str) -> int:
    """How often the address, with or without a plus-tag, was typed into the form by somebody without an account."""
    own = select(func.count()).where(NewsletterReader.stop_hash == _stop_hash(address))
    return session.scalar(own) or 0


def forget_address(address: str) -> None:
    """Forget the readers with this address, with or without a plus-tag: its owner is erased. The ledger remembers, for
    a backup may know the account by a former address and the readers by this one."""
    forgotten.note(LEDGER, form=_stop_hash(address))
    _forget(NewsletterReader.stop_hash == _stop_hash(address))


def forget_again(lines: list[dict[str, Any]]) -> int:
    """After a backup came back: who signed up before they were erased is no reader; how many were forgotten."""
    last = {str(line["form"]): datetime.fromisoformat(line["at"]) for line in lines}
    return sum(
        _forget((NewsletterReader.stop_hash == form) & (NewsletterReader.asked_at <= at)) for form, at in last.items()
    )


def sweep() -> None:
    """Forget who never confirmed, and the mails that asked."""
    now = clock.now()
    _forget(NewsletterReader.expires_at <= now)
    session.execute(delete(Mail).where(Mail.name == LETTER, Mail.created_at <= now - WAITS))


def _find(condition: object, *, lock: bool = False) -> NewsletterReader | None:
    alive = or_(NewsletterReader.expires_at.is_(None), NewsletterReader.expires_at > clock.now())
    wanted = select(NewsletterReader).where(condition, alive)  # type: ignore[arg-type]
    return session.scalar(wanted.with_for_update() if lock else wanted)


def _forget(condition: object) -> int:
    gone = delete(NewsletterReader).where(condition).returning(NewsletterReader.public_id)  # type: ignore[arg-type]
    forgot = session.scalars(gone).all()
    for public_id in forgot:
        session.execute(
            delete(Mail).where(Mail.account_id.is_(None), Mail.once.like(f"newsletter:%:reader:{public_id}"))
        )
        session.execute(delete(Mail).where(Mail.once == f"newsletter:ask:{public_id}"))
    return len(forgot)


def _opened(reader: NewsletterReader) -> str:
    return disclose(reader.address, purpose="privacy_requests", actor=PROGRAM)


def _hash(address: str) -> str:
    return keys.keyed_hash("newsletter reader", people.normalise_email(address))


def _stop_hash(address: str) -> str:
    """The hash of the form without a plus-tag: any stop that concerns the address names it."""
    plain = min(people.suppression_forms(address), key=len)
    return keys.keyed_hash("suppression", plain)[:32]
