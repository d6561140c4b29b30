"""How a test of an integration or a channel went, as their pages show it: a row for each body, the body folded behind it."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from starlette.responses import Response

from frontdesk.core.strict_json import NotJson, loads
from frontdesk.web.panel.shell import Visit
from frontdesk.web.v1.trials import TriedView


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    arrived: bool
    body: str


def _unnamed(_: str) -> str:
    return ""


async def shown_trial(visit: Visit, tried: TriedView, name_of: Callable[[str], str] = _unnamed) -> Response:
    """`name_of` says what kind of body it is; one whose kind has no name is called by what it is: what was sent."""
    last = len(tried.sent) - 1
    plain = visit.say("integrations.was_sent")
    rows = [
        Row(name_of(body) or plain, arrived=tried.ok or at < last, body=_indented(body))
        for at, body in enumerate(tried.sent)
    ]
    return await visit.show("_tried.html", {"tried": tried, "rows": rows}, part=True)


def _indented(body: str) -> str:
    try:
        return json.dumps(loads(body.encode()), ensure_ascii=False, indent=2)
    except NotJson:
        return body
