"""Sixty-four buyers at once on a pool of ten keys: ten of them get one, none is sold twice, nobody else pays."""

import subprocess
import sys
from collections import Counter
from pathlib import Path
from threading import Thread

from sqlalchemy import func, select

from core.accounts import passwords
from core.accounts import service as accounts
from storefront.cart import service as carts
from storefront.checkout import drafts
from storefront.licenses.models import License, PoolKey
from storefront.orders.models import Order
from storefront.payments.models import PretendCharge
from tests.shop import PASSWORD, Shop, find_form
from tests.storefront.order_builders import Ware, place, ware

PROCESSES, EACH = 4, 16


def cookies_of_buyers(shop: Shop, clay: Ware, count: int) -> list[str]:
    """Sessions of people with the same thing in their carts and their details filled in."""
    hashed = passwords.make(PASSWORD, cost=4)
    with shop.transaction():
        cookies = []
        for number in range(count):
            account = accounts.register(
                email=f"buyer{number}@example.com", name_shown=f"Buyer {number}", password_hash=hashed
            )
            accounts.confirm(account.id)
            carts.add(account.id, None, clay.edition_id)
            drafts.keep_typed(account.id, drafts.Typed(country="DE"))
            cookies.append(accounts.open_session(account.id, remembered=False, browser="Test"))
    return cookies


def crowd(shop: Shop, cookies: list[str]) -> subprocess.Popen[str]:
    """A process with these buyers in it, all of them at the review."""
    settings = shop.app.extensions["settings"]
    command = [sys.executable, "-m", "tests.storefront.buyers", str(settings.instance), settings.store_url]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )
    assert process.stdin and process.stdout
    process.stdin.write("\n".join(cookies) + "\n\n")
    process.stdin.flush()
    return process


def test_a_pool_of_ten_serves_ten_of_sixty_four_buyers_in_four_processes(shop: Shop) -> None:
    clay = ware(shop, keys=10)
    cookies = cookies_of_buyers(shop, clay, PROCESSES * EACH)
    crowds = [crowd(shop, cookies[start::PROCESSES]) for start in range(PROCESSES)]
    for process in crowds:
        assert process.stdout and process.stdout.readline() == "ready\n"
    ends: list[str] = []
    for process in crowds:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    for process in crowds:
        ends += process.communicate(timeout=120)[0].split()
    assert Counter(ends) == {"paid": 10, "refused": 54}
    with shop.transaction() as session:
        assert session.scalar(select(func.count()).where(Order.state == "paid")) == 10
        assert session.scalar(select(func.count()).select_from(Order)) == 10
        assert session.scalar(select(func.count()).select_from(PretendCharge)) == 10
        given = list(session.scalars(select(License.key_hash)))
        assert len(given) == len(set(given)) == 10
        assert set(session.scalars(select(PoolKey.state))) == {"delivered"}


def test_a_storm_of_clicks_is_one_order_and_one_payment(shop: Shop) -> None:
    ada = shop.member()
    number = place(ada, ware(shop, keys=2))
    form = find_form(ada.get(f"/checkout/pay/{number}").text, "/checkout/pay")
    cookie = ada.cookies()["lp_session"]

    def click() -> None:
        visitor = shop.visitor()
        visitor.client.set_cookie("lp_session", cookie)
        visitor.client.post(f"/checkout/pay/{number}", data={**form.values, "card": "paid"})

    clicks = [Thread(target=click) for _ in range(12)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert "It is yours" in ada.get(f"/checkout/pay/{number}").text
    with shop.transaction() as session:
        assert session.scalar(select(func.count()).select_from(PretendCharge)) == 1
        assert session.scalar(select(func.count()).select_from(License)) == 1
        assert session.scalar(select(Order.state)) == "paid"
    assert len(shop.letters(name="order_paid")) == 1


def test_a_storm_of_orders_is_one_order(shop: Shop) -> None:
    clay = ware(shop, keys=3)
    cookie = cookies_of_buyers(shop, clay, 1)[0]
    first = shop.visitor()
    first.client.set_cookie("lp_session", cookie)
    form = find_form(first.get("/checkout/review").text, "/checkout/review")
    places: list[str] = []

    def click() -> None:
        visitor = shop.visitor()
        visitor.client.set_cookie("lp_session", cookie)
        places.append(visitor.client.post("/checkout/review", data={**form.values, "terms": "y"}).location or "")

    clicks = [Thread(target=click) for _ in range(12)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert len(places) == 12
    assert len(set(places)) == 1
    with shop.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Order)) == 1
        assert session.scalar(select(func.count()).where(PoolKey.state == "reserved")) == 1
