"""Tokens of programs: shown once, within their scopes, ended by time, by their owner and with the owner's permission."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from core import clock
from core.access import Permission, Scope
from core.accounts import apitokens
from core.accounts.models import ApiToken, StaffGrant
from core.errors import BadToken
from tests.shop import Shop, Visitor

HERE = "/account/tokens"


def make(visitor: Visitor, *scopes: Scope, name: str = "Build server") -> str:
    page = visitor.submit(HERE, {"name": name, "scope": [*scopes], "days": "30"}, action="/tokens/new")
    return re.findall(r"lpat_[0-9a-f]{48}", page.text)[0]


def test_a_program_acts_within_its_token_until_it_is_revoked(shop: Shop) -> None:
    owner, program = shop.member(permissions=[Permission.CATALOGUE, Permission.SALES]), shop.visitor()
    token = make(owner, Scope.RELEASES_WRITE)
    said = {"Authorization": f"Bearer {token}"}
    with shop.statements() as seen:
        answer = program.get("/v1/token", headers=said)
    assert answer.json is not None and answer.json["name"] == "Ada" and len(seen) == 1
    assert "Set-Cookie" not in answer.headers and answer.headers["Cache-Control"] == "no-store"
    assert token not in owner.get(HERE).text and "never" in owner.get(HERE).text
    shop.work()
    assert f"{clock.now():%Y}" in owner.get(HERE).text.split("Last used")[-1] and "never" not in owner.get(HERE).text
    with shop.transaction() as session:
        assert token not in str(session.scalars(select(ApiToken.token_hash)).all())
        lent = apitokens.bearer(said["Authorization"], Scope.RELEASES_WRITE)
        assert lent.permissions == {Permission.CATALOGUE}
        with pytest.raises(apitokens.ScopeMissing):
            apitokens.bearer(said["Authorization"], Scope.FORUM_POST)
        session.execute(delete(StaffGrant).where(StaffGrant.permission == "catalogue"))
        session.flush()
        with pytest.raises(apitokens.ScopeMissing):
            apitokens.bearer(said["Authorization"], Scope.RELEASES_WRITE)
    assert "is revoked" in owner.submit(HERE, action="/revoke").text
    refused = program.get("/v1/token", headers=said)
    assert refused.status_code == 401 and refused.headers["WWW-Authenticate"] == "Bearer"
    assert refused.json is not None and refused.json["errors"][0]["code"] == "bad_token"


def test_a_cookie_an_end_and_another_persons_token_open_nothing(sqlite_shop: Shop) -> None:
    owner, other = sqlite_shop.member(), sqlite_shop.member("bob@example.com", "Bob")
    token = make(owner, Scope.FORUM_READ)
    assert owner.get("/v1/token").status_code == 401
    assert "releases:write" not in owner.get(HERE).text
    refused = owner.submit(HERE, {"name": "Sly", "scope": "releases:write", "days": "30"}, action="/tokens/new")
    assert refused.status_code == 400 and "what you typed is kept" in refused.text and "Sly" in refused.text
    with sqlite_shop.transaction() as session:
        number = session.scalar(select(ApiToken.id))
        session.execute(update(ApiToken).values(expires_at=clock.now() - timedelta(seconds=1)))
    assert other.post(f"{HERE}/{number}/revoke", {}).status_code == 404
    assert other.get("/v1/token", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    with sqlite_shop.transaction(), pytest.raises(BadToken):
        apitokens.bearer("Basic abc", None)
