"""The tester's card: who can sign in to the demo, which licenses and pools there are, as `instance/demo.json`."""

import json
from pathlib import Path
from typing import Any

from core import web


def keep(**parts: Any) -> None:
    """Write these parts into the card; what else is on it stays."""
    card = {**read(), "base_url": web.settings().base_url, **parts}
    place = _place()
    draft = place.with_suffix(".draft")
    draft.write_text(json.dumps(card, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    draft.replace(place)


def read() -> dict[str, Any]:
    """What is on the card; nothing where there is none yet."""
    place = _place()
    found: dict[str, Any] = json.loads(place.read_text(encoding="utf-8")) if place.is_file() else {}
    return found


def lines() -> list[str]:
    """The card in words, for a terminal."""
    card = read()
    people = [f"  {role:<12} {one['email']}" for role, one in card.get("people", {}).items()]
    staff = [
        f"  {permission:<12} {one['email']}" for permission, one in (*_of(card, "staff"), *_of(card, "colleagues"))
    ]
    passwords = {one["password"] for one in (*card.get("people", {}).values(), *card.get("staff", {}).values())}
    known = f"  password of all of them: {passwords.pop()}" if len(passwords) == 1 else ""
    return ["", "Accounts of the demo:", *people, "Behind the counter:", *staff, known]


def _of(card: dict[str, Any], group: str) -> list[tuple[str, dict[str, str]]]:
    return list(card.get(group, {}).items())


def _place() -> Path:
    return web.settings().instance.resolve() / "demo.json"
