"""What is pasted into pages for the site widget: the tag, the same held to a sum, and the line of a policy that lets it work."""

import base64
import hashlib
from dataclasses import dataclass
from html import escape

from frontdesk.web import static_files

CHANNEL = "web"
_SUM = "sha384-" + base64.b64encode(hashlib.sha384(static_files.FILES["embed.js"]).digest()).decode()


@dataclass(frozen=True, slots=True)
class Tag:
    """`pinned`: of this release alone, at an address of its own, so it is pasted anew after an update."""

    assistant_id: str
    plain: str
    pinned: str
    policy: str


def tag_of(public_url: str, assistant_id: str) -> Tag:
    address = escape(f"{public_url}/embed.js")
    pinned = escape(public_url + static_files.PINNED)
    said = f'data-assistant-id="{escape(assistant_id)}"'
    return Tag(
        assistant_id=assistant_id,
        plain=f'<script src="{address}" {said} async></script>',
        pinned=f'<script src="{pinned}" {said} integrity="{_SUM}" crossorigin="anonymous" async></script>',
        policy=f"script-src {public_url}; connect-src {public_url}; img-src {public_url}",
    )
