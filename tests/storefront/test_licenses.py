"""Keys: issued once, shown to their holder only, taken from pools and never given twice."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from core import clock
from storefront.licenses import service as licenses
from storefront.licenses.models import License, PoolKey, Reveal
from storefront.licenses.rules import is_well_formed
from storefront.orders.models import Order
from tests.shop import Shop, find_form
from tests.storefront.order_builders import buy, has_form, place, press, put_into_cart, ware


def public_ids(shop: Shop) -> list[str]:
    """The addresses' ids of all licenses, oldest first."""
    with shop.transaction() as session:
        return list(session.scalars(select(License.public_id).order_by(License.id)))


def test_a_key_is_masked_until_its_holder_reveals_it(shop: Shop) -> None:
    ada = shop.member()
    buy(ada, ware(shop))
    key = shop.letters(name="license_keys")[0].text.split("Your key:")[1].split()[0]
    assert is_well_formed(key)
    page = f"/account/licenses/{public_ids(shop)[0]}"
    closed = ada.get(page).text
    assert key not in closed and key[-5:] in closed and "Never yet" in closed
    opened = ada.submit(page, {}, action="/reveal")
    assert "".join(key.split("-")) in "".join(_words(opened.text))
    assert opened.headers["Cache-Control"] == "no-store"
    assert 'data-copy="#key"' in opened.text
    assert "Never yet" not in ada.get(page).text
    with shop.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Reveal)) == 1


def _words(html: str) -> list[str]:
    serial = html.split('class="serial"')[1].split("</code>")[0]
    return [part.split("<")[0].strip("-") for part in serial.split(">")[1:]]


def test_a_line_of_three_pieces_brings_three_keys(shop: Shop) -> None:
    ada, clay = shop.member(), ware(shop, keys=4)
    put_into_cart(ada, clay, quantity=3)
    buy(ada)
    text = shop.letters(name="license_keys")[0].text
    assert "3 keys are ready in your account" in text and "KILNWATCH-KEY" not in text
    page = ada.get("/account/licenses").text
    assert page.count("license-card") == 3


def test_issuing_again_changes_nothing(shop: Shop) -> None:
    buy(shop.member(), ware(shop))
    with shop.transaction() as session:
        assert licenses.issue(session.scalars(select(Order)).one()) == []
    assert len(public_ids(shop)) == 1


def test_a_piece_cannot_have_two_licenses(shop: Shop) -> None:
    buy(shop.member(), ware(shop))
    with pytest.raises(IntegrityError), shop.transaction() as session:
        row = session.scalars(select(License)).one()
        kept = {
            c.key: getattr(row, c.key)
            for c in License.__table__.columns
            if c.key not in {"id", "public_id", "key_hash"}
        }
        session.add(License(**kept, public_id="other", key_hash="other"))
        session.flush()


def test_other_peoples_licenses_do_not_exist(shop: Shop) -> None:
    ada, bob = shop.member(), shop.member("bob@example.com", "Bob")
    kiln = ware(shop)
    buy(ada, kiln)
    buy(bob, kiln)
    hers, his = public_ids(shop)
    assert hers not in bob.get("/account/licenses").text
    assert bob.get(f"/account/licenses/{hers}").status_code == 404
    assert bob.get(f"/account/licenses/{hers}/download").status_code == 404
    form = find_form(bob.get(f"/account/licenses/{his}").text, "/reveal").values
    assert bob.client.post(f"/account/licenses/{hers}/reveal", data=form).status_code == 404


def test_a_license_with_a_term_expires_when_read_and_when_swept(shop: Shop) -> None:
    ada, kiln = shop.member(), ware(shop, term="month")
    buy(ada, kiln)
    page = f"/account/licenses/{public_ids(shop)[0]}"
    with shop.transaction():
        assert licenses.held_products(ada.account_id) == {kiln.product_id}
    with clock.moved(timedelta(days=32)), shop.transaction():
        assert licenses.held_products(ada.account_id) == frozenset()
    with clock.moved(timedelta(days=32)):
        with shop.transaction():
            held = licenses.get_for(ada.account_id, public_ids_inside())
            assert (held.state.value, held.license.state, held.is_live) == ("expired", "issued", False)
            licenses.expire_due()
        with shop.transaction() as session:
            assert session.scalars(select(License.state)).one() == "expired"
    assert "Expired" in ada.get(page).text
    assert not has_form(ada.get(page).text, "/reveal")


def public_ids_inside() -> str:
    """The only license's id, inside a transaction that is open already."""
    return licenses.session.scalars(select(License.public_id)).one()


def test_held_products_is_one_statement_and_knows_only_ones_own(shop: Shop) -> None:
    ada, bob = shop.make_account(), shop.member("bob@example.com", "Bob")
    kiln = ware(shop)
    buy(bob, kiln)
    with shop.transaction(), shop.statements() as seen:
        assert licenses.held_products(bob.account_id) == {kiln.product_id}
        assert len(seen) == 1
        assert licenses.held_products(ada) == frozenset()


def test_a_key_is_valid_for_its_product_only(shop: Shop) -> None:
    ada, kiln, clay = shop.member(), ware(shop), ware(shop, "claybook")
    buy(ada, kiln)
    key = shop.letters(name="license_keys")[0].text.split("Your key:")[1].split()[0]
    with shop.transaction():
        assert licenses.find_by_key(kiln.product_id, f" {key.lower().replace('-', ' ')} ") is not None
        assert licenses.find_by_key(clay.product_id, key) is None


def test_a_pool_says_how_many_are_free(shop: Shop) -> None:
    ada, clay, kiln = shop.member(), ware(shop, keys=3), ware(shop, "own")
    place(ada, clay)
    with shop.transaction(), shop.statements() as seen:
        assert licenses.free_in_pool([clay.edition_id, kiln.edition_id]) == {clay.edition_id: 2}
        assert len(seen) == 1


def test_keys_are_imported_from_the_command_line(sqlite_shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> None:
    clay = ware(sqlite_shop, keys=1)
    file = tmp_path_factory.mktemp("keys") / "keys.txt"
    file.write_text("A-1\nA-2\n")
    runner = sqlite_shop.app.test_cli_runner()
    assert "2 keys are in the pool" in runner.invoke(args=["keys", "import", "kilnwatch/solo", str(file)]).output
    again = runner.invoke(args=["keys", "import", "kilnwatch/solo", str(file)])
    assert again.exit_code == 1 and "Line 1 is in the pool already." in again.output
    assert "no resold edition" in runner.invoke(args=["keys", "import", "x/y", str(file)]).output
    with sqlite_shop.transaction():
        assert licenses.free_in_pool([clay.edition_id]) == {clay.edition_id: 3}


def test_a_revealed_pool_key_is_marked_so(shop: Shop) -> None:
    ada = shop.member()
    buy(ada, ware(shop, keys=1))
    assert "KILNWATCH" in press(ada, f"/account/licenses/{public_ids(shop)[0]}", "/reveal")
    with shop.transaction() as session:
        assert session.scalars(select(PoolKey.state)).one() == "revealed"
