"""A part of an order's money is lost: staff say which licenses end, and the others are just what they were before."""

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from core.access import Permission
from core.audit.models import AuditEntry
from storefront.licenses import resting
from storefront.licenses.models import License, PoolKey
from storefront.licenses.rules import LicenseVerb, RestCause
from storefront.orders.models import Order
from storefront.renewals.models import Subscription
from tests.shop import Shop, Visitor
from tests.storefront.dispute_builders import decide, tell
from tests.storefront.order_builders import buy, has_form, pay, place, ware
from tests.storefront.test_seats import bought_for, offer, take

PARTS = {"a": 5_000, "b": 6_900}


def of_order(shop: Shop) -> list[tuple[int, str]]:
    """Number and state of every license, oldest first."""
    with shop.transaction() as session:
        return [(one.id, one.state) for one in session.scalars(select(License).order_by(License.id))]


def clerk_of(shop: Shop) -> Visitor:
    return shop.member("sam@example.com", "Sam", [Permission.SALES])


def test_some_end_and_the_others_are_what_they_were(shop: Shop) -> None:
    ada, clerk, keys = shop.member(), clerk_of(shop), ware(shop, keys=2)
    number = place(ada, keys, ware(shop, "querylark", term="month"), quantity=2)
    pay(ada, number)
    with shop.transaction() as session:
        licenses = list(session.scalars(select(License).order_by(License.id)))
        resting.change(licenses[1], LicenseVerb.ACTIVATE)
        ids = [one.id for one in licenses]
    tell(shop, number, "a", "open", 5_000)
    page = f"/staff/orders/{number}/licenses"
    assert {state for _id, state in of_order(shop)} == {"suspended"}
    assert (
        "nothing to decide" in clerk.get(page).text and "Decide which" not in clerk.get(f"/staff/orders/{number}").text
    )
    tell(shop, number, "a", "lost", 5_000)
    assert "4 licenses rest until one of us says" in clerk.get(f"/staff/orders/{number}").text
    text = clerk.get(page).text
    assert "resold key would be sold again" in text and "it renews, and would no more" in text
    assert ada.get(page).status_code == 403
    half = decide(clerk, number, {ids[0]: "ends"})
    assert "choose for every license" in half and 'value="ends" required checked' in half
    assert "eight to 200" in decide(clerk, number, dict.fromkeys(ids, "ends"), reason="so")
    assert {state for _id, state in of_order(shop)} == {"suspended"}
    wanted = {ids[0]: "ends", ids[1]: "goes-on", ids[2]: "ends", ids[3]: "goes-on"}
    stale = clerk.get(page).text
    assert "Decided" in decide(clerk, number, wanted)
    assert [state for _id, state in of_order(shop)] == ["revoked", "active", "revoked", "issued"]
    assert not has_form(clerk.get(page).text, "/licenses") and "Goes on" in stale
    with shop.transaction() as session:
        assert sorted(session.scalars(select(PoolKey.state))) == ["delivered", "imported"]
        assert list(session.scalars(select(Subscription.state).order_by(Subscription.id))) == ["ended", "active"]
        said = [one for one in session.scalars(select(AuditEntry)) if one.details.get("reason")]
        assert [one.verb for one in said] == ["revoke", "restore", "revoke", "restore", "decide licenses"]
    letter = shop.letters(name="dispute_decided")[0].text
    assert "2 × " not in letter and letter.index("work again") < letter.index("have ended")


def test_what_changed_meanwhile_is_looked_at_again_and_twice_is_once(sqlite_shop: Shop) -> None:
    shop, clerk = sqlite_shop, clerk_of(sqlite_shop)
    ada = shop.member()
    number = buy(ada, ware(shop))
    ((license_id, _state),) = of_order(shop)
    tell(shop, number, "a", "lost", 5_000)
    page = f"/staff/orders/{number}/licenses"
    sent = {f"license-{license_id}": "goes-on", "reason": "The bank kept one piece."}
    stale = clerk.post(page, {**sent, "seen": "0" * 32})
    assert stale.status_code == 409 and "Look again" in stale.text and "kept one piece" in stale.text
    assert of_order(shop) == [(license_id, "suspended")]
    assert "Decided" in decide(clerk, number, {license_id: "goes-on"})
    assert "decided already" in clerk.post(page, {**sent, f"license-{license_id}": "ends"}).text
    assert of_order(shop) == [(license_id, "issued")]
    assert len(shop.letters(name="dispute_decided")) == 1
    tell(shop, number, "b", "open", 1_000)
    assert of_order(shop) == [(license_id, "suspended")]
    tell(shop, number, "b", "won", 1_000)
    assert of_order(shop) == [(license_id, "issued")], "what was decided holds no license any more"
    tell(shop, number, "c", "lost", 6_900)
    with shop.transaction() as session:
        assert session.get_one(License, license_id).state == "suspended"


