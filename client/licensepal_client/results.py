"""What a check comes to: one class for each, so that `match` can tell them apart."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Result:
    """code: the shop's word, or this package's; detail: a sentence about it; expires: when the license ends, if it does."""

    code: str
    detail: str = ""
    expires: datetime | None = None
    entitlements: tuple[str, ...] = ()

    @property
    def may_run(self) -> bool:
        """Whether the program may do what the license is for."""
        return isinstance(self, Valid | Grace)


class Valid(Result):
    """The license counts, on this device."""


@dataclass(frozen=True, kw_only=True)
class Grace(Result):
    """The shop could not be asked; its last good answer counts until then."""

    until: datetime


class Expired(Result):
    """The license, the file or the grace has ended."""


class NotActivated(Result):
    """This device is not on the license."""


class Suspended(Result):
    """The license is paused."""


class Revoked(Result):
    """The license was taken back or passed on."""


class OverLimit(Result):
    """More devices, cores, users, processes or uses than the license has."""


class Refused(Result):
    """Any other no of the shop; `code` says which."""


class Tampered(Result):
    """A signature, a digest, a date, the clock or the history is not what it must be."""


class Unreachable(Result):
    """The shop could not be asked, and there is no good answer to go on with."""


_KINDS: dict[str, type[Result]] = {
    "EXPIRED": Expired,
    "LICENSE_EXPIRED": Expired,
    "SUSPENDED": Suspended,
    "LICENSE_SUSPENDED": Suspended,
    "BANNED": Revoked,
    "LICENSE_BANNED": Revoked,
    "NO_MACHINE": NotActivated,
    "NO_MACHINES": NotActivated,
    "FINGERPRINT_SCOPE_MISMATCH": NotActivated,
    "MACHINE_LIMIT_EXCEEDED": OverLimit,
    "USES_LIMIT_EXCEEDED": OverLimit,
}


def refusal(code: str, detail: str, expires: datetime | None = None) -> Result:
    """The result for a code that the shop gave with a no."""
    kind = OverLimit if code.startswith("TOO_MANY_") else _KINDS.get(code, Refused)
    return kind(code=code, detail=detail, expires=expires)
