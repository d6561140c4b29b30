"""Turns a template and its values into an HTML page, with the headers that every page of ours has.

Templates say no text themselves: it comes from the catalogues as `t`. Whatever is put into a page is escaped, and
pages run no script and take no style but our own files.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import Response

from frontdesk.web import static_files
from frontdesk.web.panel.texts import DEFAULT, direction, isolated, said

HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    # Addresses may hold a token, which this leaves out. With `no-referrer` browsers would send forms as from
    # `Origin: null`, and a form that came from elsewhere could not be told any more.
    "referrer-policy": "strict-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


PANEL_HEADERS = {
    # Its pages ask for parts of themselves and listen to what happens; Tabler draws ticks and arrows from `data:`.
    "content-security-policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; frame-src 'self'; worker-src 'self'; manifest-src 'self'; media-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
}
"""What the pages of the panel have in the place of the strictest."""


def page(
    template: str,
    values: Mapping[str, object],
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    language: str = DEFAULT,
) -> Response:
    own = {"t": said(language), "language": language, "dir": direction(language)}
    made = _environment().get_template(template).render({**own, **values})
    return Response(made, status, {**HEADERS, **(headers or {})}, "text/html")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_template),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["filled"] = _filled
    environment.filters["wrapped"] = lambda value: (value,)
    environment.globals.update(static=static_files.address, code=_code, quoted=quoted, link=_link)
    return environment


def _template(name: str) -> str:
    return (files("frontdesk") / "web" / "panel" / "templates" / name).read_text(encoding="utf-8")


def _filled(text: str, **values: str) -> Markup:
    """A text of the catalogue with its places filled; what fills them is escaped unless it is markup of ours."""
    return escape(text).format(**isolated(values))


def _code(text: str) -> Markup:
    return Markup('<code dir="ltr">{}</code>').format(text)


def quoted(text: str) -> Markup:
    """Somebody's words in a sentence of ours, whichever way they are written."""
    return Markup("<bdi>{}</bdi>").format(text)


def _link(path: str) -> Markup:
    return Markup('<a href="{0}"><code dir="ltr">{0}</code></a>').format(path)