class Told(RuleBasedStateMachine):
    """The model: where each of two disputes stands, what staff decided, whether staff let the licenses rest."""

    shop: Shop
    buyer: Visitor
    clerk: Visitor
    goods: Any

    def __init__(self) -> None:
        super().__init__()
        before = len(of_order(self.shop))
        self.number = place(self.buyer, self.goods, quantity=2)
        pay(self.buyer, self.number)
        self.ids = [id_ for id_, _state in of_order(self.shop)][before:]
        with self.shop.transaction() as session:
            resting.change(session.get_one(License, self.ids[1]), LicenseVerb.ACTIVATE)
        self.disputes: dict[str, str] = {}
        self.decided: set[str] = set()
        self.ended: set[int] = set()
        self.paused = False

    @property
    def pending(self) -> set[str]:
        """The disputes that took money about which nobody decided."""
        lost = {name for name, state in self.disputes.items() if state == "lost"} - self.decided
        return set() if "open" in self.disputes.values() or self.is_lost else lost

    @property
    def is_lost(self) -> bool:
        """Whether all of the money is gone."""
        return list(self.disputes.values()) == ["lost", "lost"]

    @rule(name=st.sampled_from(sorted(PARTS)), state=st.sampled_from(["open", "won", "lost"]))
    def told(self, name: str, state: str) -> None:
        ranks = ["open", "won", "lost"]
        known = self.disputes.get(name)
        tell(self.shop, self.number, name, state, 2 * PARTS[name])
        if not known or ranks.index(state) > ranks.index(known):
            self.disputes[name] = state

    @precondition(lambda self: self.pending and len(self.ended) < 2)
    @rule(words=st.lists(st.sampled_from(["ends", "goes-on"]), min_size=2, max_size=2))
    def decided_by_staff(self, words: list[str]) -> None:
        chosen = {id_: word for id_, word in zip(self.ids, words, strict=True) if id_ not in self.ended}
        assert "Decided" in decide(self.clerk, self.number, chosen)
        self.decided |= self.pending
        self.ended |= {id_ for id_, word in chosen.items() if word == "ends"}

    @precondition(lambda self: not self.is_lost)
    @rule()
    def staff_pause_or_go_on(self) -> None:
        with self.shop.transaction() as session:
            for id_ in self.ids:
                license = session.get_one(License, id_)
                (resting.wake if self.paused else resting.rest)(license, RestCause.STAFF)
        self.paused = not self.paused

    @invariant()
    def licenses_agree(self) -> None:
        open_or_lost = {name for name, state in self.disputes.items() if state != "won"} - self.decided
        rests = self.paused or open_or_lost or self.is_lost
        wanted = ["suspended" if rests else before for before in ("issued", "active")]
        wanted = ["revoked" if id_ in self.ended else state for id_, state in zip(self.ids, wanted, strict=True)]
        assert [state for id_, state in of_order(self.shop) if id_ in self.ids] == wanted


def test_in_whatever_order_disputes_and_decisions_come(shop: Shop) -> None:
    given = {"shop": shop, "buyer": shop.member(), "clerk": clerk_of(shop), "goods": ware(shop)}
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run_state_machine_as_test(
        type("Run", (Told,), given),
        settings=settings(max_examples=12, stateful_step_count=12, deadline=None, suppress_health_check=quiet),
    )


def test_seats_wake_as_their_people_left_them(shop: Shop) -> None:
    ada, bob = shop.member(), shop.member("bob@example.com", "Bob")
    home = bought_for(shop, ada, quantity=3, seats=True)
    offer(shop, ada, home, "bob@example.com\nada@example.com")
    take(shop, bob, "bob@example.com"), take(shop, ada, "ada@example.com")
    with shop.transaction() as session:
        used = session.scalars(select(License).where(License.seat_of.is_not(None)).order_by(License.id)).first()
        resting.change(used, LicenseVerb.ACTIVATE)
        number = session.scalars(select(Order.number)).one()
    before = of_order(shop)
    assert sorted(state for _id, state in before) == ["active", "issued", "issued"]
    for state, wanted in (("open", [(id_, "suspended") for id_, _state in before]), ("won", before)):
        tell(shop, number, "a", state, 5_000)
        assert of_order(shop) == wanted
    tell(shop, number, "b", "lost", 5_000)
    assert "Decided" in decide(clerk_of(shop), number, {before[0][0]: "ends"})
    assert {state for _id, state in of_order(shop)} == {"revoked"}
