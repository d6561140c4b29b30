"""The web application on top of the running parts; apart from them, since most commands need none."""

from importlib.metadata import version

from pydantic import BaseModel

from frontdesk.app import invoked
from frontdesk.app.mailing import posting
from frontdesk.app.registry import Registry
from frontdesk.app.settings import Settings
from frontdesk.app.wiring import Running
from frontdesk.core.file_link import FileLinks
from frontdesk.core.permission import PUBLIC
from frontdesk.egress.guard import Guard
from frontdesk.studio.intents.serving import Understanding
from frontdesk.turn.lanes import Lanes
from frontdesk.turn.line import Line
from frontdesk.web import rasa, rasa_api, rasa_parse
from frontdesk.web.app import WebApplication, build
from frontdesk.web.program import Offer, Program
from frontdesk.web.route import Route


def application(running: Running) -> WebApplication:
    """The web application on top of the running parts."""
    settings = running.settings
    channel_types: dict[str, type[BaseModel]] = {}
    for plugin in running.registry.plugins:
        model = plugin.settings_model()
        if plugin.manifest.category == "channel":
            channel_types[plugin.manifest.id] = model or BaseModel
    program = Program(
        store=running.store,
        vault=running.vault,
        clock=running.line.clock,
        channel_types=channel_types,
        cursor_key=running.vault.derive("cursor"),
        public_url=settings.address,
        version=version("frontdesk"),
        command=invoked.program(),
        foresee=Guard(running.egress).foresee,
        file_links=FileLinks(running.vault.derive("file links"), settings.address),
        has_room=running.disk.has_room,
        touch=running.hints.touch,
        listen=running.hints.listen,
        text_limits=running.registry.text_limits,
        mailing=running.mailing,
        answering=running.answers.answering,
        post=posting(running.mailing),
        offers=offers(running.registry),
        at_work=(running.line, running.lanes),
    )
    rasa_shape = rasa_api.envelope(program.version)
    shapes = (
        (rasa.BELOW, rasa.error_shape),
        (rasa_api.BELOW, rasa_shape),
        (rasa_parse.BELOW, rasa_shape),
    )
    return build(program, wires(running.line, running.lanes, running.answers.understanding, settings), shapes)


def offers(registry: Registry) -> tuple[Offer, ...]:
    """Every plug-in as pages offer it."""
    found = (
        Offer(
            id=plugin.manifest.id,
            name=plugin.manifest.name,
            summary=plugin.manifest.summary,
            category=plugin.manifest.category,
            rank=plugin.manifest.rank,
            settings=plugin.settings_model(),
        )
        for plugin in registry.plugins
    )
    return tuple(sorted(found, key=lambda offer: (offer.rank, offer.name.lower())))


def wires(line: Line, lanes: Lanes, understanding: Understanding, settings: Settings) -> list[Route]:
    """The endpoints that stand on the line; all others the web room has by itself."""
    permission = "conversations.rasa" if settings.rasa_key_required else PUBLIC
    return [
        *rasa.routes(line, lanes, permission=permission),
        *rasa_api.routes(line, version("frontdesk")),
        *rasa_parse.routes(line, understanding, version("frontdesk")),
    ]
