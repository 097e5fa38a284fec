"""What axe and the ruler find on a page: all rules by day on a phone, and by night those that look at colors, there and
at a desk.

Nine tenths of axe's time go into contrast. Contrast depends on the color, size and weight of a text and on what is painted
behind it, so that a text which looks like one that passed before, in the same scheme, is not measured again.
"""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
STRUCTURE: dict[str, object] = {
    "resultTypes": ["violations"],
    "preload": False,
    "rules": {"color-contrast": {"enabled": False}},
}
COLORS: dict[str, object] = {"runOnly": ["link-in-text-block"], "resultTypes": ["violations"], "preload": False}
"""What else depends on colors; `CONTRAST` below looks at the rest. No other rule can tell day from night."""
RUN = "options => axe.run(document, options).then(found => found.violations)"
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
CONTRAST = """async passed => {
  const known = new Set(passed), painted = new Map(), groups = new Map(), wrong = []
  const behind = element => {
    if (!element) return ""
    if (!painted.has(element)) {
      const { backgroundColor, backgroundImage, opacity, position } = getComputedStyle(element)
      const plain = backgroundColor === "rgba(0, 0, 0, 0)" && backgroundImage === "none"
        && opacity === "1" && position === "static"
      const own = `${element.localName}.${element.className}|${backgroundColor}|${backgroundImage}|${opacity}|${position}>`
      painted.set(element, behind(element.parentElement) + (plain ? "" : own))
    }
    return painted.get(element)
  }
  const looks = element => {
    const { color, fontSize, fontWeight, textShadow } = getComputedStyle(element)
    return behind(element) + [color, fontSize, fontWeight, textShadow].join("|")
  }
  const says = element => element.matches("input, select, textarea")
    || [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim())
  for (const element of document.body.querySelectorAll("*")) {
    if (!says(element) || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue
    const key = looks(element)
    if (!known.has(key)) groups.set(key, [...(groups.get(key) || []), element])
  }
  for (const most of [1, Infinity]) {
    const include = [...groups.values()].flatMap(alike => alike.slice(0, most))
    if (!include.length) break
    const options = { runOnly: ["color-contrast"], resultTypes: ["violations", "passes"], elementRef: true, preload: false }
    const found = await axe.run({ include }, options)
    for (const rule of [...found.passes, ...found.violations])
      for (const node of rule.nodes) groups.delete(looks(node.element))
    for (const rule of found.passes) for (const node of rule.nodes) known.add(looks(node.element))
    for (const rule of found.violations) wrong.push(...rule.nodes.map(node => node.html.slice(0, 160)))
  }
  return [wrong, [...known]]
}"""
"""The first of those that look alike is measured; all of them, if axe could not tell about the first."""

PASSED: dict[str, list[str]] = {"light": [], "dark": []}


def look_at(page: Page, name: str) -> list[str]:
    """What is wrong with the page as it stands; afterwards it is as wide as a desk, at night."""
    page.wait_for_load_state()  # a heading stands there before the styles that it waits for
    page.evaluate(AXE_SCRIPT)
    wrong = []
    for size, scheme, rules in ((PHONE, "light", STRUCTURE), (PHONE, "dark", COLORS), (DESK, "dark", {})):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found = [*(_by(page, rules) if rules else []), *_contrast(page, scheme)]
        wrong += [f"{name} {scheme} {size['width']}: {one}" for one in found]
        wider = page.evaluate(WIDER)
        wrong += [f"{name} is {wider} px wider than {size['width']}"] if wider > 0 else []
    return wrong


def report(wrong: list[str]) -> str:
    """One line each."""
    return "\n".join([f"{len(wrong)} things", *wrong[:40]])


def _by(page: Page, rules: dict[str, object]) -> list[str]:
    return [
        f"{one['id']} ({one['impact']}): {[node['html'][:160] for node in one['nodes'][:3]]}"
        for one in page.evaluate(RUN, rules)
    ]


def _contrast(page: Page, scheme: str) -> list[str]:
    wrong, PASSED[scheme] = page.evaluate(CONTRAST, PASSED[scheme])
    return [f"color-contrast: {one}" for one in wrong]
