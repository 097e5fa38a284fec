"""A customer as staff see one, and what went back."""

from core.access import Permission
from core.accounts.models import Account
from storefront.reports import refunds
from tests.shop import Shop
from tests.storefront.order_builders import buy, press, refund, ware


def number_of(shop: Shop, account_id: int) -> str:
    with shop.transaction() as session:
        return session.get_one(Account, account_id).number


def test_a_customer_is_a_number_until_somebody_says_why(shop: Shop) -> None:
    ada = shop.member()
    number = buy(ada, ware(shop, term="month"))
    both = [Permission.SALES, Permission.SUPPORT]
    clerk, seller = shop.member("clerk@example.com", "Clerk", both), shop.member("s@example.com", "Seller", both[:1])
    page = f"/staff/customers/{number_of(shop, ada.account_id)}"
    assert page in clerk.get(f"/staff/orders/{number}").text
    shown = clerk.get(page).text
    assert number in shown and "Kilnwatch, Solo" in shown and "active" in shown and "€119.00" in shown
    assert "ada@example.com" not in shown and ">Ada<" not in shown
    assert clerk.submit(page, {"reason": "why"}, action=page).status_code == 400
    assert "ada@example.com" in press(clerk, page, page, reason="She asked for her invoice")
    refused = press(seller, page, page, reason="I would like to know")
    assert "ada@example.com" not in refused and "closed" in refused
    assert "She asked" not in ada.get("/account/privacy").text
    assert ada.get(page).status_code == 403 and clerk.get("/staff/customers/none").status_code == 404
    clerk.submit("/staff/orders", {"q": "ada@example.com"}, action="/staff/orders")
    assert page in clerk.get(f"/staff/orders?customer={page.rsplit('/', 1)[1]}").text


def test_what_went_back_adds_up(shop: Shop) -> None:
    ada = shop.member()
    clerk = shop.member("clerk@example.com", "Clerk", [Permission.SALES])
    assert "Nothing went back" in clerk.get("/staff/refunds").text
    for _twice in range(2):
        refund(clerk, buy(ada, ware(shop)))
    withdrawn = buy(ada, ware(shop, "second", price=5_000))
    press(ada, f"/account/orders/{withdrawn}/withdraw", "/withdraw")
    shown = clerk.get("/staff/refunds").text
    assert "withdrawn" in shown and "by staff" in shown and "€238.00" in shown and "€288.00" in shown
    sheet = clerk.get("/staff/refunds.csv").text.splitlines()
    assert sheet[0] == "by,name,cause,currency,count,returned" and any(
        "Second" in line and line.endswith(",1,50.00") for line in sheet
    )
    assert clerk.get("/staff/refunds?until=2020-13").status_code == 400
    with shop.app.test_request_context(), shop.transaction(), shop.statements() as seen:
        refunds.report()
    assert len(seen) == 2
