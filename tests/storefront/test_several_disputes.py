"""Several disputes about one payment: its licenses rest while any of them holds or has taken money, and no cent that
came back stays with us once its order was refunded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from core.access import Permission
from storefront.licenses.models import License
from storefront.orders.models import Order
from storefront.payments import disputes
from storefront.payments.models import PaymentIntent, PaymentReturn
from storefront.payments.rules import DisputeState, moved
from tests.shop import Shop
from tests.storefront.order_builders import buy, refund, ware

STORIES = {
    "one of two is won": ("a open, b open, a won", "paid", "suspended"),
    "both are won": ("a open, b open, a won, b won", "paid", "issued"),
    "both are won, the later first": ("a open, b open, b won, a won", "paid", "issued"),
    "lost, then won": ("a open, b open, a lost, b won", "paid", "suspended"),
    "won, then lost": ("a open, b open, b won, a lost", "paid", "suspended"),
    "won, then a new one": ("a open, a won, b open", "paid", "suspended"),
    "one that took all is won, then lost": ("all open, all won, all lost", "refunded", "suspended"),
    "one that took all is lost, then won": ("all open, all lost, all won", "refunded", "suspended"),
    "both are lost": ("a open, b open, a lost, b lost", "refunded", "suspended"),
}
PARTS = {"a": 5_000, "b": 6_900, "all": 11_900}
words_said = st.lists(st.sampled_from(list(DisputeState)), min_size=1, max_size=6)


def stands_at(said: list[DisputeState]) -> DisputeState | None:
    known: DisputeState | None = None
    for state in said:
        known = moved(known, state)
    return known


@given(words_said.flatmap(lambda said: st.tuples(st.just(said), st.permutations(said))))
def test_a_dispute_ends_the_same_in_whatever_order_it_is_told(
    both: tuple[list[DisputeState], list[DisputeState]],
) -> None:
    one, other = (stands_at(said) for said in both)
    assert one is other
    ranks = list(DisputeState)
    assert one is ranks[max(ranks.index(state) for state in both[0])]


def say(shop: Shop, name: str, state: str, number: int = 0) -> None:
    """Let the gateway tell, twice, where a dispute over a part of the only payment stands."""
    with shop.transaction() as session:
        session.scalars(select(PaymentIntent)).one().remote = "pi_1"
    for _ in range(2):
        with shop.transaction():
            disputes.receive(
                "pretend",
                disputes.Said(
                    event_id=f"evt_{number}",
                    remote=f"dp_{name}",
                    payment="pi_1",
                    state=DisputeState(state),
                    amount=PARTS[name],
                    currency="EUR",
                    reason="fraudulent",
                ),
            )


@pytest.mark.parametrize("story", STORIES)
def test_licenses_rest_while_any_dispute_holds_money(shop: Shop, story: str) -> None:
    told, order_state, license_state = STORIES[story]
    buy(shop.member(), ware(shop))
    for number, words in enumerate(told.split(", ")):
        name, state = words.split()
        say(shop, name, state, number)
    with shop.transaction() as session:
        found = (session.scalars(select(Order.state)).one(), session.scalars(select(License.state)).one())
    assert found == (order_state, license_state)


def test_a_part_that_is_won_after_the_refund_goes_to_the_buyer_too(shop: Shop) -> None:
    number = buy(shop.member(), ware(shop))
    say(shop, "a", "open")
    say(shop, "b", "open", 1)
    say(shop, "b", "won", 2)
    refund(shop.member("sam@example.com", "Sam", [Permission.SALES]), number)
    say(shop, "a", "won", 3)
    with shop.transaction() as session:
        sent = session.scalars(select(PaymentReturn.amount).order_by(PaymentReturn.id)).all()
    assert list(sent) == [6_900, 5_000]
