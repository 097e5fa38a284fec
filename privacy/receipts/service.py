"""Giving receipts, reading them back, and checking one that somebody holds up."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select

from core import clock, keys
from core.accounts import service as accounts
from core.db import session
from core.errors import NotFound
from privacy import register
from privacy.consent import service as consent
from privacy.policies import service as policies
from privacy.receipts import rules
from privacy.receipts.models import Receipt
from privacy.receipts.rules import Deed

PAGE = 25
LARGEST = 2**53
OUTSIDE = ("link", "one-click", "form", "confirmed mail")
"""Ways of choosing without signing in: whoever chose so may open the receipt by its own address, which nobody guesses."""

_shop: list[rules.Shop] = []


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What is to be receipted. purpose: one of the register, or a text's name; name and sentence are filled in from the
    register unless they are given. subject: only where there is no account, a keyed fingerprint."""

    deed: Deed
    purpose: str
    how: str
    name: str = ""
    sentence: str = ""
    subject: str = ""


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some receipts, and the number before which the next page begins (0: there is none)."""

    receipts: list[Receipt]
    older: int


def issued_by(shop: rules.Shop) -> None:
    """Name the shop that answers for the receipts of this program."""
    _shop[:] = [shop]


def give(account_id: int | None, choice: Choice) -> Receipt:
    """Sign and keep a receipt with the present transaction."""
    number = secrets.token_hex(16)
    said = _said(choice, accounts.get(account_id).number if account_id else choice.subject)
    policy = _policy()
    notice = rules.Notice(
        version=policy.number, address=f"{_shop[0].address}/privacy/v{policy.number}", chain=policy.chain[:16]
    )
    document = rules.canonical(rules.body(said, notice, _shop[0], number))
    receipt = Receipt(
        public_id=number,
        account_id=account_id or None,
        deed=choice.deed.value,
        purpose=choice.purpose[:40],
        how=choice.how,
        document=document.decode(),
        signature=_encoded(_private().sign(document)),
        given_at=said.at,
    )
    session.add(receipt)
    session.flush()
    return receipt


def page_of(account_id: int, *, before: int = 0, most: int = PAGE) -> Page:
    """A person's receipts, the latest first; those with a number below `before`, if one is given."""
    wanted = select(Receipt).where(Receipt.account_id == account_id)
    if 0 < before < LARGEST:
        wanted = wanted.where(Receipt.id < before)
    found = list(session.scalars(wanted.order_by(Receipt.id.desc()).limit(most + 1)))
    return Page(receipts=found[:most], older=found[most - 1].id if len(found) > most else 0)


def get_for(account_id: int, number: str) -> Receipt:
    """One's own receipt. Raises NotFound."""
    return _get(select(Receipt).where(Receipt.public_id == number, Receipt.account_id == account_id))


def get_outside(number: str) -> Receipt:
    """The receipt of a choice that was made without signing in. Raises NotFound."""
    return _get(select(Receipt).where(Receipt.public_id == number, Receipt.how.in_(OUTSIDE)))


def content(receipt: Receipt) -> dict[str, Any]:
    """What the receipt says."""
    document: dict[str, Any] = json.loads(receipt.document)
    return document


def signed(receipt: Receipt) -> dict[str, Any]:
    """The receipt as it is handed out: the document, and the signature over its canonical form."""
    return {
        "receipt": content(receipt),
        "signature": {"algorithm": "Ed25519", "key_id": key_id(), "value": receipt.signature},
    }


def genuine(text: str) -> dict[str, Any] | None:
    """What a pasted receipt says if this shop signed exactly that, otherwise None. Never raises."""
    found = rules.read(text)
    if found is None:
        return None
    document, signature = found
    try:
        raw = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
        _public().verify(raw, rules.canonical(document))
    except (InvalidSignature, ValueError):
        return None
    return document


def public_key() -> dict[str, str]:
    """The key that checks receipts, as a JSON Web Key (RFC 8037)."""
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "alg": "EdDSA",
        "use": "sig",
        "kid": key_id(),
        "x": _encoded(_public().public_bytes(Encoding.Raw, PublicFormat.Raw)),
    }


def key_id() -> str:
    """A short name of the key, made from the key itself."""
    return hashlib.sha256(_public().public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


def on_switched(event: consent.PurposeSwitched) -> None:
    """Each turn of a switch gives its receipt, a no as well as a yes."""
    is_objection = event.purpose == consent.ORIGINAL_ONLY
    deed = rules.deed_of_switch(is_objection=is_objection, on=event.on, was_on=event.was_on)
    give(event.account_id, Choice(deed=deed, purpose=event.purpose, how=event.how))


def on_accepted(event: accounts.Accepted) -> None:
    """Whoever accepts a text holds a receipt that names its version."""
    name = f"{'Terms of Service' if event.text == 'terms' else 'Privacy policy'}, version {event.version}"
    said = Choice(deed=Deed.ACCEPTED, purpose=event.text, how=event.place, name=name, sentence=f"You accepted: {name}.")
    give(event.account_id, said)


def _policy() -> policies.Published:
    """The version in force; what was accepted before the first one was posted is held against that."""
    versions, now = policies.versions(), clock.now()
    return next((one for one in reversed(versions) if one.effective_at <= now), versions[0])


def _said(choice: Choice, subject: str) -> rules.Said:
    purpose = register.purposes.get(choice.purpose)
    own = ("Original purposes only", "Forbid every use of your data other than the one you gave it for.")
    name, sentence = (purpose.name, purpose.sentence) if purpose else own
    return rules.Said(
        deed=choice.deed,
        purpose=choice.purpose,
        name=choice.name or name,
        sentence=choice.sentence or sentence,
        basis=register.BASES[purpose.basis][0] if purpose else "",
        how=choice.how,
        subject=subject,
        at=clock.now().replace(microsecond=0),
    )


def _get(wanted: Any) -> Receipt:
    found: Receipt | None = session.scalar(wanted)
    if found is None:
        raise NotFound
    return found


def _private() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(keys.derived("receipts"))


def _public() -> Ed25519PublicKey:
    return _private().public_key()


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
