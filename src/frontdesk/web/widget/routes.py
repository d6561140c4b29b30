"""The addresses of the site widget, below `/widget/{assistant}/`. `embed.js` and its parts are static files."""

from dataclasses import dataclass

from frontdesk.core.file_link import FileLinks
from frontdesk.core.permission import PUBLIC
from frontdesk.hub.drafts import Drafts
from frontdesk.store.secrets import Vault
from frontdesk.turn.lanes import Lanes
from frontdesk.turn.line import Line
from frontdesk.turn.mails import Mailing
from frontdesk.web.route import Route
from frontdesk.web.widget.acts import Acts
from frontdesk.web.widget.files import Handing
from frontdesk.web.widget.gate import Gate
from frontdesk.web.widget.limits import Limits
from frontdesk.web.widget.sessions import Sessions
from frontdesk.web.widget.stream import Streams
from frontdesk.web.widget.talk import Talk

BELOW = "/widget/{assistant}"


@dataclass(frozen=True, slots=True)
class Widget:
    """Its endpoints, one of each a process; `key` is that of visitors' tokens."""

    gate: Gate
    sessions: Sessions
    talk: Talk
    acts: Acts
    streams: Streams
    handing: Handing
    key: bytes


def widget_of(
    line: Line,
    lanes: Lanes,
    file_links: FileLinks,
    drafts: Drafts,
    *,
    mailing: Mailing,
    vault: Vault,
    limits: Limits,
) -> Widget:
    gate, key = Gate(line, limits), vault.derive("visitor tokens")
    talk = Talk(line, lanes, gate, file_links=file_links, drafts=drafts)
    return Widget(
        gate,
        Sessions(line, gate, vault, key=key),
        talk,
        Acts(line, lanes, gate, talk, file_links=file_links, mailing=mailing, limits=limits, key=key),
        Streams(line, gate, talk, limits),
        Handing(line, gate, file_links, found=talk.found, limits=limits, key=key),
        key,
    )


def routes(widget: Widget) -> list[Route]:
    sessions, talk, acts = widget.sessions, widget.talk, widget.acts
    served = (
        ("GET", "config", talk.config, "How the widget looks"),
        ("POST", "session", sessions.session, "Begin or go on as a visitor"),
        ("GET", "lines", talk.lines, "What was said"),
        ("POST", "messages", talk.say, "Say something as a visitor"),
        ("POST", "files", widget.handing.take, "Hand in a file as a visitor"),
        ("POST", "acts", acts.act, "Ask for a person, or end the conversation"),
        ("GET", "transcript", acts.transcript, "What was said, to keep"),
        ("POST", "mail", acts.mail, "Have what was said sent by mail"),
        ("POST", "typing", acts.typing, "Say that the visitor writes"),
        ("GET", "stream", widget.streams.stream, "Hear what is said"),
    )
    found = [
        Route(
            method=method,
            path=f"{BELOW}/{name}",
            handler=handler,
            permission=PUBLIC,
            summary=summary,
            operation_id=f"widget_{name}",
            raw=True,
            quiet=True,
        )
        for method, name, handler, summary in served
    ]
    preflights = [
        Route(
            method="OPTIONS",
            path=f"{BELOW}/{name}",
            handler=talk.preflight,
            permission=PUBLIC,
            summary="What browsers ask before a request",
            operation_id=f"widget_{name}_preflight",
            raw=True,
            quiet=True,
        )
        for _, name, _, _ in served
    ]
    return [*found, *preflights]
