"""Sealed columns: personal values that travel through the program closed, and are opened in one place only.

A Sealed knows its label ("order.phone"), whose it is and under which version of the policy it was given. It prints as
‹order.phone›, refuses JSON, pickle, copying and templates' escaping of its content, and cannot be stored under another
label. What opens it is `core.opening`, and that is for `privacy.gate` alone (an import contract).

Stored it reads "2.<account>.<number of the person's key>.<policy version>.<ciphertext>". Values about nobody have the
account 0 and the key 0: their label's own key. "1.<account>.<ciphertext>" was written before people had keys.
"""

import base64
import secrets
from collections.abc import Callable
from typing import NoReturn

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Dialect, Text, TypeDecorator

from core import keys
from core.datakeys import service as datakeys
from core.db import session

Version = Callable[[], int]
_kinds: dict[str, str] = {}
_versions: list[Version] = []


class WrongLabel(TypeError):
    """A sealed value was put into a column with other rules: its promises would not come along."""


class Forgotten(ValueError):
    """The value was destroyed, or the key that closed it: nobody can open it any more."""


class Sealed:
    """A closed value: label, subject (account number, 0 for nobody we know), ciphertext ("" when destroyed), the number
    of the key that closed it (0 for the label's own) and the policy version under which it was given."""

    __slots__ = ("box", "key", "label", "subject", "version")

    def __init__(self, label: str, subject: int, box: str, key: int = 0, version: int = 1) -> None:
        self.label, self.subject, self.box, self.key, self.version = label, subject, box, key, version

    def __repr__(self) -> str:
        return f"‹{self.label}›"

    __str__ = __repr__

    def __format__(self, _spec: str) -> str:
        return repr(self)

    def __html__(self) -> str:
        return repr(self)

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{self!r} is sealed and cannot be pickled or copied")

    def __iter__(self) -> NoReturn:
        raise TypeError(f"{self!r} is sealed and has no parts")

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
    """A column of sealed text with that label; every row is encrypted under a fresh nonce, with the key that its
    person has for what is kept that way (`core.datakeys.rules`)."""

    impl = Text
    cache_ok = True

    def __init__(self, label: str, kept_as: str = "account") -> None:
        super().__init__()
        self.label, self.kept_as = label, kept_as
        _kinds[label] = kept_as

    def process_bind_param(self, value: Sealed | None, dialect: Dialect) -> str | None:
        """Only values sealed under this very label go in. Raises WrongLabel."""
        if value is None:
            return None
        if not isinstance(value, Sealed) or value.label != self.label:
            raise WrongLabel(f"{value!r} cannot be kept as {self.label}: seal it under that label")
        return f"2.{value.subject}.{value.key}.{value.version}.{value.box}"

    def process_result_value(self, value: str | None, dialect: Dialect) -> Sealed | None:
        """The closed value."""
        if value is None:
            return None
        if value.startswith("1."):
            _form, subject, box = value.split(".", 2)
            return Sealed(self.label, int(subject), box)
        _form, subject, key, version, box = value.split(".", 4)
        return Sealed(self.label, int(subject), box, int(key), int(version))


def seal(text: str, label: str, *, subject: int = 0, part: str = "") -> Sealed:
    """Close a text under a label, for the account it is about. part: what the value's end hangs on, where that is no
    month or year but a thing (an order's number); then it gets a key of its own."""
    number, key, version = _key_for(label, subject, part) if subject else (0, label_key(label), 1)
    nonce = secrets.token_bytes(12)
    made = Sealed(label, subject, "", number, version)
    closed = AESGCM(key).encrypt(nonce, text.encode(), bound_to(made))
    made.box = base64.urlsafe_b64encode(nonce + closed).decode()
    return made


def nothing(label: str, subject: int) -> Sealed:
    """What stands where a destroyed value stood, in columns that may not be empty."""
    return Sealed(label, subject, "")


def collected_under(version: Version) -> None:
    """Name the function that says which version of the policy holds when a value is given."""
    _versions[:] = [version]


def label_key(label: str) -> bytes:
    """The key of a label, for values about nobody."""
    return keys.derived(f"sealed:{label}")


def bound_to(value: Sealed) -> bytes:
    """What the ciphertext is tied to, so that it opens nowhere else."""
    own = f"{value.label}:{value.subject}"
    return (f"{own}:{value.key}:{value.version}" if value.key else own).encode()


def _key_for(label: str, subject: int, part: str) -> tuple[int, bytes, int]:
    """Looking it up must not write what its caller has only half put together."""
    with session.no_autoflush:
        return *datakeys.key_for(subject, _kinds[label], part), _version_now()


def _version_now() -> int:
    """Asked once in a transaction."""
    if not _versions:
        return 1
    if "policy_version" not in session.info:
        session.info["policy_version"] = _versions[0]()
    found: int = session.info["policy_version"]
    return found
