"""For those who write programs: the doors described for programs and for people, the keys, and what is pledged."""

from pathlib import Path

from flask import Blueprint, Response, jsonify

from core import clock, menus, web
from core.access import public
from storefront.api_reference import openapi
from storefront.api_reference.operations import OPERATIONS
from storefront.catalogue import markdown
from storefront.licensing_api.signing import ACCOUNT
from storefront.signing import rules, service

pages = Blueprint("api_reference", __name__)
EXAMPLES = Path(__file__).parent / "examples"
LANGUAGES = (
    ("Python", "python.txt", "python"),
    ("JavaScript", "javascript.mjs", "javascript"),
    ("Rust", "rust.rs", "rust"),
    ("Go", "go.go", "go"),
    ("C#", "csharp.cs", "csharp"),
    ("PHP", "php.php", "php"),
)


@pages.get("/v1/openapi.json")
@public(cached=True)
def description() -> Response:
    """Every door, as OpenAPI 3.1."""
    return jsonify(openapi.document(web.settings().site_name, _address()))


@pages.get("/v1/keys.json")
@public
def keys() -> Response:
    """The public keys of answers, offline files and proofs, with their days."""
    ring = service.ring()
    return jsonify(account=ACCOUNT, keys=[_key(one, ring) for one in ring])


@pages.get("/programs")
@public(cached=True)
def reference() -> Response:
    """How a program asks, for people."""
    groups = {name: [one for one in OPERATIONS if one.group == name] for name in openapi.GROUPS}
    return web.render(
        "storefront/api_reference/reference.html",
        groups=groups,
        says={name: markdown.render(text) for name, text in openapi.GROUPS.items()},
        examples=[(name, markdown.render(_example(file, language))) for name, file, language in LANGUAGES],
        key=service.current(),
    )


@pages.get("/programs/keys")
@public
def pledge() -> Response:
    """The keys and their days, and what holders are left with should the shop end."""
    ring = service.ring()
    return web.render(
        "storefront/api_reference/pledge.html",
        ring=[(one, rules.end_of(ring, one)) for one in reversed(ring)],
        current=rules.signing_at(ring, clock.now()),
        notice_days=rules.NOTICE.days,
        overlap_days=rules.OVERLAP.days,
    )


def install() -> None:
    """Where it is found."""
    menus.add("footer", "For programs", "/programs", rank=60)


def _key(key: rules.SigningKey, ring: list[rules.SigningKey]) -> dict[str, str | None]:
    end = rules.end_of(ring, key)
    return {
        "id": key.id,
        "public": key.public,
        "algorithm": "ed25519",
        "from": key.begins_at.isoformat() if key.begins_at else None,
        "until": end.isoformat() if end else None,
    }


def _example(file: str, language: str) -> str:
    code = (EXAMPLES / file).read_text("utf-8").replace("{address}", _address())
    return f"```{language}\n{code}```"


def _address() -> str:
    return web.settings().base_url.rstrip("/")
