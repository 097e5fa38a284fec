"""Seats are given by name or by a table; each person has a key of their own, which follows the license and can be taken back."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from core import clock
from core.access import Permission
from core.events import emit
from storefront.catalogue.models import Edition
from storefront.licenses import rules as license_rules
from storefront.licenses.models import License, PoolKey
from storefront.licenses.rules import LicenseState
from storefront.organizations.models import Organization
from storefront.organizations.service import MemberLeft
from storefront.seats import rules
from storefront.seats.models import LicenseSeat
from storefront.seats.rules import SeatConflict, SeatState, SeatVerb, TableRefused
from tests.shop import Shop, Visitor
from tests.storefront.order_builders import press, refund, ware
from tests.storefront.organization_builders import ask, founded, join, order_all
from tests.storefront.test_handover import plain


@pytest.mark.parametrize("state", SeatState)
@pytest.mark.parametrize("verb", SeatVerb)
def test_a_seat_takes_named_steps_only(state: SeatState, verb: SeatVerb) -> None:
    if (state, verb) in rules.TRANSITIONS:
        assert rules.check_verb(state, verb) is rules.TRANSITIONS[state, verb]
    else:
        with pytest.raises(SeatConflict):
            rules.check_verb(state, verb)


@given(st.text(max_size=400), st.integers(0, 5))
def test_any_table_gives_people_or_says_what_is_wrong(text: str, free: int) -> None:
    try:
        people = rules.read_table(text, free)
    except TableRefused as refused:
        assert refused.lines
    else:
        assert 0 < len(people) <= free and len({one.address for one in people}) == len(people)


def test_tables_are_read_in_the_forms_that_people_have() -> None:
    people = rules.read_table("Name;E-mail\nMira Tallow;mira@example.com\n\nob@example.com, Oban, Jr.\n", 2)
    assert [(one.name, one.address) for one in people] == [
        ("Mira Tallow", "mira@example.com"),
        ("Oban Jr.", "ob@example.com"),
    ]
    for text, said in [
        ("a@example.com\na@example.com", "line 1 already"),
        ("a@example.com\nnobody", "Line 2"),
        ("a@example.com\nb@example.com\nc@example.com", "2 seats are free"),
        ("", "no address"),
    ]:
        with pytest.raises(TableRefused) as refused:
            rules.read_table(text, 2)
        assert said in " ".join(refused.value.lines)


@pytest.mark.parametrize("parent", LicenseState)
@pytest.mark.parametrize("seat", LicenseState)
def test_a_seat_follows_its_license(parent: LicenseState, seat: LicenseState) -> None:
    now = license_rules.seat_state(parent, seat)
    if seat in {LicenseState.REVOKED, LicenseState.TRANSFERRED}:
        assert now is seat
    elif parent in {LicenseState.EXPIRED, LicenseState.SUSPENDED, LicenseState.REVOKED}:
        assert now is parent


def bought_for(shop: Shop, owner: Visitor, quantity: int = 3, keys: int | None = None, seats: bool = False) -> str:
    """An organization with so many licenses; its page."""
    kiln = ware(shop, "kilnwatch", term="year" if keys is None else "perpetual", keys=keys)
    if seats:
        with shop.transaction() as session:
            session.get_one(Edition, kiln.edition_id).per_seat = True
    home = founded(owner)
    ask(owner, kiln, quantity=quantity)
    order_all(shop, owner, home)
    return home


def offer(shop: Shop, owner: Visitor, home: str, people: str) -> str:
    """Give seats, confirmed if asked; the page."""
    page = owner.submit(f"{home}/licenses", {"people": people}, action="/give").text
    if 'name="sure"' in page:
        found = shop_page(page)
        page = owner.post(found, {"people": people, "sure": "yes"}, follow_redirects=True).text
    return page


def shop_page(page: str) -> str:
    """The address to which the question whether one is sure is answered."""
    return page.split("data-once>")[0].rsplit('action="', 1)[1].split('"')[0]


def take(shop: Shop, who: Visitor, address: str) -> str:
    """Open the mail's link and take the seat; the license's page."""
    link = shop.letters(address, "seat_offered")[-1].link("/seats/")
    return str(who.submit(link, {}, action=link).request.path)


@pytest.mark.parametrize("seats", [False, True], ids=["pieces", "seats"])
def test_each_person_has_a_key_of_their_own(shop: Shop, seats: bool) -> None:
    ada, bob, eve = shop.member(), shop.member("bob@example.com", "Bob"), shop.member("eve@example.com", "Eve")
    home = bought_for(shop, ada, quantity=2, seats=seats)
    page = f"{home}/licenses"
    assert "2 of 2 free" in ada.get(page).text and eve.get(page).status_code == 404
    refused = ada.submit(page, {"people": "bob@example.com\nnobody"}, action="/give")
    assert refused.status_code == 422 and "Line 2" in refused.text and "bob@example.com" in refused.text
    assert "2 people get" in offer(shop, ada, home, "Bob B, bob@example.com\neve@example.com")
    shown = ada.get(page).text
    assert "0 of 2 free" in shown and "Bob B" in shown and "/give" not in shown
    mine, hers = take(shop, bob, "bob@example.com"), take(shop, eve, "eve@example.com")
    keys = [plain(press(who, at, f"{at}/reveal")) for who, at in ((bob, mine), (eve, hers))]
    with shop.transaction() as session:
        rows = session.scalars(select(License).order_by(License.id)).all()
        assert len({one.key_hash for one in rows}) == len(rows) == (3 if seats else 4)
        assert [one.seats for one in rows if one.seat_of] == [1, 1]
        own = next(one.public_id for one in rows if one.seat_of is None)
        assert session.scalars(select(LicenseSeat.address)).all() == [None, None]
    assert keys[0] != keys[1] and "from Ostrakon Pottery" in bob.get(mine).text
    assert "key of their own" in ada.post(f"/account/licenses/{own}/reveal", {}).text
    assert "belongs to an organization" in ada.get(f"/account/licenses/{own}/pass-on").text
    assert "pass-on" not in bob.get(mine).text and bob.get(f"{mine}/plan").status_code == 409
    number = next(one.id for one in seats_of(shop))
    ada.submit(page, {}, action=f"/seats/{number}/take-back")
    assert "Revoked" in bob.get(mine).text and shop.letters("bob@example.com", "seat_news")
    assert "1 of 2 free" in ada.get(page).text
    assert "Reveal the key" in ada.get(f"/account/licenses/{own}").text


def seats_of(shop: Shop) -> list[LicenseSeat]:
    """All of them, the oldest first."""
    with shop.transaction() as session:
        found = list(session.scalars(select(LicenseSeat).order_by(LicenseSeat.id)))
        session.expunge_all()
        return found


def test_seats_end_and_go_on_with_their_license(shop: Shop) -> None:
    ada, bob = shop.member(), shop.member("bob@example.com", "Bob")
    clerk = shop.member("clerk@example.com", "Clerk", [Permission.SALES])
    home = bought_for(shop, ada, quantity=2, seats=True)
    offer(shop, ada, home, "bob@example.com")
    mine = take(shop, bob, "bob@example.com")
    with shop.transaction() as session:
        parent = session.scalars(select(License).where(License.seat_of.is_(None))).one()
        parent.expires_at = clock.now() + timedelta(days=900)
    assert (clock.now() + timedelta(days=900)).strftime("%Y") in bob.get(mine).text
    order = ada.get("/account/orders").text.split("/account/orders/")[1].split('"')[0]
    refund(clerk, order)
    assert "Suspended" in bob.get(mine).text
    with shop.transaction() as session:
        assert {one.state for one in session.scalars(select(License))} == {"suspended"}


def test_a_resold_key_goes_over_and_comes_back_only_unseen(shop: Shop) -> None:
    ada, bob = shop.member(), shop.member("bob@example.com", "Bob")
    home = bought_for(shop, ada, quantity=1, keys=2)
    page = f"{home}/licenses"
    offer(shop, ada, home, "bob@example.com")
    mine = take(shop, bob, "bob@example.com")
    assert "0 of 1 free" in ada.get(page).text and "Bob" in ada.get(page).text
    ada.submit(page, {}, action="/take-back")
    assert "1 of 1 free" in ada.get(page).text and "Passed on" in bob.get(mine).text
    offer(shop, ada, home, "bob@example.com")
    mine = take(shop, bob, "bob@example.com")
    assert "KILNWATCH-KEY-0000" in plain(press(bob, mine, f"{mine}/reveal"))
    assert ada.submit(page, {}, action="/take-back").status_code == 409
    with shop.transaction() as session:
        assert sorted(session.scalars(select(PoolKey.state))) == ["imported", "revealed"]


def test_whoever_leaves_keeps_nothing_but_their_own(shop: Shop) -> None:
    ada, bob = shop.member(), shop.member("bob@example.com", "Bob")
    home = bought_for(shop, ada, quantity=2)
    join(shop, ada, home, bob, "bob@example.com", role="manager")
    offer(shop, ada, home, "bob@example.com\nada@example.com")
    mine = take(shop, bob, "bob@example.com")
    link = shop.letters("ada@example.com", "seat_offered")[-1].link("/seats/")
    assert "You declined" in shop.visitor().submit(link, {}, action="/decline").text
    bob.submit(home, {}, action="/leave")
    assert "Revoked" in bob.get(mine).text and "2 of 2 free" in ada.get(f"{home}/licenses").text
    with shop.transaction() as session:
        organization = session.scalars(select(Organization)).one()
        heir = bob.account_id or 0
        emit(MemberLeft(organization_id=organization.id, account_id=organization.owner_id, owner_id=heir))
        held = session.scalars(select(License.account_id).where(License.state == LicenseState.ISSUED.value))
        assert set(held) == {heir}
    with clock.moved(rules.STANDS), shop.app.app_context():
        shop.database.queue.run("seats.lapse", {})
