"""A person's whole export: made by the worker, handed over after the password, gone in time (P15a to P15c, P16)."""

import io
import json
import zipfile
from typing import Any

import pytest
from sqlalchemy import select

from core.db import session
from privacy.export.models import DataExport
from tests.shop import PASSWORD, Shop, Visitor

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
