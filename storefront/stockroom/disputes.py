"""Keys that do not work: the holder says so, and gets another one, or a sentence why not."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, select

from core import clock
from core.access import PROGRAM, Actor
from core.audit import service as audit
from core.db import session
from core.errors import Conflict, Invalid, NotFound
from core.sealed import seal
from privacy import gate
from storefront.catalogue.models import Edition, Product
from storefront.licenses import certificates, pool
from storefront.licenses import rules as license_rules
from storefront.licenses import service as licenses
from storefront.licenses.models import License, PoolKey
from storefront.licenses.service import Held
from storefront.orders.models import Order, OrderLine
from storefront.pools import rules
from storefront.pools.models import KeyDispute, KeyPool
from storefront.pools.rules import DisputeState, KeyVerb, PoolState
from storefront.stockroom import letters

SHORTEST, LONGEST = 8, 1000


class WordsMissing(Invalid):
    code = "words_missing"
    sentence = f"Please write {SHORTEST} to {LONGEST} characters. Nothing was sent, and what you wrote is still here."


class AnsweredAlready(Conflict):
    code = "answered_already"
    sentence = "This was answered already. Nothing was changed."


class NoKeyLeft(Conflict):
    """There is no other key for this buyer's country."""

    code = "no_key_left"
    title = "No key is left"
    sentence = (
        "No other key is free for this buyer's country, so nothing was changed. Import new keys, or refund the order."
    )


@dataclass(frozen=True, kw_only=True)
class Resold:
    """What the holder of a resold key can do. `until`: how long a dead key is replaced."""

    state: PoolState
    until: datetime | None
    latest: KeyDispute | None
    answer: str = ""

    @property
    def may_dispute(self) -> bool:
        """Whether the time for a replacement runs."""
        can = self.state in rules.states_before(KeyVerb.DISPUTE)
        return can and self.until is not None and clock.now() < self.until

    @property
    def may_redeem(self) -> bool:
        """Whether it can be marked as redeemed."""
        return self.state in rules.states_before(KeyVerb.REDEEM)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A dispute as staff see it, without anything about the holder."""

    dispute: KeyDispute
    license: License
    pool_id: int
    title: str
    order_number: str
    country: str


def find_resold(held: Held, actor: Actor) -> Resold | None:
    """How it stands with the key of one's own license; None for a license that has none from a pool."""
    row = session.execute(_counting(held.license.id)).first()
    if row is None:
        return None
    kept, terms = row
    latest = session.scalar(
        select(KeyDispute).where(KeyDispute.license_id == held.license.id).order_by(KeyDispute.id.desc()).limit(1)
    )
    until = rules.warranty_ends(kept.delivered_at, terms.warranty_days) if kept.delivered_at else None
    answer = gate.disclose(latest.answer, purpose="licenses", actor=actor) if latest and latest.answer else ""
    return Resold(state=PoolState(kept.state), until=until, latest=latest, answer=answer)


def dispute(held: Held, words: str, actor: Actor) -> KeyDispute:
    """Say that the key does not work. The pool's rule may answer with another key at once.

    Refuses with WordsMissing, KeyConflict, WarrantyOver or what may not be used.
    """
    license_rules.check_usable(held.state, held.license.expires_at, clock.now())
    kept, terms = _lock_counting(held.license.id)
    rules.check_warranty(kept.delivered_at, terms.warranty_days, clock.now())
    said = _said(words)
    earlier = _count_earlier(held.license.id)
    pool.step(kept, KeyVerb.DISPUTE, "buyer")
    made = KeyDispute(
        license_id=held.license.id,
        pool_key_id=kept.id,
        words=seal(said, "key_dispute.words", subject=held.license.account_id),
        state=DisputeState.OPEN.value,
        opened_at=clock.now(),
    )
    session.add(made)
    session.flush()
    assert kept.delivered_at is not None
    if rules.is_replaced_at_once(kept.delivered_at, terms.auto_days, earlier, clock.now()):
        made.automatic = _replace(made, kept, PROGRAM)
    return made


def redeem(held: Held) -> None:
    """The holder says that the maker took the key. Refuses with KeyConflict."""
    kept, _terms = _lock_counting(held.license.id)
    pool.step(kept, KeyVerb.REDEEM, "buyer")


def replace(dispute_id: int, actor: Actor) -> None:
    """Give another key in place of the dead one. Refuses with AnsweredAlready or NoKeyLeft."""
    case = _lock_open(dispute_id)
    kept = session.get_one(PoolKey, case.pool_key_id, with_for_update=True)
    if not _replace(case, kept, actor):
        raise NoKeyLeft
    audit.record(actor, "replace a key", "key dispute", case.id)


def decline(dispute_id: int, sentence: str, actor: Actor) -> None:
    """Leave the key as it is, and say why. Refuses with AnsweredAlready or WordsMissing."""
    case, said = _lock_open(dispute_id), _said(sentence)
    license, order, line = _sold(case.license_id)
    pool.step(session.get_one(PoolKey, case.pool_key_id, with_for_update=True), KeyVerb.DECLINE, "staff")
    case.state, case.answered_at = DisputeState.DECLINED.value, clock.now()
    case.answer = seal(said, "key_dispute.answer", subject=license.account_id)
    audit.record(actor, "decline a dead key", "key dispute", case.id)
    letters.tell_declined(order, line, license, case.id)


