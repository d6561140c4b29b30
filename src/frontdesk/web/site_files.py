"""What sites of others install or paste to have the widget, or a chat page of their own; from the package or the source tree
beside it."""

from dataclasses import dataclass
from functools import cache
from html import escape

from frontdesk.web.packed import folder_of, packed


@dataclass(frozen=True, slots=True)
class Download:
    """`folder`: where it lies. `inside`: the folder in the archive. `files`: what belongs to it."""

    folder: str
    inside: str
    files: tuple[str, ...]


WORDPRESS = "ai-customer-service-assistant"
DOWNLOADS = {
    "wordpress": Download(
        f"integrations/wordpress/{WORDPRESS}",
        WORDPRESS,
        (
            "*.php",
            "LICENSE",
            "readme.txt",
            "assets/*.js",
            "block/*",
            "includes/*.php",
            "languages/*",
        ),
    ),
    "shopify": Download(
        "integrations/shopify/extension",
        "ai-assistant",
        ("LICENSE", "README.md", "shopify.extension.toml", "blocks/*.liquid"),
    ),
    "own-chat": Download(
        "integrations/own-chat",
        "own-chat",
        ("LICENSE", "README.md", "*.html", "*.css", "*.js", "*.py", "*.mjs", "*.php"),
    ),
}
"""Name of the archive, without its ending -> what it is."""


@cache
def archive(name: str) -> bytes:
    """The archive called `name`, the same bytes on any machine, so that its sum can be given out."""
    one = DOWNLOADS[name]
    return packed(folder_of(one.folder), one.files, one.inside, small=False)


@cache
def _liquid(name: str) -> str:
    return (folder_of("integrations/shopify") / f"{name}.liquid").read_text("utf-8").strip()


def own_chat(name: str) -> str:
    """A file of the chat page that customers run themselves."""
    return (folder_of(DOWNLOADS["own-chat"].folder) / name).read_text("utf-8").strip()


def liquid(name: str, public_url: str, assistant_id: str) -> str:
    """A piece of a Shopify theme, `theme` or `product`, for this installation and assistant."""
    text = _liquid(name).replace("https://desk.example.com", escape(public_url))
    return text.replace("asst_your_assistant", escape(assistant_id))
