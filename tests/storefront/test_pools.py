"""The stockroom through its pages: imports that are whole or nothing, regions, keys that lapse."""

import io
import time
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from core import clock
from core.access import Permission
from storefront.licenses import pool as stock
from storefront.licenses import service as licenses
from storefront.licenses.models import PoolKey
from storefront.pools.models import KeyBatch, KeyPool, KeyStep
from storefront.stockroom import importing, service
from storefront.stockroom.importing import ImportRefused
from storefront.stockroom.reading import Given
from tests.shop import Shop, Visitor
from tests.storefront.builders import make_product
from tests.storefront.order_builders import DETAILS, has_form, place, put_into_cart, ware


def keeper(shop: Shop) -> Visitor:
    return shop.member("keeper@example.com", "Kim Keeper", (Permission.CATALOGUE,))


def pool_of(shop: Shop, edition_id: int) -> int:
    with shop.transaction():
        return service.ensure_pool(edition_id).id


def test_keys_are_looked_at_confirmed_and_taken_in_with_all_that_is_known_of_them(shop: Shop) -> None:
    made, kim = make_product(shop, "saltpan", source="pool", pool_keys=("AAAA-1",)), keeper(shop)
    pool = f"/staff/pools/{pool_of(shop, made.editions['solo'])}"
    assert pool in kim.get("/staff/pools").text
    kim.submit("/staff/pools/suppliers", {"name": "Tallow Wholesale"}, action="/staff/pools/suppliers")
    supplier = {"supplier": "1"}
    file = (
        io.BytesIO(b"key;cost;redeem_by\nAAAAA-00000-00002;9,50;2099-01-01\n\nAAAAA-00000-00003;;\n"),
        "July keys.csv",
    )
    page = kim.submit(pool, {**supplier, "file": file, "cost": "8", "reference": "PO 7"}, action=f"{pool}/import")
    batch = page.request.path
    assert "Every line can be used" in page.text and "17.50 EUR" in page.text and "Tallow Wholesale" in page.text
    assert "AAAAA-00000-00002" not in page.text and "July" not in page.text
    page = kim.submit(batch, action=batch)
    assert "0 of 2 keys are made ready" in page.text
    with shop.transaction() as session:
        assert session.scalar(select(func.count()).select_from(PoolKey)) == 1
    shop.work()
    assert "2 keys are in the pool now." in kim.get(batch).text
    assert kim.post(batch).status_code == 409
    page = kim.get(pool).text
    assert "<dt>Free</dt>" in page and "…00002" in page and "€9.50" in page and "1 January 2099" in page
    with shop.transaction() as session:
        assert (
            session.scalar(select(KeyBatch.content).where(KeyBatch.state == "done", KeyBatch.name_hash != "")) is None
        )
        last = session.scalars(select(PoolKey).order_by(PoolKey.id.desc())).first()
        assert (last.cost, last.cost_currency, last.reference, last.supplier_id) == (800, "EUR", "PO 7", 1)
        assert "AAAA" not in str(session.scalar(text("select key from pool_key where id = :id"), {"id": last.id}))


def test_an_import_with_a_fault_imports_nothing_and_names_each_line(shop: Shop) -> None:
    made, kim = make_product(shop, "saltpan", source="pool", pool_keys=("AAAA-1",)), keeper(shop)
    ware(shop, keys=1)
    pool = f"/staff/pools/{pool_of(shop, made.editions['solo'])}"
    pasted = "BBBB-1\nAAAA-1\nKILNWATCH-KEY-00000-XYZ\nBBBB-1\n" + "C" * 201
    page = kim.submit(pool, {"keys": pasted}, action=f"{pool}/import")
    for said in (
        "Line 2 is in the pool already.",
        "Line 3 is in the pool of another edition already.",
        "Line 4 repeats line 1.",
        "Line 5 is no key",
    ):
        assert said in page.text
    assert "Take in" not in page.text
    assert kim.post(page.request.path).status_code == 422
    kim.submit(page.request.path, action="/drop")
    refused = kim.submit(pool, {"keys": "CCCC-1", "cost": "viel"}, action=f"{pool}/import")
    assert refused.status_code == 422 and "CCCC-1" in refused.text and "cost that cannot be read" in refused.text
    assert kim.submit(pool, {"keys": " \n"}, action=f"{pool}/import").status_code == 422
    shop.work()
    with shop.transaction() as session:
        assert session.scalar(select(func.count()).select_from(PoolKey)) == 2
    with pytest.raises(ImportRefused), shop.transaction():
        importing.stock(made.editions["solo"], ["NEW-1", "AAAA-1"])


def test_two_imports_of_the_same_keys_bring_them_once(sqlite_shop: Shop) -> None:
    shop, made = sqlite_shop, make_product(sqlite_shop, "saltpan", source="pool")
    kim, pool = keeper(shop), f"/staff/pools/{pool_of(shop, made.editions['solo'])}"
    pages = [kim.submit(pool, {"keys": "A-1\nA-2"}, action=f"{pool}/import").request.path for _ in range(2)]
    for page in pages:
        kim.submit(page, action=page)
    shop.work()
    assert "2 keys are in the pool now." in kim.get(pages[0]).text
    assert "came into a pool in the meantime" in kim.get(pages[1]).text
    with shop.transaction() as session:
        assert session.scalar(select(func.count()).select_from(PoolKey)) == 2


