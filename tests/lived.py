"""What makes the links that only one person gets: in letters, and on receipts. Done through the front door."""

import re

from core.access import PROGRAM
from privacy.newsletter import issues
from tests.doors import links
from tests.forum.builders import make_board
from tests.privacy.builders import wants, write_news
from tests.privacy.mails import arrives, written
from tests.shop import PASSWORD, Shop, Visitor
from tests.storefront.account_builders import sign_up
from tests.storefront.order_builders import buy, ware
from tests.storefront.organization_builders import ask, founded, order_all

NEWCOMER, WRITER, LEAVER = "newcomer@example.com", "writer@example.com", "leaver@example.com"


def secret_addresses(shop: Shop) -> list[str]:
    """Open an account, forget a password, move, write, wish, subscribe, remove a number, leave; what one may open then."""
    eve, writer, leaver = shop.visitor(), shop.member(WRITER, "Writer"), shop.member(LEAVER, "Leaver")
    sign_up(eve, email=NEWCOMER, name="Newcomer")
    eve.submit("/reset", {"email": WRITER}, action="/reset")
    eve.submit("/newsletter", {"email": "reader@example.com"}, action="/newsletter")
    removed = eve.submit("/privacy/phone-removal", {"number": "+43 1 234 5678"}, action="/phone-removal")
    for words in ("Please delete my account and all my data.", "What data do you have about me?"):
        arrives(shop, written(words, subject=words, sender=WRITER))
    for one in [letter.link("/was-it-you/") for letter in shop.letters(WRITER, "identity_link")][1:]:
        shop.visitor().submit(one)
    eve.submit("/withdraw", {"number": buy(writer, ware(shop)), "email": WRITER}, action="/withdraw")
    writer.post("/account/wishlist/add", {"product": "kilnwatch"})
    wished = writer.post("/account/wishlist/share", {"shared": "yes"})
    number = buy(writer, ware(shop))
    given = next(link for link in links(writer.get("/account/licenses").text) if link.startswith("/account/licenses/"))
    writer.submit(f"{given}/pass-on", {"address": "friend@example.com"}, action="/pass-on")
    _lead(shop, writer)
    make_board(shop, "own-corner", own_topics_only=True)
    fed = writer.submit("/account/forum", {"act": "make"}, action="/account/forum/feed")
    eve.submit("/withdraw", {"number": number, "email": WRITER}, action="/withdraw")
    wants(shop, writer.account_id, "newsletter")
    write_news(shop, writer.account_id)
    with shop.transaction():
        issues.release(issues.write(issues.Texts(title="News of the kiln", text="Hello."), PROGRAM).id, PROGRAM)
    shop.work()
    letters = [text for one in shop.letters() for text in (one.text, *one.headers.values())]
    leaver.submit("/account/details", {"email": "left@example.com", "password": PASSWORD}, action="/email")
    shop.visitor().submit(shop.letters("left@", "change_email")[-1].link("/new-address/"))
    shop.work()
    letters += [one.text for one in shop.letters(LEAVER)]
    erasing = shop.member("goner@example.com", "Goner")
    typed = {"posts": "keep", "password": PASSWORD, "sure": "y"}
    erased = erasing.submit("/account/privacy/erase", typed, action="/account/privacy/erase")
    moving = shop.member("mover@example.com", "Mover")
    moving.submit("/account/details", {"email": "moved@example.com", "password": PASSWORD}, action="/email")
    letters += [one.text for one in shop.letters("moved@")]
    shared = re.findall(r"/wishlist/[\w-]{12,}", wished.text)
    found = [link for text in letters for link in links(text)]
    feeds = re.findall(r"/forum/feeds/[^<]+/feed\.atom", fed.text)
    return [*found, *shared, *feeds, removed.request.path, f"{removed.request.path}.json", erased.request.path]


def _lead(shop: Shop, owner: Visitor) -> None:
    """Invite somebody into an organization, and give somebody a seat of what it bought."""
    home = founded(owner)
    owner.submit(home, {"address": "invited@example.com"}, action="/invite")
    ask(owner, ware(shop))
    order_all(shop, owner, home)
    owner.submit(f"{home}/licenses", {"people": "seated@example.com"}, action="/give")
