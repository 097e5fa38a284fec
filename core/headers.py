"""Security headers on every answer: nothing inline, nothing from elsewhere, nothing private kept by a cache."""

from flask import Flask, Response, g, request

from core.access import Door
from core.settings import Settings

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types licensepal",
        "report-uri /reports",
        "report-to reports",
    )
)
TRUSTED = ("require-trusted-types-for", "trusted-types")
"""Not asked of a script from elsewhere, which makes its own."""
ALWAYS = (
    ("Content-Security-Policy", POLICY),
    ("Reporting-Endpoints", 'reports="/reports"'),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)


def widened(**more: str) -> str:
    """The policy of a page that needs somebody else's hosts: `script_src="https://…"` adds to that line.

    A kind that the policy does not name (such as frames) is allowed for these hosts alone.
    """
    lines = dict(line.split(" ", 1) for line in POLICY.split("; "))
    if "script_src" in more:
        lines = {kind: said for kind, said in lines.items() if kind not in TRUSTED}
    for name, hosts in more.items():
        kind = name.replace("_", "-")
        lines[kind] = f"{lines[kind]} {hosts}" if kind in lines else hosts
    return "; ".join(f"{kind} {hosts}" for kind, hosts in lines.items())


def install(app: Flask, settings: Settings) -> None:
    """Add the headers after each view; a page of a signed-in person or of an account is never stored anywhere."""

    @app.after_request
    def add(response: Response) -> Response:
        said = {name.lower() for name, _value in response.headers}
        response.headers.extend([pair for pair in ALWAYS if pair[0].lower() not in said])
        if settings.secure:
            response.headers.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
        if "Cache-Control" not in response.headers and request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store" if _is_private() else "no-cache, private"
        return response


def _is_private() -> bool:
    mark = g.get("mark")
    return g.get("person") is not None or mark is None or mark.door is not Door.PUBLIC
