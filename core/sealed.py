"""Sealed columns: personal values that travel through the program closed, and are opened in one place only.

A Sealed knows its label ("order.phone") and whose it is. It prints as ‹order.phone›, refuses JSON, pickle and templates'
escaping of its content, and cannot be stored under another label. What opens it is `core.opening`, and that is for
`privacy.gate` alone (an import contract).
"""

import base64
import secrets
from typing import NoReturn

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Dialect, Text, TypeDecorator

from core import keys


class WrongLabel(TypeError):
    """A sealed value was put into a column with other rules: its promises would not come along."""


class Sealed:
    """A closed value: label, subject (account number, 0 for nobody we know) and ciphertext."""

    __slots__ = ("box", "label", "subject")

    def __init__(self, label: str, subject: int, box: str) -> None:
        self.label, self.subject, self.box = label, subject, box

    def __repr__(self) -> str:
        return f"‹{self.label}›"

    __str__ = __repr__

    def __format__(self, _spec: str) -> str:
        return repr(self)

    def __html__(self) -> str:
        return repr(self)

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{self!r} is sealed and cannot be pickled")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and (self.label, self.box) == (
            other.label,
            other.box,
        )

    def __hash__(self) -> int:
        return hash((self.label, self.box))

    def __bool__(self) -> bool:
        return True


class SealedText(TypeDecorator[Sealed]):
    """A column of sealed text with that label; every row is encrypted under a fresh nonce."""

    impl = Text
    cache_ok = True

    def __init__(self, label: str) -> None:
        super().__init__()
        self.label = label

    def process_bind_param(self, value: Sealed | None, dialect: Dialect) -> str | None:
        """Only values sealed under this very label go in. Raises WrongLabel."""
        if value is None:
            return None
        if not isinstance(value, Sealed) or value.label != self.label:
            raise WrongLabel(f"{value!r} cannot be kept as {self.label}: seal it under that label")
        return f"1.{value.subject}.{value.box}"

    def process_result_value(self, value: str | None, dialect: Dialect) -> Sealed | None:
        """The closed value."""
        if value is None:
            return None
        _version, subject, box = value.split(".", 2)
        return Sealed(self.label, int(subject), box)


def seal(text: str, label: str, *, subject: int = 0) -> Sealed:
    """Close a text under a label, for the account it is about."""
    nonce = secrets.token_bytes(12)
    closed = AESGCM(key_of(label)).encrypt(nonce, text.encode(), bound_to(label, subject))
    return Sealed(label, subject, base64.urlsafe_b64encode(nonce + closed).decode())


def key_of(label: str) -> bytes:
    """The key of a label."""
    return keys.derived(f"sealed:{label}")


def bound_to(label: str, subject: int) -> bytes:
    """What the ciphertext is tied to, so that it opens nowhere else."""
    return f"{label}:{subject}".encode()
