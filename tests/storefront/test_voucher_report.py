"""What vouchers took off and what was paid all the same, by month and by voucher."""

from core.access import Permission
from storefront.reports import vouchers
from tests.shop import Shop
from tests.storefront.order_builders import pay, place, put_into_cart, ware
from tests.storefront.test_vouchers import make, use


def test_what_vouchers_did_adds_up(shop: Shop) -> None:
    ada, kiln = shop.member(), ware(shop)
    clerk = shop.member("clerk@example.com", "Clerk", [Permission.CATALOGUE])
    assert "No voucher was used" in clerk.get("/staff/vouchers/report").text
    make(shop, code="Spring-26", percent="10", uses="5")
    for quantity in (1, 2):
        put_into_cart(ada, kiln, quantity=quantity)
        use(ada, "spring26")
        pay(ada, place(ada))
    put_into_cart(ada, kiln)
    use(ada, "spring26")
    place(ada)  # never paid: it counts nowhere but against the limit
    assert "/staff/vouchers/report" in clerk.get("/staff/vouchers").text
    shown = clerk.get("/staff/vouchers/report").text
    assert "SPRING-26" in shown and "€35.70" in shown and "€321.30" in shown
    sheet = clerk.get("/staff/vouchers/report.csv").text.splitlines()
    assert sheet[0] == "by,name,currency,orders,taken_off,paid,left"
    assert "voucher,SPRING-26,EUR,2,35.70,321.30,2" in sheet
    assert clerk.get("/staff/vouchers/report?until=2026-13").status_code == 400
    with shop.app.test_request_context(), shop.transaction(), shop.statements() as seen:
        vouchers.report()
    assert len(seen) == 2