def test_ten_thousand_lines_are_quick(sqlite_shop: Shop) -> None:
    clay = ware(sqlite_shop, keys=1)
    started = time.perf_counter()
    with sqlite_shop.transaction():
        assert importing.stock(clay.edition_id, [f"LOT-{number:06d}-ABCDE" for number in range(10_000)]) == 10_000
    assert time.perf_counter() - started < 60  # a hang, not a speed


def test_a_buyer_gets_a_key_by_the_country_of_the_bill(shop: Shop) -> None:
    clay = ware(shop, keys=1)
    with shop.transaction():
        near = service.ensure_pool(clay.edition_id, "AT DE")
        importing.take_in(near, "NEAR-KEY-00001-XYZ", Given())
    ada, bob, cleo = shop.member(), shop.member("bob@example.com", "Bob"), shop.member("cleo@example.com", "Cleo")
    place(ada, clay)  # Germany: the key for there goes first
    place(bob, clay, country="US")
    with shop.transaction() as session:
        states = dict(session.execute(select(PoolKey.pool_id, PoolKey.state)).all())
        assert set(states.values()) == {"reserved"}
        assert session.scalars(select(KeyStep.verb)).all() == ["reserve", "reserve"]
        importing.take_in(session.get_one(KeyPool, near.id), "NEAR-KEY-00002-XYZ", Given())
    put_into_cart(cleo, clay)
    cleo.submit("/checkout", {**DETAILS, "country": "US"}, action="/checkout")
    page = cleo.get("/checkout/review").text
    assert "buyers in United States" in page and not has_form(page, "/checkout/review")
    cleo.submit("/checkout", {**DETAILS, "country": "AT"}, action="/checkout")
    assert "buyers in" not in cleo.get("/checkout/review").text


def test_a_key_past_its_last_day_is_not_sold_and_its_history_stays(shop: Shop) -> None:
    clay = ware(shop, keys=0)
    tomorrow = clock.now().date() + timedelta(days=1)
    with shop.transaction():
        pool = service.ensure_pool(clay.edition_id)
        importing.take_in(pool, "OLD-KEY-00001-XYZ", Given(redeem_by=tomorrow))
    kim = keeper(shop)
    assert "1 free key lapses within 30 days" in kim.get(f"/staff/pools/{pool.id}").text
    with clock.moved(timedelta(days=1)), shop.transaction():
        assert licenses.free_in_pool([clay.edition_id]) == {clay.edition_id: 1}
        assert stock.lapse() == 0
    with clock.moved(timedelta(days=2)), shop.transaction() as session:
        assert stock.lapse() == 1
        assert licenses.free_in_pool([clay.edition_id]) == {}
        assert session.scalar(select(KeyStep.state)) == "lapsed"
    assert "Lapse" in kim.get("/staff/pools/keys/1").text
    for act in ("update key_step set verb = 'deliver'", "delete from key_step"):
        with pytest.raises(DBAPIError), shop.transaction() as session:
            session.execute(text(act))
    for wrong in ({"cost": -1, "cost_currency": "EUR"}, {"cost": 1}, {"state": "gone"}):
        with pytest.raises(IntegrityError), shop.transaction() as session:
            for name, value in wrong.items():
                setattr(session.scalars(select(PoolKey)).one(), name, value)


def test_pools_have_terms_and_belong_to_resold_editions(sqlite_shop: Shop) -> None:
    shop, own = sqlite_shop, make_product(sqlite_shop, "own-thing")
    kim = keeper(shop)
    assert "No pools" in kim.get("/staff/pools").text
    assert kim.get("/staff/pools/999").status_code == 404
    clay = ware(shop, "clay", keys=2)
    page = kim.get("/staff/pools?show=low").text
    assert "Clay" in page and "low" in page
    assert kim.post("/staff/pools", {"edition": str(own.editions["solo"]), "regions": "AT"}).status_code == 404
    assert "XX is no country code" in kim.submit("/staff/pools", {"regions": "XX"}, action="/staff/pools").text
    pool = kim.submit("/staff/pools", {"edition": str(clay.edition_id), "regions": "at"}, action="/staff/pools")
    assert "to buyers in AT" in pool.text
    again = kim.submit("/staff/pools", {"edition": str(clay.edition_id), "regions": "AT"}, action="/staff/pools")
    assert again.status_code == 409
    terms = {"low_at": "0", "warranty_days": "10", "auto_days": "11"}
    address = pool.request.path
    assert kim.submit(address, terms, action="/terms").status_code == 422
    assert "terms are kept" in kim.submit(address, {**terms, "auto_days": "3"}, action="/terms").text
