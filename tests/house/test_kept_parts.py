"""A part of a page that is kept (`{% keep %}`) may depend on nothing but the values it names: nobody is shown a part made
for somebody else, and nothing old stays on a page."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from core.keeping import Drawer, Keeping

TEMPLATES = Path(__file__).parent.parent.parent / "templates"
PURE = {"asset", "menu_at", "range", "loop"}
"""Words that a kept part may use beside its own: they follow from their arguments alone."""

environment = Environment(extensions=[Keeping], trim_blocks=True, lstrip_blocks=True)


def kept_parts(code: str) -> Iterator[nodes.CallBlock]:
    """Every `{% keep %}` of a template."""
    for block in environment.parse(code).find_all(nodes.CallBlock):
        target = block.call.node
        if isinstance(target, nodes.ExtensionAttribute) and target.name == "_kept":
            yield block


def foreign_words(block: nodes.CallBlock, macros: set[str]) -> set[str]:
    """What a kept part uses without naming it. A form's `look` stands for the form: it is all that is drawn of it."""
    named = {_path(value).removesuffix(".look") for value in block.call.args[1:]}
    set_inside = {name.name for part in block.body for name in part.find_all(nodes.Name) if name.ctx == "store"}
    used = {path for part in block.body for path in _paths(part)}
    return {
        path
        for path in used
        if path.split(".")[0] not in PURE | macros | set_inside
        and not any(path == known or path.startswith(f"{known}.") for known in named)
    }


def _paths(node: nodes.Node) -> Iterator[str]:
    path = _path(node)
    if path:
        yield path
        return
    for child in node.iter_child_nodes():
        yield from _paths(child)


def _path(node: nodes.Node) -> str:
    """`here.main` for that expression; empty for anything that is no name or attribute of one."""
    if isinstance(node, nodes.Getattr):
        before = _path(node.node)
        return f"{before}.{node.attr}" if before else ""
    return node.name if isinstance(node, nodes.Name) and node.ctx == "load" else ""


def _macros(code: str) -> set[str]:
    tree = environment.parse(code)
    imported = {
        name[-1] if isinstance(name, tuple) else name for one in tree.find_all(nodes.FromImport) for name in one.names
    }
    return imported | {macro.name for macro in tree.find_all(nodes.Macro)}


@pytest.mark.parametrize(
    "path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.relative_to(TEMPLATES).as_posix()
)
def test_a_kept_part_uses_only_what_it_names(path: Path) -> None:
    code = path.read_text("utf-8")
    if "{% keep" not in code:
        return
    for block in kept_parts(code):
        assert foreign_words(block, _macros(code)) == set(), f"{path.name}:{block.lineno}"


def test_the_check_sees_a_word_that_was_not_named() -> None:
    block = next(
        kept_parts("{% keep topic, here.main %}{{ topic.title }}{{ person.name }}{{ here.main }}{% endkeep %}")
    )
    assert foreign_words(block, set()) == {"person.name"}


def test_macros_of_kept_parts_look_at_nothing_but_their_arguments() -> None:
    """A macro imported without its context sees no page; so a kept part that calls it stays a matter of its values."""
    for path in TEMPLATES.rglob("*.html"):
        assert "with context" not in path.read_text("utf-8"), path


def test_what_nobody_asks_for_is_dropped() -> None:
    drawer, made = Drawer(room=10), []

    def draw(text: str) -> str:
        made.append(text)
        return text

    for letter in "abacdefa":
        drawer((letter,), partial(draw, letter * 6))
    assert [text[0] for text in made] == list("abcdefa")
