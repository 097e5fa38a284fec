"""What templates call for is there, also where no page has come by yet: jinja notices a missing filter only on the way."""

from jinja2 import nodes

from tests.shop import Shop


def test_every_filter_and_test_that_a_template_names_exists(sqlite_shop: Shop) -> None:
    environment = sqlite_shop.app.jinja_env
    missing = []
    for name in environment.list_templates(extensions=["html", "txt", "xml", "svg"]):
        source = environment.loader.get_source(environment, name)[0]  # type: ignore[union-attr]
        tree = environment.parse(source, name)
        missing += [f"{name}: {one.name}" for one in tree.find_all(nodes.Filter) if one.name not in environment.filters]
        missing += [f"{name}: {one.name}" for one in tree.find_all(nodes.Test) if one.name not in environment.tests]
    assert missing == []
