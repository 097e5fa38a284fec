"""A cart loses nothing silently: not at sign-in, and not while prices change."""

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storefront.cart.rules import (
    MOST,
    MOST_LINES,
    CartFull,
    CartLine,
    Change,
    Offer,
    QuantityRefused,
    add,
    check_quantity,
    compare,
    merge,
    read_quantity,
)
from storefront.money import Money

unhurried = settings(deadline=None)


def line(edition_id: int = 1, quantity: int = 1, amount: int = 1000) -> CartLine:
    return CartLine(
        edition_id=edition_id, title=f"Foo {edition_id}", quantity=quantity, seen_price=Money(amount, "EUR")
    )


any_lines = st.lists(
    st.builds(line, st.integers(1, 60), st.integers(1, 99), st.integers(0, 5000)),
    unique_by=lambda line: line.edition_id,
    max_size=MOST_LINES,
)


@pytest.mark.parametrize("text", ["0", "100", "-1", "", " ", "1.5", "two", "٣", "²", "9" * 5000, "1\x00", "+3"])
def test_quantities_from_one_to_ninety_nine(text: str) -> None:
    with pytest.raises(QuantityRefused, match="from 1 to 99"):
        read_quantity(text)


def test_quantities_are_read() -> None:
    assert [read_quantity(text) for text in ("1", " 42 ", "099")] == [1, 42, 99]


@unhurried
@given(st.text(max_size=20))
def test_no_text_breaks_the_reader(text: str) -> None:
    with suppress(QuantityRefused):
        assert check_quantity(read_quantity(text))


def test_the_same_edition_twice_adds_up_and_keeps_its_place() -> None:
    lines = add(add((line(1),), line(2)), line(1, 3, amount=900))
    assert [(held.edition_id, held.quantity, held.seen_price.amount) for held in lines] == [(1, 4, 900), (2, 1, 1000)]
    with pytest.raises(QuantityRefused):
        add((line(1, 60),), line(1, 40))


def test_a_full_cart_refuses_another_edition_but_not_more_of_the_same() -> None:
    full = tuple(line(number) for number in range(MOST_LINES))
    with pytest.raises(CartFull):
        add(full, line(MOST_LINES))
    assert add(full, line(0))[0].quantity == 2


def test_merging_says_what_was_added() -> None:
    merged = merge([line(1, 1)], [line(2, 2), line(1, 1)])
    assert [(held.edition_id, held.quantity) for held in merged.lines] == [(1, 2), (2, 2)]
    assert merged.sentences == (
        "2 × Foo 2 were added from the cart you filled before signing in.",
        "1 × Foo 1 was added from the cart you filled before signing in.",
    )


def test_merging_says_what_it_could_not_keep() -> None:
    merged = merge([line(1, 98), line(2, 99)], [line(1, 5), line(2, 1)])
    assert [held.quantity for held in merged.lines] == [99, 99]
    assert merged.sentences == (
        "1 × Foo 1 was added from the cart you filled before signing in.",
        "The quantity of Foo 1 was limited to 99.",
        "The quantity of Foo 2 was limited to 99.",
    )
    full = [line(number) for number in range(MOST_LINES)]
    assert merge(full, [line(99)]).sentences == ("Foo 99 was left out, because a cart holds at most 50 editions.",)


@unhurried
@given(any_lines, any_lines)
def test_merging_keeps_every_own_line_and_tells_every_guest_line(own: list[CartLine], guest: list[CartLine]) -> None:
    merged = merge(own, guest)
    quantities = {held.edition_id: held.quantity for held in merged.lines}
    assert len(quantities) == len(merged.lines) <= MOST_LINES
    assert [held.edition_id for held in merged.lines][: len(own)] == [held.edition_id for held in own]
    assert all(held.quantity <= quantities[held.edition_id] <= MOST for held in own)
    assert all(any(held.title in sentence for sentence in merged.sentences) for held in guest)


@unhurried
@given(any_lines)
def test_merging_with_nothing_changes_nothing(lines: list[CartLine]) -> None:
    assert merge(lines, []).lines == tuple(lines) == merge([], lines).lines
    assert merge(lines, []).sentences == ()


@pytest.mark.parametrize(
    ("offer", "changes", "blocks"),
    [
        (Offer(edition_id=1, price=Money(1000, "EUR")), [], False),
        (Offer(edition_id=1, price=Money(1001, "EUR")), [Change.PRICE_ROSE], False),
        (Offer(edition_id=1, price=Money(999, "EUR")), [Change.PRICE_FELL], False),
        (Offer(edition_id=1, price=Money(1000, "USD")), [Change.CURRENCY_CHANGED], False),
        (Offer(edition_id=1, price=Money(1000, "EUR"), on_sale=False), [Change.WITHDRAWN], True),
        (Offer(edition_id=1, price=Money(1000, "EUR"), free_keys=2), [], False),
        (Offer(edition_id=1, price=Money(1000, "EUR"), free_keys=1), [Change.POOL_EMPTY], True),
        (Offer(edition_id=1, price=Money(9, "EUR"), free_keys=0), [Change.POOL_EMPTY, Change.PRICE_FELL], True),
    ],
)
def test_what_changed_since_is_shown(offer: Offer, changes: list[Change], blocks: bool) -> None:
    found = compare([line(1, 2)], {1: offer})
    assert [difference.change for difference in found] == changes
    assert any(difference.blocks for difference in found) is blocks


def test_an_edition_that_is_gone_is_withdrawn() -> None:
    (difference,) = compare([line(7)], {})
    assert (difference.change, difference.line) == (Change.WITHDRAWN, line(7))


@unhurried
@given(any_lines)
def test_an_unchanged_shop_differs_in_nothing(lines: list[CartLine]) -> None:
    offers = {held.edition_id: Offer(edition_id=held.edition_id, price=held.seen_price) for held in lines}
    assert compare(lines, offers) == ()
    dearer = {number: replace(offer, price=offer.price + Money(1, "EUR")) for number, offer in offers.items()}
    assert [difference.now for difference in compare(lines, dearer)] == [
        held.seen_price + Money(1, "EUR") for held in lines
    ]
