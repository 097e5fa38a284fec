"""Whether VAT ids are valid is asked after the sale, never trusted beyond a plain yes or no, and kept as evidence."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import clock, outgoing
from core.access import Permission
from core.jobs.service import start
from core.settings import MissingSetting, read
from storefront.papers.models import Invoice
from storefront.vatids import rules
from storefront.vatids.models import VatAnswer, VatInquiry
from storefront.vatids.rules import WAITS, Question, Standing, State
from tests import vies
from tests.shop import Shop
from tests.storefront.order_builders import buy, put_into_cart, ware

ID = "DE136695976"
QUESTION = Question(vat_id=ID, own="ATU00000024")
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["valid", "countryCode", "vatNumber", "requestIdentifier"]), inner)
    ),
    max_leaves=6,
)


@pytest.fixture
def server() -> Iterator[vies.Service]:
    with vies.running() as service:
        yield service


@given(json_values)
def test_only_a_plain_yes_or_no_about_this_id_counts(answer: object) -> None:
    said = rules.read(answer, QUESTION)
    is_clear = isinstance(answer, dict) and isinstance(answer.get("valid"), bool)
    assert said.standing is Standing.UNKNOWN or (is_clear and isinstance(answer, dict))
    if isinstance(answer, dict) and answer.get("vatNumber", "136695976") != "136695976":
        assert said == rules.UNKNOWN
    yes = rules.read({"valid": True, "requestIdentifier": "WAPIAAAA"}, QUESTION)
    assert (yes.standing, yes.consultation) == (Standing.VALID, "WAPIAAAA")


def test_unknown_is_asked_again_after_growing_waits_until_an_end() -> None:
    steps = [rules.after(Standing.UNKNOWN, asked) for asked in range(1, len(WAITS) + 2)]
    waits = [wait for state, wait in steps if state is State.OPEN and wait]
    assert waits == sorted(set(waits)) and steps[-1] == (State.UNANSWERED, None)
    assert rules.after(Standing.INVALID, 3) == (State.INVALID, None)


@pytest.mark.clause("P19")
def test_ids_do_not_travel_in_the_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LICENSEPAL_VIES_URL", "http://example.com/")
    with pytest.raises(MissingSetting, match="VIES"):
        read()


@pytest.mark.clause("P4d")
def test_an_id_is_asked_about_after_the_sale_and_again_until_somebody_knows(
    shop: Shop, server: vies.Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, kiln = shop.member(), ware(shop)
    clerk = shop.member("clerk@example.com", "Clara", [Permission.SALES])
    buy(ada, kiln, country="DE", vat_id=ID, company="Ofen GmbH")
    monkeypatch.setitem(
        shop.app.extensions, "settings", replace(shop.app.extensions["settings"], vies_url=server.address)
    )
    wrong: list[object] = [b"<html>", b"[" * 60_000, b"9" * 70_000, {"valid": "yes"}, {"actionSucceed": False}]
    server.say({"valid": True}, status=503)
    number = buy(ada, kiln, country="DE", vat_id=ID, company="Ofen GmbH")
    buy(ada, kiln, country="AT", vat_id="ATU13585627")
    shop.work()
    assert server.asked == [QUESTION.words]  # neither the order from before, nor one at home
    waited = timedelta()
    for answer, wait in zip([*wrong, None, {"valid": False}], WAITS, strict=True):
        server.hang_up() if answer is None else server.say(answer)
        run(shop, waited)
        waited += wait + timedelta(minutes=1)
        run(shop, waited)
    assert len(server.asked) == len(WAITS) + 1
    with shop.transaction() as session:
        paper = session.query(Invoice).join(VatInquiry, VatInquiry.paper_id == Invoice.id).one()
        frozen = paper.frozen
        assert [one.standing for one in session.query(VatAnswer).order_by(VatAnswer.id)] == ["unknown"] * 7 + [
            "invalid"
        ]
    overview = clerk.get("/staff/tax").text
    assert number in overview and "not valid" in overview and "VAT ids to look at" in overview
    put_into_cart(ada, kiln)
    ada.submit("/checkout", {"country": "DE", "vat_id": ID, "company": "Ofen GmbH"}, action="/checkout")
    page = ada.get("/checkout/review").text
    assert f"{ID} is not valid, so you pay tax" in page and "Reverse charge" not in page

    server.say({"valid": True, "requestIdentifier": "WAPIAAAAY"})
    clerk.submit(f"/staff/orders/{number}", {"note": "The buyer will send it."}, action="/vat-id/done")
    assert "VAT ids to look at" not in clerk.get("/staff/tax").text
    clerk.submit(f"/staff/orders/{number}", {}, action="/vat-id/again")
    shop.work()
    assert "WAPIAAAAY" in clerk.get(f"/staff/orders/{number}").text
    assert clerk.post(f"/staff/orders/{number}/vat-id/again", {}).status_code == 409
    assert "Reverse charge" in ada.get("/checkout/review").text
    with shop.transaction() as session:
        assert session.query(Invoice).filter_by(id=paper.id).one().frozen == frozen


def run(shop: Shop, later: timedelta) -> None:
    """What the clock starts, so much later."""
    with clock.moved(later):
        with shop.transaction():
            start("vatids.ask")
        shop.work()


@pytest.mark.clause("P4d")
def test_the_service_learns_ids_for_invoices_alone(sqlite_shop: Shop) -> None:
    outgoing.check(outgoing.VAT_IDS, "invoice")
    with pytest.raises(outgoing.Undeclared):
        outgoing.check(outgoing.VAT_IDS, "orders")
