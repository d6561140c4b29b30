"""The addresses of the site widget, below `/widget/{assistant}/`, and of the page that does without scripts.

`embed.js` and its parts are static files.
"""

from frontdesk.core.file_link import FileLinks
from frontdesk.core.permission import PUBLIC
from frontdesk.hub.drafts import Drafts
from frontdesk.store.secrets import Vault
from frontdesk.turn.lanes import Lanes
from frontdesk.turn.line import Line
from frontdesk.turn.mails import Mailing
from frontdesk.web.panel.alone import alone_problem
from frontdesk.web.route import Route
from frontdesk.web.widget.acts import Acts
from frontdesk.web.widget.files import Handing
from frontdesk.web.widget.gate import Gate
from frontdesk.web.widget.plain import PATH, Plain
from frontdesk.web.widget.sessions import Sessions
from frontdesk.web.widget.stream import Streams
from frontdesk.web.widget.talk import Talk

BELOW = "/widget/{assistant}"


def routes(
    line: Line, lanes: Lanes, file_links: FileLinks, drafts: Drafts, *, mailing: Mailing, vault: Vault
) -> list[Route]:
    gate, key = Gate(line), vault.derive("visitor tokens")
    sessions = Sessions(line, gate, vault, key=key)
    talk = Talk(line, lanes, gate, file_links=file_links, drafts=drafts)
    acts = Acts(line, lanes, gate, talk, file_links=file_links, mailing=mailing, key=key)
    streams = Streams(line, gate, talk)
    handing = Handing(line, gate, file_links)
    served = (
        ("GET", "config", talk.config, "How the widget looks"),
        ("POST", "session", sessions.session, "Begin or go on as a visitor"),
        ("GET", "lines", talk.lines, "What was said"),
        ("POST", "messages", talk.say, "Say something as a visitor"),
        ("POST", "files", handing.take, "Hand in a file as a visitor"),
        ("POST", "acts", acts.act, "Ask for a person, or end the conversation"),
        ("GET", "transcript", acts.transcript, "What was said, to keep"),
        ("POST", "mail", acts.mail, "Have what was said sent by mail"),
        ("POST", "typing", acts.typing, "Say that the visitor writes"),
        ("GET", "stream", streams.stream, "Hear what is said"),
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
    return [*found, *preflights, *_plain(Plain(line, gate, talk, acts, key=key))]


def _plain(plain: Plain) -> list[Route]:
    served = (
        ("GET", "", plain.page, "The chat as a page without scripts"),
        ("POST", "", plain.write, "What a form of that page says"),
        ("GET", "/lines", plain.lines, "What was said, as a frame of that page"),
        ("GET", "/look.css", plain.look, "The brand's colours on that page"),
        ("GET", "/transcript", plain.transcript, "What was said, to keep, from that page"),
    )
    return [
        Route(
            method=method,
            path=PATH + below,
            handler=handler,
            permission=PUBLIC,
            summary=summary,
            operation_id=f"chat_page_{handler.__name__}",
            raw=True,
            quiet=True,
            error_shape=alone_problem,
        )
        for method, below, handler, summary in served
    ]