def open_key(dispute_id: int, reason: str, actor: Actor) -> str:
    """The whole key while its dispute is open, to ask the supplier; the holder can read that it was opened, and by whom."""
    case, said = _lock_open(dispute_id), _said(reason)
    audit.record(actor, "open a disputed key", "key dispute", case.id, reason=said[:200])
    return gate.disclose(session.get_one(License, case.license_id).key, purpose="licenses", actor=actor)


def cases(*, is_open: bool, most: int = 50) -> list[Case]:
    """The queue, the oldest first; or the latest answers."""
    wanted = _cases().where(KeyDispute.state == DisputeState.OPEN.value if is_open else KeyDispute.state != "open")
    ordered = wanted.order_by(KeyDispute.id if is_open else KeyDispute.id.desc()).limit(most)
    return [_case(row) for row in session.execute(ordered)]


def get_case(dispute_id: int) -> Case:
    """One dispute. Raises NotFound."""
    row = session.execute(_cases().where(KeyDispute.id == dispute_id)).first()
    if row is None:
        raise NotFound("There is no such complaint about a key; it may have gone with its license.")
    return _case(row)


def words_of(case: Case, actor: Actor) -> tuple[str, str]:
    """What the holder wrote, and what was answered."""
    said = case.dispute.words, case.dispute.answer
    first, second = (gate.disclose(one, purpose="licenses", actor=actor) if one else "" for one in said)
    return first, second


def _replace(case: KeyDispute, kept: PoolKey, actor: Actor) -> bool:
    """Whether another key was there."""
    license, order, line = _sold(case.license_id)
    fresh = pool.claim(kept, order.country)
    if fresh is None:
        return False
    pool.step(kept, KeyVerb.REPLACE, actor.kind)
    session.flush()  # the old key counts no longer before the new one does
    pool.deliver(fresh, license.id)
    key = pool.open_key(fresh)
    license.key = seal(key, "license.key", subject=license.account_id)
    license.key_hash, license.last_five = licenses.key_hash(key), license_rules.last_five(key)
    case.state, case.answered_at = DisputeState.REPLACED.value, clock.now()
    session.flush()
    certificates.write_ending(license)
    letters.tell_replaced(order, line, license, key, case.id)
    return True


def _counting(license_id: int) -> Select[PoolKey, KeyPool]:
    """The key of a license that counts, and the terms of its pool."""
    joined = select(PoolKey, KeyPool).join(KeyPool, KeyPool.id == PoolKey.pool_id)
    return joined.where(PoolKey.license_id == license_id, PoolKey.state != PoolState.REPLACED.value)


def _lock_counting(license_id: int) -> tuple[PoolKey, KeyPool]:
    wanted = _counting(license_id).with_for_update(of=PoolKey).execution_options(populate_existing=True)
    row = session.execute(wanted).first()
    if row is None:
        raise NotFound(
            "The key of this license is not from another maker, so it is not replaced here. Write to support."
        )
    return row[0], row[1]


def _lock_open(dispute_id: int) -> KeyDispute:
    case = session.get(KeyDispute, dispute_id, with_for_update=True, populate_existing=True)
    if case is None:
        raise NotFound("There is no such complaint about a key; it may have gone with its license.")
    if case.state != DisputeState.OPEN.value:
        raise AnsweredAlready
    return case


def _sold(license_id: int) -> tuple[License, Order, OrderLine]:
    joined = select(License, Order, OrderLine).join(OrderLine, OrderLine.id == License.order_line_id)
    license, order, line = session.execute(
        joined.join(Order, Order.id == OrderLine.order_id).where(License.id == license_id).with_for_update(of=License)
    ).one()
    return license, order, line


def _count_earlier(license_id: int) -> int:
    return len(session.scalars(select(KeyDispute.id).where(KeyDispute.license_id == license_id).limit(1)).all())


def _said(words: str) -> str:
    said = words.strip()
    if not SHORTEST <= len(said) <= LONGEST:
        raise WordsMissing
    return said


def _cases() -> Select[KeyDispute, License, PoolKey, Product, Edition, Order]:
    return (
        select(KeyDispute, License, PoolKey, Product, Edition, Order)
        .join(License, License.id == KeyDispute.license_id)
        .join(PoolKey, PoolKey.id == KeyDispute.pool_key_id)
        .join(Product, Product.id == License.product_id)
        .join(Edition, Edition.id == License.edition_id)
        .join(OrderLine, OrderLine.id == License.order_line_id)
        .join(Order, Order.id == OrderLine.order_id)
    )


def _case(row: Row[KeyDispute, License, PoolKey, Product, Edition, Order]) -> Case:
    found, license, kept, product, edition, order = row
    return Case(
        dispute=found,
        license=license,
        pool_id=kept.pool_id,
        title=f"{product.name}, {edition.name}",
        order_number=order.number,
        country=order.country,
    )
