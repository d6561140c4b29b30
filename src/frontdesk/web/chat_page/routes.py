"""The addresses of the chat page, below `/chat/{assistant}`."""

from frontdesk.core.permission import PUBLIC
from frontdesk.turn.line import Line
from frontdesk.web.chat_page.plain import PATH, Plain
from frontdesk.web.panel.alone import alone_problem
from frontdesk.web.route import Route
from frontdesk.web.widget.routes import Widget


def routes(line: Line, widget: Widget) -> list[Route]:
    plain = Plain(line, widget.gate, widget.talk, widget.acts, key=widget.key)
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
