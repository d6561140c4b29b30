"""Makes a body of what authors give: plain lines, `# headings` and `- items`, without anything that a page could act on.

Markdown becomes HTML, HTML goes through nh3's list of what may stay, and of that the text is kept: no image, no
address of a link, no script. Called in the child that reads files.
"""

import re
import unicodedata
from html.parser import HTMLParser

import nh3
from markdown_it import MarkdownIt

from frontdesk.core.errors import Refused

MOST_CHARS = 2_000_000
"""Of one article."""
MOST_DEEP = 2_000

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    ]
)
_HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)}
_CELLS = frozenset(("td", "th"))
_KEPT = _BLOCKS | _HEADINGS.keys() | _CELLS | {"a", "b", "code", "em", "i", "kbd", "li", "span", "strong"}
_GONE = frozenset(
    [
        "applet",
        "audio",
        "canvas",
        "embed",
        "frame",
        "frameset",
        "head",
        "iframe",
        "math",
        "noembed",
        "noframes",
        "noscript",
        "object",
        "script",
        "select",
        "style",
        "svg",
        "template",
        "textarea",
        "title",
        "video",
        "xmp",
    ]
)
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)")
_FLAT = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "dd",
        "dt",
        "embed",
        "hr",
        "img",
        "input",
        "li",
        "link",
        "meta",
        "option",
        "p",
        "param",
        "source",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "track",
        "wbr",
    ]
)
_PICTURE = re.compile(r"<img\b", re.IGNORECASE)
_SPACES = re.compile(r"[^\S\n]+")
_BLANKS = re.compile(r"\n{3,}")
_LONE_MARK = re.compile(r"^-\n+(?=[^\n])", re.MULTILINE)
_LAST_CELL = re.compile(r" \|$", re.MULTILINE)
# Would change what stands beside it, or be seen by no one but a model.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\U000e0000-\U000e0fff]"
)


def html_of(text: str) -> str:
    """Markdown as HTML, not cleaned yet: there may be some within it."""
    page: str = MarkdownIt("commonmark", {"html": True}).enable("table").render(text[:MOST_CHARS])
    return page


def pictures(text: str) -> int:
    """How many a page shows."""
    return len(_PICTURE.findall(text[:MOST_CHARS]))


def from_html(text: str) -> str:
    """A body; of a whole page what stands in its body.

    Raises:
        Refused: It is nested so deep that no browser would show it.
    """
    _check_depth(text)
    kept = nh3.clean(
        text[:MOST_CHARS],
        tags=set(_KEPT),
        clean_content_tags=set(_GONE),
        attributes={},
        link_rel=None,
        strip_comments=True,
    )
    lines = _Lines()
    lines.feed(kept)
    lines.close()
    return _LAST_CELL.sub("", _LONE_MARK.sub("- ", tidy("".join(lines.told))))


def _check_depth(text: str) -> None:
    """Cleaning takes the square of the depth; elements that end by themselves do not nest."""
    depth = 0
    for tag in _TAG.finditer(text):
        if tag.group(2).lower() not in _FLAT:
            depth += -1 if tag.group(1) else 1
            if depth > MOST_DEEP:
                raise Refused("invalid", f"Its elements are nested more than {MOST_DEEP} deep.")


def from_text(text: str) -> str:
    """A body; its lines stay as they are."""
    return tidy(text[:MOST_CHARS])


def tidy(text: str) -> str:
    """Composed letters, ordinary line ends and spaces, nothing that cannot be seen."""
    plain = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    plain = _SPACES.sub(" ", _UNSEEN.sub("", plain))
    lines = "\n".join(line.strip() for line in plain.split("\n"))
    return _BLANKS.sub("\n\n", lines).strip()


def title_of_html(text: str) -> str:
    """What a page calls itself; empty where it does not say."""
    found = re.search(r"<title[^>]*>([^<]{1,500})", text[:100_000], re.IGNORECASE)
    return tidy(_plain(found.group(1))) if found is not None else ""


def first_heading(body: str) -> tuple[str, str]:
    """The heading that a body begins with, and the rest; an empty one and all of it where it begins otherwise."""
    line, _, rest = body.partition("\n")
    if line.startswith("#"):
        return line.lstrip("#").strip(), rest.strip()
    return "", body


def _plain(text: str) -> str:
    lines = _Lines()
    lines.feed(text)
    lines.close()
    return "".join(lines.told)


class _Lines(HTMLParser):
    """Cleaned HTML as lines of text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.told: list[str] = []
        self._verbatim = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - of the base class
        if tag in _HEADINGS:
            self.told.append(f"\n\n{_HEADINGS[tag]} ")
        elif tag == "li":
            self.told.append("\n- ")
        elif tag == "tr":
            self.told.append("\n")
        elif tag in _BLOCKS:
            self.told.append("\n" if tag == "br" else "\n\n")
        self._verbatim += tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        if tag in _HEADINGS or tag in {"p", "pre", "table", "ul", "ol", "div", "section"}:
            self.told.append("\n\n")
        elif tag in _CELLS:
            self.told.append(" | ")
        self._verbatim -= tag == "pre"

    def handle_data(self, data: str) -> None:
        # Lines of a source are no lines of the text, save where it is shown as it stands.
        self.told.append(data if self._verbatim > 0 else re.sub(r"\s+", " ", data))
