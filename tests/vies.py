"""A service for VAT ids, for tests: it answers in JSON what it was told to, and notes what it was asked."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


class Service(ThreadingHTTPServer):
    """`answer`: a body and its status, or None to hang up without a word."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer: tuple[bytes, int] | None = None
        self.asked: list[dict[str, Any]] = []

    @property
    def address(self) -> str:
        """Where questions are taken."""
        return f"http://127.0.0.1:{self.server_port}/check-vat-number"

    def say(self, answer: object, status: int = 200) -> None:
        """From now on."""
        self.answer = (answer if isinstance(answer, bytes) else json.dumps(answer).encode(), status)

    def hang_up(self) -> None:
        """From now on."""
        self.answer = None


class _Handler(BaseHTTPRequestHandler):
    server: Service

    def do_POST(self) -> None:
        self.server.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        if self.server.answer is None:
            return
        body, status = self.server.answer
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def running() -> Iterator[Service]:
    """One of its own."""
    with Service() as service:
        thread = Thread(target=service.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield service
        finally:
            service.shutdown()
            thread.join()
