"""A sign-in with a kind of browser that somebody never used is told to them; nothing of the network is looked at."""

from datetime import timedelta

from sqlalchemy import select

from core import clock
from core.accounts.models import KnownBrowser
from storefront.account import browsers
from tests.shop import PASSWORD, Shop

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
NEWER = FIREFOX.replace("140.0", "141.0")
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile Safari/604.1"


def sign_in(shop: Shop, agent: str, address: str = "203.0.113.7", password: str = PASSWORD) -> None:
    shop.visitor().submit(
        "/sign-in",
        {"email": "ada@example.com", "password": password},
        action="/sign-in",
        headers={"User-Agent": agent},
        environ_base={"REMOTE_ADDR": address},
    )


def told(shop: Shop) -> list[str]:
    return [letter.text for letter in shop.letters("ada@example.com", "new_browser")]


def test_another_kind_of_browser_is_told_once(shop: Shop) -> None:
    shop.make_account()
    sign_in(shop, FIREFOX)
    sign_in(shop, NEWER, address="198.51.100.9")
    assert told(shop) == [], "the first one, and a newer version of it elsewhere, are no news"
    sign_in(shop, PHONE, password="not this one at all")
    assert told(shop) == []
    for _twice in range(2):
        sign_in(shop, PHONE)
    (said,) = told(shop)
    assert "Safari on an iPhone" in said and "203.0.113.7" not in said


def test_what_was_not_used_for_a_year_is_forgotten(shop: Shop) -> None:
    shop.make_account()
    sign_in(shop, PHONE)
    with clock.moved(timedelta(days=300)):
        sign_in(shop, FIREFOX)
    with clock.moved(timedelta(days=400)), shop.transaction():
        browsers.forget()
    with shop.transaction() as session:
        assert session.scalars(select(KnownBrowser.browser)).all() == ["Firefox on Linux"]
