"""The server and its worker are killed (SIGKILL) at random moments during 200 checkouts. Nothing is lost or doubled."""

import random
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from core import clock, db
from core.accounts import service as accounts
from core.outbox.models import Mail
from core.settings import Environment, Settings
from storefront.licenses.models import License, PoolKey
from storefront.orders.models import Order, OrderLine
from storefront.payments.models import PaymentIntent, PretendCharge
from tests.customer import Customer
from tests.running import RunningShop
from tests.shop import Shop
from tests.storefront.builders import make_product
from wsgi import create_app

CHECKOUTS, CUSTOMERS, AT_ONCE, KILLS, SECRET = 200, 100, 10, 5, "a master key that the test and the server share"


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RunningShop]:
    running = RunningShop(tmp_path, SECRET_KEY=SECRET, BCRYPT_COST="4")
    running.flask("db", "upgrade")
    yield running
    running.kill()


@pytest.fixture
def behind(running: RunningShop, tmp_path: Path) -> Iterator[Shop]:
    """The same store, seen from behind the counter."""
    settings = Settings(environment=Environment.TEST, secret_key=SECRET, instance=tmp_path, bcrypt_cost=4)
    app = create_app(settings, config={"TESTING": True})
    with app.app_context():
        db.use(app.extensions["database"])
        yield Shop(app)
    app.extensions["database"].close()


class Buyer(threading.Thread):
    """Buys so many times, whatever happens to the shop; each time for another account, so that no limit is met."""

    def __init__(self, port: int, sessions: list[str], editions: list[int], times: int) -> None:
        super().__init__()
        self.customer, self.sessions = Customer(port), sessions
        self.editions, self.times, self.bought, self.trouble = editions, times, 0, ""

    def run(self) -> None:
        try:
            while self.bought < self.times:
                self._buy()
                self.bought += 1
        except BaseException as error:
            self.trouble = repr(error)
            raise

    def _buy(self) -> None:
        edition = random.choice(self.editions)
        self.customer.cookies = {"lp_session": self.sessions[self.bought % len(self.sessions)]}
        self.customer.post("/cart/add", {"edition": str(edition), "quantity": "1"})
        self.customer.submit("/checkout", {"country": "AT"}, action="checkout")
        placed = self._place()
        card = random.choice(["paid", "paid", "lost"])
        for _try in range(400):
            address = f"/checkout/pay/{placed}"
            page = self.customer.get(address)
            if 'name="card"' in page.text:
                self.customer.send(address, page.text, {"card": card}, action="checkout/pay")
            elif "/ask" in page.text:
                self.customer.send(address, page.text, {}, action="/ask")
            else:
                return
            time.sleep(0.02)
        raise AssertionError(f"order {placed} was never settled")

    def _place(self) -> str:
        """The number of the order; a review that was lost on its way is sent again."""
        for _try in range(50):
            answer = self.customer.submit("/checkout/review", {"terms": "y", "changes": "y"}, action="review")
            if answer.location.startswith("/checkout/pay/"):
                return answer.location.rpartition("/")[2]
        raise AssertionError(f"no order was placed: {answer.status}")


def plant(shop: Shop) -> tuple[list[str], list[int]]:
    """Buyers with sessions, an own and a resold edition with keys enough."""
    own = make_product(shop, slug="own-tool")
    pool = make_product(
        shop, slug="resold-tool", source="pool", pool_keys=[f"RESOLD-{n:05d}" for n in range(CHECKOUTS * 2)]
    )
    sessions = []
    for number in range(CUSTOMERS):
        account = shop.make_account(f"buyer{number}@example.com", f"Buyer {number}")
        with shop.transaction():
            sessions.append(accounts.open_session(account, remembered=True, browser="Test"))
    return sessions, [*own.editions.values(), *pool.editions.values()]


def test_killed_at_random_moments_during_200_checkouts_nothing_is_lost_or_doubled(
    running: RunningShop, behind: Shop
) -> None:
    sessions, editions = plant(behind)
    running.start()
    buyers = [Buyer(running.port, sessions[nth::AT_ONCE], editions, CHECKOUTS // AT_ONCE) for nth in range(AT_ONCE)]
    for buyer in buyers:
        buyer.start()
    killed_early = 0
    for _kill in range(KILLS):
        time.sleep(random.uniform(0.5, 3.0))
        killed_early += any(buyer.is_alive() for buyer in buyers)
        running.kill()
        running.start()
    for buyer in buyers:
        buyer.join()
    running.kill()
    assert not [buyer.trouble for buyer in buyers if buyer.trouble]
    assert sum(buyer.bought for buyer in buyers) == CHECKOUTS
    assert killed_early >= 3
    finish(behind)
    assert_books_agree(behind)


def finish(shop: Shop) -> None:
    """What the worker does after a restart: ask the gateway, twice since one card loses its first answer, and send mail."""
    for minutes in (10, 20):
        with clock.moved(timedelta(minutes=minutes)), shop.app.app_context():
            db.use(shop.database)
            shop.database.queue.run("payments.reconcile", {})
            shop.database.queue.run("outbox.send", {})
            shop.work()


def assert_books_agree(shop: Shop) -> None:
    """Each paid intent has its order, its keys and its mails; each charge was made once."""
    with shop.transaction() as session:
        paid = {order.id for order in session.scalars(select(Order).where(Order.state == "paid"))}
        succeeded = list(session.scalars(select(PaymentIntent).where(PaymentIntent.state == "succeeded")))
        assert sorted(intent.order_id for intent in succeeded) == sorted(paid)
        assert len(paid) >= CHECKOUTS
        charged = {row.idempotency_key for row in session.scalars(select(PretendCharge)) if charge_stands(row)}
        assert charged == {intent.idempotency_key for intent in succeeded}
        assert_keys(session, paid)
        assert_mails(session, paid)


def charge_stands(row: PretendCharge) -> bool:
    return "succeeded" in row.happened


def assert_keys(session: Any, paid: set[int]) -> None:
    lines = {line.id: line for line in session.scalars(select(OrderLine).where(OrderLine.order_id.in_(paid)))}
    per_line = dict(session.execute(select(License.order_line_id, func.count()).group_by(License.order_line_id)).all())
    assert per_line == {line.id: line.quantity for line in lines.values()}
    hashes = list(session.scalars(select(License.key_hash)))
    assert len(hashes) == len(set(hashes))
    delivered = list(session.scalars(select(PoolKey).where(PoolKey.state == "delivered")))
    assert len({key.license_id for key in delivered}) == len(delivered)
    assert {key.order_line_id for key in delivered} <= set(lines)


def assert_mails(session: Any, paid: set[int]) -> None:
    mails = {mail.once: mail.state for mail in session.scalars(select(Mail))}
    assert {f"order:{order}:paid" for order in paid} <= set(mails)
    lines = session.scalars(select(OrderLine.id).where(OrderLine.order_id.in_(paid)))
    assert {f"line:{line}:keys" for line in lines} <= set(mails)
    assert set(mails.values()) == {"sent"}
