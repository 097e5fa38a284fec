"""The signed-in person."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core import clock
from core.access import Permission


@dataclass(frozen=True, kw_only=True)
class Person:
    """The signed-in person as pages see them, read once per request. Flask-Login's four words are at the end."""

    id: int
    number: str
    name_shown: str
    confirmed: bool
    permissions: frozenset[Permission]
    session_id: int
    session_hash: str
    policy_seen: int
    proved_at: datetime | None = None
    two_factors: bool = False

    def proved_within(self, span: timedelta) -> bool:
        """Whether it was shown within this time that it is they."""
        return self.proved_at is not None and clock.now() - self.proved_at <= span

    @property
    def is_staff(self) -> bool:
        """True with any permission at all."""
        return bool(self.permissions)

    def may(self, permission: Permission) -> bool:
        """True if granted this permission."""
        return permission in self.permissions

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """Flask-Login asks for it; it is used nowhere else."""
        return str(self.session_id)
