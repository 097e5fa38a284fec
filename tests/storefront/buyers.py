"""Buyers in a process of their own, who all press the button at the same moment; it serves so many at once as a server does.

`python -m tests.storefront.buyers FOLDER DATABASE_URL` reads session cookies from standard input, one a line, says
"ready" once everybody looks at the review, waits for a line, lets all of them buy, and prints how each ended.
"""

import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.shop import Shop, Visitor, find_form
from tests.storefront.order_builders import pay
from tests.stores import build

THREADS = 12


class Buyer:
    """One of them."""

    def __init__(self, shop: Shop, cookie: str) -> None:
        self.visitor, self.end = Visitor(shop), "nothing"
        self.visitor.client.set_cookie("lp_session", cookie)
        page = self.visitor.get("/checkout/review").text
        self.values = {**find_form(page, "/checkout/review").values, "terms": "y"}

    def run(self) -> None:
        """Press."""
        answer = self.visitor.client.post("/checkout/review", data=self.values)
        if answer.status_code == 409 and "Nothing was charged and your cart is as it was" in answer.text:
            self.end = "refused"
        elif answer.status_code == 303 and answer.location.startswith("/checkout/pay/"):
            self.end = self._pay(answer.location)
        elif answer.status_code == 303:
            seen = self.visitor.get(answer.location).text
            gone = ("no key is left", "left just now", "voucher is used up")
            self.end = "refused" if any(words in seen for words in gone) else "lost"
        else:
            self.end = f"answered {answer.status_code}"

    def _pay(self, address: str) -> str:
        """Pay, and once more if the page asks for it, as people do; what the page said, where it came to nothing."""
        page = ""
        for _try in range(3):
            shown = self.visitor.get(address).text
            if 'name="card"' in shown:
                page = pay(self.visitor, address.rsplit("/", 1)[1])
            elif "/ask" in shown:
                page = self.visitor.submit(address, {}, action="/ask").text
            else:
                page = shown
            if "It is yours" in page:
                return "paid"
        return "unpaid:" + "-".join(re.findall(r"<h1[^>]*>(.*?)</h1>", page)).replace(" ", "-")


def main() -> None:
    """Run them."""
    folder, address = sys.argv[1:3]
    shop = Shop(build(Path(folder), **({"database_url": address} if address.startswith("postgresql") else {})))
    buyers = [Buyer(shop, cookie) for cookie in iter(lambda: sys.stdin.readline().strip(), "")]
    say("ready")
    sys.stdin.readline()
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(Buyer.run, buyers))
    say("\n".join(buyer.end for buyer in buyers))


def say(line: str) -> None:
    """A line for whoever started this process."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
