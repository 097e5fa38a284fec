"""People buy together: invited by mail, with roles that reach so far and no further."""

import pytest
from sqlalchemy import func, select

from core import clock
from core.accounts.models import Account
from core.errors import NotAllowed
from privacy.erasure.rules import Leaving, Posts
from storefront.organizations import leaving, rules
from storefront.organizations.models import Invitation, Member, Organization
from storefront.organizations.rules import STANDS, Deed, MayNot, NameRefused, Role
from tests.shop import Shop
from tests.storefront.organization_builders import HERE, founded, join


@pytest.mark.parametrize("role", Role)
def test_roles_reach_as_far_as_they_say(role: Role) -> None:
    for deed in Deed:
        if deed in rules.MAY[role]:
            rules.check(role, deed)
        else:
            with pytest.raises(MayNot):
                rules.check(role, deed)
    for theirs in Role:
        allowed = (role is Role.OWNER and theirs is not Role.OWNER) or (role is Role.MANAGER and theirs is Role.MEMBER)
        if allowed:
            rules.check_removable(role, theirs)
        else:
            with pytest.raises(NotAllowed):
                rules.check_removable(role, theirs)
    for typed in ("  ", "x" * 81):
        with pytest.raises(NameRefused):
            rules.read_name(typed)


def test_people_come_in_by_mail_and_do_what_their_role_allows(shop: Shop) -> None:
    ada, bob, eve = shop.member(), shop.member("bob@example.com", "Bob"), shop.member("eve@example.com", "Eve")
    assert "Please write the name" in ada.submit(HERE, {"name": " "}, action=HERE).text
    page = founded(ada)
    assert eve.get(page).status_code == 404
    refused = ada.submit(page, {"address": "nobody", "role": "member"}, action="/invite")
    assert refused.status_code == 422 and 'value="nobody"' in refused.text
    join(shop, ada, page, bob, "bob@example.com")
    shown = bob.get(page).text
    assert "Bob" in shown and "Ada" in shown and "/invite" not in shown and "ada@example.com" not in shown
    number = shown_number(shop, "Bob")
    assert bob.post(f"{page}/role", {"number": number, "role": "manager"}).status_code == 403
    assert "Bob is manager now" in ada.submit(page, {}, action="/role").text
    ada.submit(page, {"address": "eve@example.com", "role": "member"}, action="/invite")
    assert "known to whoever invited" in bob.get(page).text and "eve@example.com" in ada.get(page).text
    link = shop.letters("eve@example.com", "organization_invited")[-1].link("/organizations/")
    bob.submit(page, {}, action="/withdraw")
    assert eve.get(link).status_code == 409 and "withdrawn" in eve.get(link).text
    ada.submit(page, {}, action="/owner")
    assert "Bob owns it" not in ada.get(page).text and 'action="' + page + '/owner"' not in ada.get(page).text
    assert ada.post(f"{page}/close", {}).status_code == 403
    assert bob.post(f"{page}/leave", {}).status_code == 409
    assert "is no longer in it" in bob.submit(page, {}, action="/remove").text
    assert ada.get(page).status_code == 404 and shop.letters("ada@example.com", "organization_news")
    assert "is closed" in bob.submit(page, {}, action="/close").text
    with shop.transaction() as session:
        assert session.scalar(select(func.count()).select_from(Organization)) == 0


def shown_number(shop: Shop, name: str) -> str:
    """The customer number of whoever shows this name."""
    with shop.transaction() as session:
        return session.scalars(select(Account.number).where(Account.name_shown == name)).one()


def test_an_invitation_that_nobody_answers_ends_and_its_address_is_forgotten(sqlite_shop: Shop) -> None:
    shop = sqlite_shop
    ada = shop.member()
    page = founded(ada)
    ada.submit(page, {"address": "new@example.com", "role": "manager"}, action="/invite")
    link = shop.letters("new@example.com", "organization_invited")[-1].link("/organizations/")
    guest = shop.visitor()
    assert "Ostrakon Pottery" in guest.get(link).text and "ada@example.com" not in guest.get(link).text
    with clock.moved(STANDS), shop.app.app_context():
        shop.database.queue.run("organizations.lapse", {})
    with shop.transaction() as session:
        assert session.scalars(select(Invitation.address)).one() is None
    assert "nobody answered" in guest.get(link).text
    ada.submit(page, {"address": "no@example.com", "role": "member"}, action="/invite")
    link = shop.letters("no@example.com", "organization_invited")[-1].link("/organizations/")
    assert "You declined" in guest.submit(link, {}, action="/decline").text


def test_whoever_is_erased_leaves_the_organization_to_others(sqlite_shop: Shop) -> None:
    shop = sqlite_shop
    ada, bob = shop.member(), shop.member("bob@example.com", "Bob")
    page = founded(ada)
    alone = founded(ada, "Only Mine")
    join(shop, ada, page, bob, "bob@example.com")
    assert ada.account_id
    with shop.transaction() as session:
        assert leaving.preview(ada.account_id).lines[0].count == 2
        leaving.erase(Leaving(account_id=ada.account_id, posts=Posts.REMOVE, name="Ada", email="ada@example.com"))
        assert session.scalars(select(Member.role)).all() == ["owner"]
    assert "Owner" in bob.get(page).text and bob.get(alone).status_code == 404
