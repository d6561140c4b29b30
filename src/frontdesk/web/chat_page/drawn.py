"""What the chat page without scripts and its frame look like: their values, headers, and when the frame looks anew."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from starlette.responses import Response

from frontdesk.web.chat_page.lines import drawn
from frontdesk.web.panel.pages import page
from frontdesk.web.panel.texts import Moments
from frontdesk.web.widget.lines import Line, Shown

ANSWER_COMES = timedelta(minutes=5)
"""For so long after a message its answer is awaited."""
PERSON_COMES = timedelta(hours=8)
QUESTION_COMES = timedelta(hours=1)
_OFTEN = ((timedelta(minutes=2), 4), (timedelta(minutes=15), 10), (PERSON_COMES, 30))
"""The longer nothing was said, the more seconds between two looks."""
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' {public}; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors {around}"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Where the page is and what it was asked for. `query`: what goes along from page to page. `after`: the last line that the
    frame had. `turn`: how often it has looked. `is_still`: it does not look by itself.
    """

    path: str
    query: str
    language: str
    here: str
    public_url: str
    after: int | None = None
    turn: int = 0
    is_still: bool = False

    def address(self, below: str = "", **further: object) -> str:
        query = "&".join(filter(None, (self.query, urlencode(further))))
        return f"{self.path}{below}{'?' if query else ''}{query}"


def talk_page(
    asked: Asked,
    shown: Shown,
    look: dict[str, object],
    form: dict[str, object],
    *,
    status: int,
    cookie: str,
) -> Response:
    """The page around the frame."""
    last = shown.lines[-1].n if shown.lines else 0
    values = {
        **_common(asked, look),
        "title": look.get("title", ""),
        "welcome": look.get("welcome_message", ""),
        "starters": look.get("starters", ()),
        "state": shown.state,
        "begun": bool(shown.lines),
        "form": form,
        "frame": asked.address("/lines", after=last),
        "transcript": asked.address("/transcript"),
    }
    headers = {
        "content-security-policy": _POLICY.format(public=asked.public_url, around="'none'"),
        "x-robots-tag": "noindex",
    }
    made = page("chat.html", values, status=status, headers=headers, language=asked.language)
    if cookie:
        made.headers["set-cookie"] = cookie
    return made


def lines_page(
    asked: Asked, shown: Shown, *, look: dict[str, object], form_id: str, now: datetime
) -> Response:
    """The frame: it says itself that it looks anew, and can be told not to."""
    every_s = 0 if asked.is_still else looks_every_s(shown, now)
    last = shown.lines[-1].n if shown.lines else 0
    lines = drawn(shown.lines, shown.state, asked.here, asked.public_url)
    fresh = [
        line for line in lines if line.by != "you" and asked.after is not None and line.number > asked.after
    ]
    values = {
        **_common(asked, look),
        "lines": lines,
        "fresh": fresh,
        "state": shown.state,
        "when": Moments(asked.language, UTC, now),
        "form_id": form_id,
        "awaited": _is_awaited(shown.lines, now) and shown.state.owner == "bot",
        "looks": every_s > 0,
        "still": asked.is_still,
        "look": asked.address("/lines", after=last, again=asked.turn + 1),
        "stop": asked.address("/lines", still=1),
        "earlier": asked.address("/lines", before=lines[0].number) if shown.more else "",
    }
    headers = {
        "content-security-policy": _POLICY.format(public=asked.public_url, around="'self'"),
        "x-frame-options": "SAMEORIGIN",
        "x-robots-tag": "noindex",
    }
    if every_s:
        # Not as an element: what stands in a page is expected to stay, and this can be stopped.
        headers["refresh"] = f"{every_s}; url={values['look']}#end"
    return page("chat_lines.html", values, headers=headers, language=asked.language)


def looks_every_s(shown: Shown, now: datetime) -> int:
    """0 while nothing is awaited."""
    if not shown.lines:
        return 0
    ago, owner = _since(shown.lines[-1], now), shown.state.owner
    # Who was helped is asked a moment after that how it was.
    ends = owner == "closed" and not shown.state.rate and ago < QUESTION_COMES
    if not (owner in {"queued", "human"} or ends or _is_awaited(shown.lines, now)):
        return 0
    return next((every_s for within, every_s in _OFTEN if ago < within), 0)


def _is_awaited(lines: list[Line], now: datetime) -> bool:
    return bool(lines) and lines[-1].by == "you" and _since(lines[-1], now) < ANSWER_COMES


def _since(line: Line, now: datetime) -> timedelta:
    return now - datetime.fromtimestamp(line.at / 1000, UTC)


def _common(asked: Asked, look: dict[str, object]) -> dict[str, object]:
    theme = str(look.get("theme") or "auto")
    return {
        "theme": theme if theme in {"light", "dark"} else "auto",
        "action": asked.address(),
        "sheet": f"{asked.path}/look.css",
    }
