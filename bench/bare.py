"""Two bare Flask pages, the measure of everything: a fixed one of 20 kB and one of 20 rows drawn by Jinja."""

from flask import Flask, render_template
from jinja2 import DictLoader

app = Flask(__name__)
FIXED = "<!doctype html><title>fixed</title><p>" + "x" * 20_000
ROWS = [
    {"number": number, "title": f"Row {number}", "text": "Some words that fill a row. " * 4} for number in range(20)
]
TEMPLATE = """<!doctype html><html><head><title>{{ title }}</title></head><body><h1>{{ title }}</h1><table>
{% for row in rows %}<tr><td>{{ row.number }}</td><td><a href="/row/{{ row.number }}">{{ row.title }}</a></td>
<td>{{ row.text }}</td></tr>{% endfor %}</table></body></html>"""

app.jinja_loader = DictLoader({"rows.html": TEMPLATE})


@app.get("/fixed")
def fixed() -> str:
    """20 kB, ready-made."""
    return FIXED


@app.get("/jinja")
def jinja() -> str:
    """Twenty rows through a template."""
    return render_template("rows.html", title="Rows", rows=ROWS)
