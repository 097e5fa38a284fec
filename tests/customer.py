"""A customer over real HTTP who, like people do, tries again when the shop does not answer."""

import http.client
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from tests.shop import find_form

PATIENCE = 200  # a shop that is killed again and again, on a busy machine


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Status, where it leads, and the page."""

    status: int
    location: str
    text: str


@dataclass
class Customer:
    """A browser with cookies before the shop on a port of 127.0.0.1."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Answer:
        """Open a page; redirects are followed."""
        answer = self._ask("GET", path)
        while answer.status in {303, 308}:
            answer = self._ask("GET", answer.location)
        return answer

    def submit(self, page: str, data: dict[str, str], action: str = "") -> Answer:
        """Fill in the form of a page and send it; the answer is not followed."""
        return self.send(page, self.get(page).text, data, action)

    def send(self, page: str, text: str, data: dict[str, str], action: str = "") -> Answer:
        """Fill in the form of a page that is open already, and send it."""
        form = find_form(text, action)
        return self._ask("POST", form.action or page, urlencode({**form.values, **data}))

    def post(self, path: str, data: dict[str, str], *, token_from: str = "/account") -> Answer:
        """Send a form with the token of a page."""
        token = find_form(self.get(token_from).text, "").values["form_token"]
        return self._ask("POST", path, urlencode({"form_token": token, **data}))

    def _ask(self, method: str, path: str, body: str = "") -> Answer:
        """One request; while nobody answers, once more: the whole point is that this is harmless."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                return self._once(method, path, body)
            except (OSError, http.client.HTTPException):
                assert time.monotonic() < until, "the shop did not come back"
                time.sleep(0.05)

    def _once(self, method: str, path: str, body: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body or None, headers)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
        finally:
            connection.close()
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = line.partition("=")
            self.cookies[name] = rest.split(";")[0]
        where = urlsplit(answer.headers.get("Location", ""))
        location = f"{where.path}?{where.query}" if where.query else where.path
        return Answer(status=answer.status, location=location, text=text)
