"""The gate: pure rules first, then that every opening leaves its trace."""

from dataclasses import replace

import pytest

from core.access import PROGRAM, Actor, Permission, actor_of, staff_actor
from core.accounts import service as accounts
from privacy import register
from privacy.consent import service as consent
from privacy.contact import suppression
from privacy.gate import Asked, Closed, disclose, permits
from privacy.looks import service as looks
from privacy.policies import service as policies
from privacy.register import Basis, Holding, Purpose
from tests.shop import Shop

PHONE = Holding(
    category="telephone",
    collected_for="telephone_order",
    also_for=("support", "newsletter"),
    keep="30 days",
    read_by=("self", "staff:sales"),
)
SALES, SUPPORT = staff_actor(7, Permission.SALES), staff_actor(8, Permission.SUPPORT)


def ask(purpose: str, actor: Actor = PROGRAM, **given: bool) -> str:
    """The gate's one-word answer about the telephone number above."""
    return permits(Asked(holding=PHONE, purpose=register.purposes.get(purpose), actor=actor, **given)).reason


@pytest.mark.parametrize(
    ("purpose", "actor", "answer"),
    [
        ("telephone_order", PROGRAM, "purpose"),
        ("telephone_order", SALES, "role"),
        pytest.param("forum", PROGRAM, "other_purpose", marks=pytest.mark.clause("P7", "P8")),
        pytest.param("measurement", PROGRAM, "aggregates_only", marks=pytest.mark.clause("P4b")),
        ("no_such_purpose", PROGRAM, "undeclared"),
        ("newsletter", PROGRAM, "switched_off"),
    ],
)
def test_a_value_opens_for_its_purposes_only(purpose: str, actor: Actor, answer: str) -> None:
    assert ask(purpose, actor) == answer


def test_roles_that_were_not_named_stay_outside() -> None:
    assert not permits(Asked(holding=PHONE, purpose=register.purposes["telephone_order"], actor=SUPPORT)).allowed
    assert ask("telephone_order", actor_of(9)) == "not_yours"
    assert ask("telephone_order", actor_of(9), is_subject=True) == "own"


@pytest.mark.clause("P4d")
def test_a_commercial_purpose_is_refused_even_if_somebody_declares_one() -> None:
    sale = Purpose(id="sale", name="Sale", sentence="To sell it.", basis=Basis.CONSENT, commercial=True)
    held = replace(PHONE, collected_for="sale")
    assert permits(Asked(holding=held, purpose=sale, actor=PROGRAM, is_on=True)).reason == "commercial"
    assert not [one for one in register.purposes.values() if one.commercial]
    assert not [one for one in register.recipients.values() if one.commercial]


@pytest.mark.clause("P11")
def test_a_purpose_newer_than_the_data_needs_a_yes() -> None:
    newer = replace(register.purposes["support"], since=2)
    asked = Asked(holding=PHONE, purpose=newer, actor=PROGRAM)
    assert permits(asked).reason == "newer_purpose"
    assert permits(replace(asked, said_yes=True)).reason == "purpose"
    assert permits(replace(asked, datum_version=2)).reason == "purpose"


@pytest.mark.clause("P12")
def test_a_use_waits_for_its_version_and_for_its_notice() -> None:
    newer = replace(register.purposes["support"], since=2)
    asked = Asked(holding=PHONE, purpose=newer, actor=PROGRAM, said_yes=True)
    assert permits(replace(asked, in_force=False)).reason == "not_in_force"
    assert permits(replace(asked, told=False)).reason == "not_told"
    assert permits(asked).reason == "purpose"


@pytest.mark.clause("P6", "P10")
def test_a_wish_to_be_left_alone_closes_the_gate_and_a_signal_closes_what_follows_people() -> None:
    assert ask("telephone_order", suppressed=True) == "calls_stopped"
    assert ask("telephone_order", signaling=True) == "purpose"
    visits = replace(PHONE, category="behaviour", collected_for="suggestions")
    asked = Asked(holding=visits, purpose=register.purposes["suggestions"], actor=PROGRAM, is_on=True)
    assert permits(asked).allowed
    assert permits(replace(asked, signaling=True)).reason == "signal"


@pytest.mark.clause("P6")
def test_a_stopped_address_stays_closed_for_what_can_be_stopped(shop: Shop) -> None:
    ada = shop.make_account()
    with shop.transaction():
        consent.switch(ada, "newsletter", True, how="panel")
        suppression.suppress(suppression.hashes_of("ADA@example.com"), how="mail")
    with pytest.raises(Closed, match="no more mail"):
        open_email(shop, ada, "newsletter", PROGRAM)
    assert open_email(shop, ada, "orders", PROGRAM) == "ada@example.com"


@pytest.mark.clause("P11")
def test_a_value_knows_the_version_under_which_it_was_given(shop: Shop) -> None:
    ada = shop.make_account()
    with shop.transaction():
        sealed = accounts.get(ada).email
        assert sealed is not None and sealed.version == policies.current_version()


@pytest.mark.clause("P14")
def test_original_purposes_only_closes_every_other_use() -> None:
    assert ask("support") == "purpose"
    assert ask("support", original_only=True) == "original_only"
    assert ask("telephone_order", original_only=True) == "purpose"


def open_email(shop: Shop, account_id: int, purpose: str, actor: Actor) -> str:
    """The account's address through the gate."""
    with shop.transaction():
        sealed = accounts.get(account_id).email
        assert sealed is not None
        return disclose(sealed, purpose=purpose, actor=actor)


@pytest.mark.clause("P14")
def test_the_persons_own_switch_reaches_the_gate(shop: Shop) -> None:
    ada = shop.make_account()
    with shop.transaction():
        consent.switch(ada, "newsletter", True, how="panel")
    assert open_email(shop, ada, "newsletter", PROGRAM) == "ada@example.com"
    with shop.transaction():
        consent.switch(ada, consent.ORIGINAL_ONLY, True, how="panel")
    with pytest.raises(Closed, match="original purposes only"):
        open_email(shop, ada, "newsletter", PROGRAM)
    assert open_email(shop, ada, "orders", PROGRAM) == "ada@example.com"


def test_every_opening_and_refusal_can_be_read_by_the_person(shop: Shop) -> None:
    ada = shop.member()
    clerk = shop.make_account("clerk@example.com", "Clerk")
    open_email(shop, ada.account_id, "support", staff_actor(clerk, Permission.SUPPORT))
    with pytest.raises(Closed):
        open_email(shop, ada.account_id, "support", staff_actor(clerk, Permission.MODERATION))
    open_email(shop, ada.account_id, "account", actor_of(ada.account_id))
    shop.work()
    with shop.transaction():
        seen = [(one.role, one.allowed) for one in looks.by_people(ada.account_id)]
    assert sorted(seen) == [("moderation", False), ("support", True)]
    page = ada.get("/account/privacy/looked").text
    assert "account.email" in page and "refused" in page and "opened" in page


def test_a_value_of_somebody_else_stays_closed(shop: Shop) -> None:
    ada, bob = shop.make_account(), shop.make_account("bob@example.com", "Bob")
    with pytest.raises(Closed):
        open_email(shop, ada, "account", actor_of(bob))
