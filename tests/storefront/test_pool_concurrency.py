"""Many buyers at once, on few keys and few uses of a voucher, while others get their money back: nothing is sold twice."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import func, select

from core.access import PROGRAM, Permission
from core.accounts import passwords
from core.accounts import service as accounts
from storefront.cart import service as carts
from storefront.cart import vouching
from storefront.cart.models import Cart
from storefront.checkout import drafts
from storefront.licenses.models import License, PoolKey
from storefront.orders.models import Order
from storefront.papers.models import Invoice
from storefront.payments.models import PretendCharge
from storefront.vouchers import making
from storefront.vouchers.making import Typed
from storefront.vouchers.models import Voucher, VoucherClaim
from tests.shop import PASSWORD, Shop, find_form
from tests.storefront.order_builders import Ware, buy, place, ware

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


def let_buy(
    shop: Shop, cookies: list[str], meanwhile: Callable[[], None] = lambda: None, processes: int = PROCESSES
) -> list[str]:
    """Let all of them press at the same moment, and this happen at the same time; how each ended."""
    crowds = [crowd(shop, cookies[start::processes]) for start in range(processes)]
    for process in crowds:
        assert process.stdout and process.stdout.readline() == "ready\n"
    for process in crowds:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    meanwhile()
    return [end for process in crowds for end in process.communicate(timeout=240)[0].split()]


def test_a_pool_of_ten_serves_ten_of_sixty_four_buyers_in_four_processes(sqlite_shop: Shop) -> None:
    shop = sqlite_shop
    clay = ware(shop, keys=10)
    cookies = cookies_of_buyers(shop, clay, PROCESSES * EACH)
    ends = let_buy(shop, cookies)
    assert Counter(ends) == {"paid": 10, "refused": 54}
    with shop.transaction() as session:
        assert session.scalar(select(func.count()).where(Order.state == "paid")) == 10
        assert session.scalar(select(func.count()).select_from(Order)) == 10
        assert session.scalar(select(func.count()).select_from(PretendCharge)) == 10
        given = list(session.scalars(select(License.key_hash)))
        assert len(given) == len(set(given)) == 10
        assert set(session.scalars(select(PoolKey.state))) == {"delivered"}


@pytest.mark.parametrize("shop", ["postgresql"], indirect=True)
def test_two_hundred_buyers_and_forty_refunds_at_once(shop: Shop) -> None:
    """A pool of fifty, a voucher for twenty: nothing is oversold, nothing charged or sent back twice, no number missing."""
    clay, old = ware(shop, keys=50), ware(shop, "tallyhearth", keys=40)
    with shop.transaction():
        code = making.make(Typed(percent="10", uses="20"), PROGRAM)[0]
    before = let_pay(shop, old, 40)
    cookies = cookies_of_buyers(shop, clay, 200)
    with shop.transaction() as session:
        for place, number in enumerate(
            session.scalars(select(Cart.account_id).order_by(Cart.id.desc()).limit(200)).all()
        ):
            if place // PROCESSES % 2:  # every second one of each process
                vouching.put(number, None, code)
    ends = Counter(let_buy(shop, cookies, lambda: send_back(shop, before)))
    shop.work()
    assert ends == {"paid": 50, "refused": 150}
    with shop.transaction() as session:
        states = dict(session.execute(select(Order.state, func.count()).group_by(Order.state)).all())
        assert states == {"paid": 50, "refunded": 40}
        cheaper = session.scalar(select(func.count()).where(Order.discount > 0))
        assert (cheaper, cheaper) == session.execute(select(Voucher.used, func.count(VoucherClaim.id)).join(
            VoucherClaim, VoucherClaim.voucher_id == Voucher.id).group_by(Voucher.id)).one() and 0 < cheaper <= 20  # fmt: skip
        taken, sent = session.execute(select(func.sum(PretendCharge.amount), func.sum(PretendCharge.returned))).one()
        assert session.scalar(select(func.count()).select_from(PretendCharge)) == 90
        assert (taken, sent) == session.execute(select(func.sum(Order.total), func.sum(Order.refunded))).one()
        keys = dict(session.execute(select(PoolKey.state, func.count()).group_by(PoolKey.state)).all())
        assert keys == {"delivered": 50, "imported": 40}
        for series in ("invoice", "credit_note"):
            numbers = session.scalars(select(Invoice.number).where(Invoice.kind == series))
            counted = sorted(int(number.rsplit("-", 1)[1]) for number in numbers)
            assert counted == list(range(1, len(counted) + 1)) and len(counted) == {"invoice": 90}.get(series, 40)


def let_pay(shop: Shop, goods: Ware, count: int) -> list[str]:
    """So many paid orders of other people; their numbers."""
    numbers = []
    for number in range(count):
        buyer = shop.member(f"early{number}@example.com", f"Early {number}")
        numbers.append(buy(buyer, goods))
    return numbers


def send_back(shop: Shop, numbers: list[str]) -> None:
    """Clerks press refund for each of these orders twice, all at the same time."""
    clerk = shop.member("clerk@example.com", "Clerk", [Permission.SALES])
    cookie = clerk.cookies()["lp_session"]

    def press_refund(number: str) -> None:
        visitor = shop.visitor()
        visitor.client.set_cookie("lp_session", cookie)
        page = visitor.get(f"/staff/orders/{number}/refund?whole=yes").text
        form = find_form(page, "/refund")
        for _twice in range(2):
            visitor.client.post(form.action, data={**form.values, "reason": "It was the wrong edition."})

    with ThreadPoolExecutor(8) as clerks:
        list(clerks.map(press_refund, numbers))


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
