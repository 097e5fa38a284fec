"""A person's whole export: made by the worker, handed over after the password, gone in time (P15a to P15c, P16)."""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from core.db import Base, session
from privacy.export.models import DataExport
from privacy.tickets.models import Ticket
from storefront.orders.models import Order
from tests.forum.builders import make_board, make_topic
from tests.privacy.personas import clerk, live
from tests.shop import PASSWORD, Shop, Visitor
from tests.storefront.order_builders import ware

PAGE = "/account/privacy/export"


def ask(visitor: Visitor) -> None:
    """Press the button, and let the worker do its part."""
    visitor.submit(PAGE, action=PAGE)
    visitor.shop.work()


def fetch(visitor: Visitor, password: str = PASSWORD) -> zipfile.ZipFile:
    """Take the export home."""
    answer = visitor.submit(PAGE, {"password": password}, action="/download")
    assert answer.mimetype == "application/zip", answer.text
    return zipfile.ZipFile(io.BytesIO(answer.data))


def data(pack: zipfile.ZipFile) -> dict[str, Any]:
    """The part for programs."""
    found: dict[str, Any] = json.loads(pack.read("data.json"))
    return found


def row_of(shop: Shop) -> DataExport | None:
    """The one export there is."""
    with shop.transaction():
        return session.scalar(select(DataExport))


@pytest.mark.clause("P15a", "P16")
def test_an_export_is_made_by_the_worker_and_handed_over_after_the_password(shop: Shop) -> None:
    ada = shop.member()
    assert "Have it put together" in ada.get(PAGE).text
    page = ada.submit(PAGE, action=PAGE).text
    assert "It is being put together" in page and "data-follow" in page
    shop.work()
    assert "It is ready" in ada.get(PAGE).text
    wrong = ada.submit(PAGE, {"password": "nonsense"}, action="/download")
    assert wrong.status_code == 422 and "This is not your password" in wrong.text
    pack = fetch(ada)
    assert pack.testzip() is None
    assert {"index.html", "data.json", "schema.json", "README.txt", "account.html"} <= set(pack.namelist())
    (account,) = data(pack)["data"]["account"]
    assert (account["email"], account["name_shown"]) == ("ada@example.com", "Ada")
    assert account["number"] == data(pack)["customer_number"]
    assert "once" in ada.get(PAGE).text


@pytest.mark.clause("P15a", "P15b", "P15c")
def test_it_holds_every_word_a_person_typed_and_no_word_of_anybody_else(shop: Shop) -> None:
    make_board(shop)
    wares, about = (ware(shop), ware(shop, "second")), make_topic(shop, shop.make_account("eve@example.com", "Eve"))
    ada = live(shop, "Aldabra", "30901821", *wares, about=about)
    bob = live(shop, "Bogglesworth", "30755512", *wares, about=about)
    staff = clerk(shop)
    with shop.transaction():
        number = session.scalars(select(Order.number).where(Order.account_id == ada.account_id)).one()
    staff.submit(f"/staff/orders/{number}", {"reason": "she asked for her invoice"}, action="/buyer")
    with shop.transaction():
        ticket = session.scalar(select(Ticket.number).where(Ticket.account_id == ada.account_id).order_by(Ticket.id))
    staff.submit(
        f"/staff/tickets/{ticket}", {"text": "The shop has looked into it."}, action=f"/staff/tickets/{ticket}"
    )
    shop.work()
    ask(ada.visitor)
    pack = fetch(ada.visitor)
    everything = "\n".join(pack.read(name).decode() for name in pack.namelist() if not name.endswith(".pdf"))
    assert [word for word in ada.typed if word not in everything] == []
    assert [word for word in bob.typed if word in everything] == []
    assert "Walburga" not in everything and "walburga" not in everything
    assert [secret for secret in secrets_of(shop) if secret in everything] == []
    assert PASSWORD not in everything
    kept = data(pack)["data"]
    assert [one["text"] for one in kept["ticket"][0]["ticket_message"]][1] == "The shop has looked into it."
    assert any(look["role"] == "sales" for look in kept["access_entry"])
    (order,) = kept["order"]
    assert order["readable"]["total"] == "100.00 EUR" and order["number"] == number
    assert order["order_line"][0]["readable"]["title"] == "1 × Kilnwatch, Solo"
    assert f"invoices/{order['invoice'][0]['number']}.pdf" in pack.namelist()
    [certificate] = kept["license"][0]["license_certificate"]
    assert pack.read(f"certificates/{certificate['number']}.pdf").startswith(b"%PDF")
    assert kept["license"][0]["key"] in pack.read("licenses.html").decode()
    assert {"order_paid", "license_keys"} <= {mail["name"] for mail in kept["mail"]}
    assert kept["post"][1]["post_revision"][0]["body"] == "Aldabra answers first"


def secrets_of(shop: Shop) -> Iterator[str]:
    """Every hash and every token that the database keeps."""
    with shop.transaction():
        for table in Base.metadata.tables.values():
            for column in table.columns:
                if column.name.endswith("_hash") or column.name in {"token", "placed_with", "idempotency_key", "chain"}:
                    yield from (text for text in session.scalars(select(column)) if text)
