"""A program that the demonstration would tell, paused, so that nothing leaves the machine."""

from core import db, web
from core.access import PROGRAM
from storefront.webhooks import rules, service


def plant() -> None:
    """Name it once."""
    with db.transaction():
        if not service.all_of_them():
            kinds = [kind.value for kind in rules.CHOICES]
            made, _secret = service.add("https://programs.example.com/licenses", kinds, web.settings(), PROGRAM)
            service.pause(made, PROGRAM)
