"""Members of staff who asked are mailed once for each time that a pool begins to run low."""

from sqlalchemy import delete

from core.access import Permission
from core.accounts.models import StaffGrant
from storefront.stockroom import importing
from tests.shop import Shop, Visitor
from tests.storefront.order_builders import buy, press, ware

KIM = "keeper@example.com"


def look(shop: Shop) -> int:
    """Let the worker look at the stock; how many warnings were mailed so far."""
    shop.database.queue.put("stock.warn", {})
    shop.work()
    return len(shop.letters(name="stock_low"))


def keeper(shop: Shop, email: str) -> Visitor:
    return shop.member(email, email.partition("@")[0].title(), (Permission.CATALOGUE,))


def test_each_crossing_of_the_threshold_is_told_once_to_whoever_asked(shop: Shop) -> None:
    kim, lou, _silent = (keeper(shop, f"{name}@example.com") for name in ("keeper", "lou", "silent"))
    goods, ada = ware(shop, keys=6), shop.member()
    for one in (kim, lou):
        assert "begins to run low" in press(one, "/staff/pools", "/warnings")
    assert look(shop) == 0, "six keys are enough"
    buy(ada, goods)
    buy(ada, goods)
    assert look(shop) == 2 and look(shop) == 2
    [letter] = shop.letters(KIM, "stock_low")
    assert "Kilnwatch" in letter.text and "4 keys left" in letter.text and "?show=low" in letter.text
    with shop.transaction() as session:
        importing.stock(goods.edition_id, [f"KILNWATCH-NEW-{number:05d}-XYZ" for number in range(20)])
        session.execute(delete(StaffGrant).where(StaffGrant.account_id == lou.account_id))
    assert look(shop) == 2
    kim.submit("/staff/pools/1", {"low_at": "1000"}, action="/terms")
    assert look(shop) == 3, "the terms count, and who keeps no stock any more is not told"
    assert "no more mails" in press(kim, "/staff/pools", "/warnings")
    kim.submit("/staff/pools/1", {"low_at": "0"}, action="/terms")
    look(shop)
    kim.submit("/staff/pools/1", {"low_at": "1000"}, action="/terms")
    assert look(shop) == 3
