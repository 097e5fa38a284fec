"""WSGI middleware that counts pages per day and route, also those the page cache answers. It sees no visitor."""

from collections.abc import Callable, Iterable
from typing import Any

from core import clock, later

ROUTE = "licensepal.route"
KIND = "page_counts"
KNOWN = 5000

Environ = dict[str, Any]
StartResponse = Callable[..., Any]


class Counting:
    """Adds one per opened page. Which route an address belongs to is learned from the program's own answers."""

    def __init__(self, inner: Callable[..., Iterable[bytes]]) -> None:
        self._inner = inner
        self._routes: dict[str, str] = {}

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer as the program does."""
        if environ["REQUEST_METHOD"] != "GET":
            return self._inner(environ, start_response)

        def answer(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            if status.startswith(("200", "304")):
                self._count(environ)
            return start_response(status, headers, *rest)

        return self._inner(environ, answer)

    def _count(self, environ: Environ) -> None:
        path = environ.get("PATH_INFO", "")
        route = environ.get(ROUTE)
        if route is None:
            route = self._routes.get(path)
        else:
            self._learn(path, route)
        if route:
            later.add(KIND, (clock.now().date(), route))

    def _learn(self, path: str, route: str) -> None:
        if len(self._routes) >= KNOWN:
            self._routes.clear()
        self._routes[path] = route
