"""Asking the shop over HTTP, with the standard library."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from licensepal_client.signatures import Signed, of_answer

LONGEST = 1_000_000
"""Bytes of an answer that are read."""


class NoAnswer(Exception):
    """The shop could not be asked, or somebody else answered."""


class _Stay(urllib.request.HTTPRedirectHandler):
    """No answer of these doors is a redirect."""

    def redirect_request(self, *_given: Any, **_named: Any) -> None:
        return None


@dataclass(frozen=True)
class Shop:
    """The shop at this address. seconds: how long it is waited for."""

    address: str
    seconds: float

    def ask(self, method: str, target: str, key: str, body: Any = None) -> tuple[int, Signed]:
        """Status and answer, not yet checked. Raises NoAnswer, and BadSignature for one without a readable body."""
        parts = urlsplit(self.address)
        headers = {"Accept": "application/vnd.api+json", "Content-Type": "application/vnd.api+json"}
        headers["Authorization"] = f"License {key}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + target, data, headers, method=method)
        try:
            status, said, raw = self._sent(request)
        except (OSError, ValueError) as error:
            raise NoAnswer(str(error)) from error
        if status >= 500 or status == 429 or "keygen-signature" not in said:
            raise NoAnswer(f"answered with {status}")
        return status, of_answer((method, target, parts.netloc), said, raw)

    def _sent(self, request: urllib.request.Request) -> tuple[int, dict[str, str], bytes]:
        opener = urllib.request.build_opener(_Stay)
        try:
            answer = opener.open(request, timeout=self.seconds)
        except urllib.error.HTTPError as refused:
            answer = refused
        with answer:
            headers = {name.lower(): value for name, value in answer.headers.items()}
            return int(answer.status), headers, answer.read(LONGEST)
