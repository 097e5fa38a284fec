"""People who type something of their own into every form there is, so that each word can be looked for afterwards."""

from typing import Any

from stdnum.iso7064 import mod_11_10

from core.access import Permission
from tests.privacy.mails import arrives, written
from tests.shop import Shop, Visitor
from tests.storefront.account_builders import account_of, confirm_link, sign_up
from tests.storefront.order_builders import Ware, buy, put_into_cart


class Persona:
    """Somebody with a word of their own in everything they type. `typed` is what they typed and nobody else did.

    waiting: the jobs that this started, as they lay in the queue.
    """

    def __init__(self, shop: Shop, word: str, digits: str) -> None:
        self.shop, self.word, self.digits = shop, word, digits
        self.typed: list[str] = []
        self.visitor = shop.visitor()
        self.account_id = 0
        self.waiting: list[bytes] = []

    def say(self, about: str) -> str:
        """A text that nobody else types."""
        self.typed.append(f"{self.word} {about}")
        return self.typed[-1]

    def note(self, text: str) -> str:
        """Remember a text that has a form of its own."""
        self.typed.append(text)
        return text

    def join(self) -> None:
        """Open an account, confirm the address, be signed in."""
        email, name = self.note(f"{self.word.lower()}@example.com"), self.note(f"{self.word} Vole")
        sign_up(self.visitor, email=email, name=name)
        self.visitor.submit(confirm_link(self.shop, email), action="/confirm")
        self.visitor.account_id = self.account_id = account_of(self.shop, email).id
        self.visitor.sign_in(self.account_id)

    def shop_around(self, bought: Ware, put_aside: Ware) -> str:
        """Buy with every field of the checkout filled in, put something else into the cart; the order's number."""
        number = buy(
            self.visitor,
            bought,
            company=self.say("Works"),
            purchase_order=self.say("PO"),
            vat_id=self.note(f"DE{self.digits}{mod_11_10.calc_check_digit(self.digits)}"),
            phone=self.note(f"+4930{self.digits}"),
            wants_address="y",
            address=self.say("Lane 7"),
        )
        put_into_cart(self.visitor, put_aside)
        later = {
            "company": self.say("Second Works"),
            "purchase_order": self.say("second PO"),
            "phone": self.note(f"+4940{self.digits}"),
        }
        where = {"country": "DE", "wants_address": "y", "address": self.say("Alley 9")}
        self.visitor.submit("/checkout", {**later, **where}, action="/checkout")
        return number

    def write(self, about: int) -> int:
        """Start a topic, answer, change the answer, report a post of another topic; the topic's number."""
        started = self.visitor.submit(
            "/forum/lounge/new",
            {
                "title": self.say("asks"),
                "body": self.say("opens the talk"),
                "poll": f"{self.say('would have tea')}\n{self.say('would have coffee')}",
            },
            action="/new",
        )
        topic, slug = started.request.path.split("/")[3:5]
        self.visitor.submit(f"/forum/t/{topic}/{slug}", {"body": self.say("answers first")}, action="/reply")
        edit = {"body": self.say("answers better"), "reason": self.say("was hasty")}
        self.visitor.submit(f"/forum/t/{topic}/{slug}/2/edit", edit, action="/edit")
        self.visitor.submit(f"/forum/report/{about}/1", {"reason": self.say("finds it rude")}, action="/report")
        self.visitor.submit(f"/forum/t/{topic}/{slug}/1/bookmark", {"note": self.say("keeps this")}, action="/bookmark")
        begun = {"title": self.say("hesitates"), "body": self.say("has not sent this")}
        self.visitor.post("/forum/lounge/new/draft", begun)
        return int(topic)

    def review(self, slug: str) -> None:
        """Say what they think of what they bought, and change their mind."""
        for body in (self.say("was glad of it at first"), self.say("was glad of it to the end")):
            page = f"/shop/{slug}/review"
            self.visitor.submit(page, {"rating": "4", "body": body}, action=page)

    def send(self) -> None:
        """A mail with a file."""
        message = written(self.say("sends a mail"), subject=self.say("mails"), sender=self.typed[0])
        message.add_attachment(self.say("writes into a file"), filename=f"{self.say('encloses')}.txt")
        arrives(self.shop, message)

    def write_to_us(self) -> None:
        """A letter on the support page."""
        letter = {"subject": self.say("wonders"), "text": self.say("has a question for the shop")}
        self.visitor.submit("/support", letter, action="/support")

    def claim(self, number: str) -> None:
        """Ask for a correction in their own words, and for one of the order's invoice."""
        asked = {"kind": "correction", "text": self.say("is spelled otherwise")}
        self.visitor.submit("/account/privacy/requests", asked, action="/account/privacy/requests")
        wanted = {"field": "company", "should": self.say("Works and Daughters"), "why": self.say("has two daughters")}
        page = f"/account/orders/{number}/correct"
        self.visitor.submit(page, wanted, action=page)

    def choose(self) -> None:
        """Switch things on and off."""
        for purpose in ("newsletter", "page_history"):
            self.visitor.post("/account/privacy/switch", {"purpose": purpose, "on": "1"})
        token = {"name": self.say("lets a robot in"), "scope": "forum:read", "days": "30"}
        self.visitor.submit("/account/tokens", token, action="/account/tokens/new")


def live(shop: Shop, word: str, digits: str, *wares: Ware, about: int) -> Persona:
    """A whole life in the shop; digits: eight of their own, for numbers of telephone and tax. about: a topic."""
    persona = Persona(shop, word, digits)
    persona.join()
    number = persona.shop_around(*wares)
    persona.write(about)
    persona.review(wares[0].slug)
    persona.write_to_us()
    persona.claim(number)
    persona.choose()
    persona.waiting = shop.database.queue.huey.storage.enqueued_items()
    persona.send()
    return persona


def clerk(shop: Shop) -> Visitor:
    """A member of staff with a name that must appear nowhere."""
    everything: Any = list(Permission)
    return shop.member("walburga.clerk@example.com", "Walburga Clerkson", everything)
