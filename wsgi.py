"""The program: the only file that knows all four areas. `flask` finds `create_app` by name, granian finds `app`."""

import atexit
import gc
from pathlib import Path
from typing import Any

from flask import Flask

import forum.routes
import privacy.routes
import storefront.routes
from core import app as house
from core import cli, later
from core.settings import Settings, read

AREAS = (privacy.routes.register, storefront.routes.register, forum.routes.register)
PLANTERS = [
    privacy.routes.plant,
    storefront.routes.plant,
    privacy.routes.plant_letters,
    forum.routes.plant,
    storefront.routes.show_card,
]


def create_app(settings: Settings | None = None, config: dict[str, Any] | None = None) -> Flask:
    """Put the program together. Raises MissingSetting and UnmarkedView rather than start half right."""
    program = house.build(settings or read(), AREAS, root=str(Path(__file__).parent), config=config)
    program.wsgi_app = privacy.routes.guard(program, program.wsgi_app)  # type: ignore[method-assign]
    cli.install(program, PLANTERS)
    return program


def __getattr__(name: str) -> Flask:
    """`wsgi:app` for servers, with the thread that writes what pages note; importing the module alone builds nothing."""
    if name == "app":
        program = create_app()
        flusher = later.Flusher(program.extensions["database"])
        flusher.start()
        atexit.register(flusher.stop)
        _settle()
        return program
    raise AttributeError(name)


def _settle() -> None:
    """The program's own objects stay for good: the collector, which looked at all of them every few pages, leaves them alone.

    Measured: a page made anew costs a third less.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
