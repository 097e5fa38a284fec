"""Stopping mail and allowing it again. To stop something nobody is asked who they are (clause P6)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from core import tokens
from core.access import actor_of
from core.accounts import service as accounts
from core.accounts.models import Account
from core.db import session
from core.events import emit
from privacy import register
from privacy.consent import service as consent
from privacy.contact import suppression
from privacy.contact.service import TOKEN
from privacy.gate import disclose
from privacy.receipts import service as receipts
from privacy.receipts.models import Receipt
from privacy.receipts.rules import Deed

LIFETIME = timedelta(days=3650)


@dataclass(frozen=True, kw_only=True)
class MailStopped:
    """Somebody wants no more mail of a purpose ("" for all that can be stopped) to any form of an address."""

    hashes: tuple[str, ...]
    purpose: str


@dataclass(frozen=True, kw_only=True)
class Stop:
    """What a stop link says: whose mail (as hashes of the address), of which purpose."""

    account_id: int
    purpose: str
    hashes: tuple[str, ...]

    @property
    def name(self) -> str:
        """The purpose as people read it."""
        return register.purposes[self.purpose].name


def read(token: str) -> Stop:
    """The stop link's content. Raises LinkExpired."""
    account_id, purpose, hashes = cast("tuple[int, str, list[str]]", tokens.read(TOKEN, token, within=LIFETIME))
    if purpose not in register.purposes:
        raise tokens.LinkExpired
    return Stop(account_id=account_id, purpose=purpose, hashes=tuple(hashes))


def stop(wish: Stop, *, how: str, everything: bool = False) -> Receipt:
    """No more mail of this purpose, or of all that can be stopped, to any form of this address; with its receipt."""
    purpose = suppression.EVERYTHING if everything else wish.purpose
    suppression.suppress(wish.hashes, purpose, how=how)
    emit(MailStopped(hashes=tuple(wish.hashes), purpose=purpose))
    account = session.get(Account, wish.account_id)
    if account is not None and account.closed_at is None:
        _switch_off(wish.account_id, [] if everything else [wish.purpose], how=how)
    return _receipt(wish, account, how=how, everything=everything)


def stop_all(account_id: int, *, how: str) -> None:
    """A person, signed in, wants nothing but mails about their own orders."""
    stop(Stop(account_id=account_id, purpose="", hashes=tuple(_own_hashes(account_id))), how=how, everything=True)


def is_all_stopped(account_id: int) -> bool:
    """True if everything that can be stopped is."""
    return suppression.is_suppressed(_own_hashes(account_id), suppression.EVERYTHING)


def on_switched(event: consent.PurposeSwitched) -> None:
    """Whoever switches a kind of mail on in their own account takes an earlier stop of it back."""
    purpose = register.purposes.get(event.purpose)
    if event.on and purpose is not None and purpose.by_mail:
        suppression.lift(_own_hashes(event.account_id), event.purpose)


def stop_address(address: str, *, how: str) -> None:
    """Stop everything that can be stopped for an address, whoever asks: an account of it is switched off, too."""
    account = accounts.find_by_email(address)
    wish = Stop(account_id=account.id if account else 0, purpose="", hashes=tuple(suppression.hashes_of(address)))
    stop(wish, how=how, everything=True)


def _receipt(wish: Stop, account: Account | None, *, how: str, everything: bool) -> Receipt:
    said = receipts.Choice(
        deed=Deed.STOPPED,
        purpose="everything" if everything else wish.purpose,
        how=how,
        name="All mail that can be stopped" if everything else "",
        sentence="No more mail but about your own orders and your account." if everything else "",
        subject=f"address {wish.hashes[0][:16]}" if wish.hashes else "",
    )
    return receipts.give(account.id if account else None, said)


def _switch_off(account_id: int, purposes: list[str], *, how: str) -> None:
    states = consent.states(account_id)
    mailed = purposes or [one.id for one in register.purposes.values() if one.by_mail]
    for purpose in mailed:
        if states.get(purpose) and register.purposes[purpose].optional:
            consent.switch(account_id, purpose, False, how=how)


def _own_hashes(account_id: int) -> list[str]:
    sealed = accounts.get(account_id).email
    if sealed is None:
        return []
    return suppression.hashes_of(disclose(sealed, purpose="privacy_requests", actor=actor_of(account_id)))
