"""What leaves the shop leaves through one module, for a recipient and a purpose of the register (P4d), over TLS (P19)."""

import ast
import socket
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from email.message import EmailMessage

import pytest

from core import outgoing
from core.settings import Settings
from privacy import receiving, register
from privacy.proving import commands
from tests.house.test_layout import CODE, name_of
from tests.shop import Shop

WAYS_OUT = frozenset(
    {"socket", "socketserver", "ssl", "smtplib", "ftplib", "telnetlib", "poplib", "imaplib", "asyncio", "subprocess"}
    | {"http.client", "http.server", "urllib.request", "xmlrpc", "urllib3", "requests", "httpx", "aiohttp", "pycurl"}
    | {"paramiko", "websockets", "stripe", "dns", "aiosmtpd", "redis", "psycopg", "multiprocessing.connection"}
)
"""Libraries that can open a connection, or start a program that does."""
EXCEPTIONS = {
    "core/outgoing.py": "the one way out",
    "privacy/mailbox/listener.py": "listens for mail that comes in; it answers on that connection and opens none",
    "core/cli.py": "starts the shop's own server and worker as processes",
    "core/copying.py": "starts pg_dump and pg_restore on the shop's own database",
    "core/app.py": "Redis or Valkey is the shop's own store",
    "core/limits.py": "Redis or Valkey is the shop's own store",
    "core/pagecache.py": "Redis or Valkey is the shop's own store",
}


@pytest.mark.clause("P4d")
def test_nothing_else_can_open_a_connection() -> None:
    found = openers({name_of(path): path.read_text("utf-8") for path in CODE})
    assert found == set(EXCEPTIONS), "a connection needs a way in core/outgoing.py, and each exception its reason"


@pytest.mark.parametrize(
    "planted",
    [
        "import socket",
        "import http.client as plain",
        "from urllib import request",
        "from urllib.request import urlopen",
        "def later():\n    import requests.sessions",
        "import importlib\nlibrary = importlib.import_module('httpx')",
        "library = __import__('smtplib')",
    ],
)
def test_a_connection_that_somebody_plants_is_found(planted: str) -> None:
    assert openers({"forum/topics/service.py": planted}) == {"forum/topics/service.py"}


@pytest.mark.clause("P4d")
def test_a_recipient_that_the_register_does_not_know_or_that_trades_gets_nothing(
    sqlite_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    outgoing.check(outgoing.MAIL, "newsletter")
    closed = [
        (replace(outgoing.MAIL, recipient="partner"), "newsletter"),
        (outgoing.MAIL, "partners"),
        (outgoing.MAIL, "invoice"),
        (outgoing.MAIL, next(one.id for one in register.purposes.values() if one.aggregates_only)),
    ]
    for way, purpose in closed:
        with pytest.raises(outgoing.Undeclared):
            outgoing.check(way, purpose)
    monkeypatch.setitem(
        register.recipients, "mail_carrier", replace(register.recipients["mail_carrier"], commercial=True)
    )
    with pytest.raises(outgoing.Undeclared):
        outgoing.check(outgoing.MAIL, "orders")
    others = {id_: one for id_, one in register.recipients.items() if id_ != "mail_carrier"}
    monkeypatch.setattr(register, "recipients", others)  # taken out and put back, it would stand last
    assert "connections leave for mail_carrier, whom the register does not name" in list(commands.code_drifts())
    assert not receiving.may_receive("mail_carrier", "orders")


@pytest.mark.clause("P19")
@pytest.mark.parametrize("tls", ["starttls", "implicit", "", "none"])
def test_a_mail_server_without_encryption_gets_no_word_of_a_mail(sqlite_shop: Shop, tls: str) -> None:
    heard: list[bytes] = []
    with listening(heard) as port:
        settings = Settings(secret_key="x" * 32, smtp_host="127.0.0.1", smtp_port=port, smtp_tls=tls)
        with pytest.raises(outgoing.NotTaken) as refused:
            outgoing.hand_mail(a_mail(), settings, purpose="orders")
    assert not refused.value.for_good
    said = b"".join(heard)
    assert b"MAIL" not in said and b"canary" not in said


def a_mail() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "shop@example.com", "canary@example.com", "canary"
    mail.set_content("canary")
    return mail


class listening:  # noqa: N801 - a context, used as a verb
    """A mail server that knows no TLS, for one caller; notes what it is told. Gives its port."""

    def __init__(self, heard: list[bytes]) -> None:
        self.heard, self.door = heard, socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> int:
        self.thread.start()
        return int(self.door.getsockname()[1])

    def __exit__(self, *_: object) -> None:
        self.thread.join(timeout=30)
        self.door.close()

    def _serve(self) -> None:
        caller, _ = self.door.accept()
        with caller, caller.makefile("rb") as lines:
            caller.sendall(b"220 plain.example ESMTP\r\n")
            for line in lines:
                self.heard.append(line)
                if not line.startswith((b"EHLO", b"HELO", b"QUIT", b"STARTTLS", b"RSET")):
                    return
                caller.sendall(b"502 5.5.1 no\r\n" if line.startswith(b"STARTTLS") else b"250 plain.example\r\n")


def openers(sources: Mapping[str, str]) -> set[str]:
    """The files that import one of WAYS_OUT, at the top, inside a function, or by name."""
    return {name for name, text in sources.items() if any(_opens(one) for one in _imported(ast.parse(text)))}


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in {
            "__import__",
            "import_module",
        }:
            yield from (str(given.value) for given in node.args if isinstance(given, ast.Constant))


def _opens(name: str) -> bool:
    return any(name == way or name.startswith(f"{way}.") for way in WAYS_OUT)
