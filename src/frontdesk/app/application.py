"""The web application on top of the running parts; apart from them, since most commands need none."""

from collections.abc import Iterable
from importlib.metadata import version

from pydantic import BaseModel, ConfigDict, SecretStr

from frontdesk.app import invoked
from frontdesk.app.demo.files import EXAMPLES, example
from frontdesk.app.mailing import posting
from frontdesk.app.registry import Plugin, Registry
from frontdesk.app.settings import Settings
from frontdesk.app.target_settings import TargetSettings
from frontdesk.app.trial import Trial
from frontdesk.app.wiring import Running
from frontdesk.core.file_link import FileLinks
from frontdesk.core.permission import PUBLIC
from frontdesk.core.redacted import Redacted
from frontdesk.egress.guard import Guard
from frontdesk.kit import plugin_texts
from frontdesk.studio.intents.serving import Understanding
from frontdesk.turn.lanes import Lanes
from frontdesk.turn.line import Line
from frontdesk.web import rasa, rasa_acts, rasa_api, rasa_messages, rasa_parse, rasa_socket, selarti
from frontdesk.web.app import WebApplication, build
from frontdesk.web.chat_page import routes as chat_page
from frontdesk.web.program import Offer, Program, Workshop
from frontdesk.web.rasa_socket import Sockets
from frontdesk.web.route import Route
from frontdesk.web.widget import routes as widget
from frontdesk.web.widget.limits import Limits


class NoSettings(BaseModel):
    """Of a plug-in that has none."""

    model_config = ConfigDict(extra="forbid")


def application(running: Running, beside: Iterable[Route] = ()) -> WebApplication:
    """The web application on top of the running parts. `beside`: what else it serves."""
    settings = running.settings
    registry, line = running.registry, running.line
    channels = [plugin for plugin in registry.plugins if plugin.manifest.category == "channel"]
    listeners = registry.of_capability("Listener")
    trial = Trial(line, running.store, TargetSettings(running.store, running.vault))
    program = Program(
        store=running.store,
        vault=running.vault,
        clock=running.line.clock,
        channel_types=_models(channels),
        by_task=line.by_task,
        integration_types=_models(listeners),
        try_integration=trial.run,
        try_channel=trial.run_channel,
        try_webhook=trial.run_webhook,
        outgoing_addresses=settings.addresses,
        metrics_from=settings.metrics_networks,
        metrics_token=_secret(settings.metrics_token),
        outward=frozenset(line.channels),
        plan_switches=registry.switches,
        cursor_key=running.vault.derive("cursor"),
        links=line.links,
        public_url=settings.address,
        version=version("frontdesk"),
        command=invoked.program(),
        foresee=Guard(running.egress).foresee,
        file_links=FileLinks(running.vault.derive("file links"), settings.address),
        faults=running.faults,
        has_room=running.disk.has_room,
        touch=running.hints.touch,
        listen=running.hints.listen,
        text_limits=running.registry.text_limits,
        workshop=Workshop(
            line=running.line,
            lanes=running.lanes,
            hub=running.answers.hub,
            embedders=running.answers.embedders,
            tuning=running.answers.tuning,
            examples={name: example(name) for name in EXAMPLES},
        ),
        at_work=(running.line, running.lanes),
        offers=offers(running.registry),
        mailing=running.mailing,
        pushing=running.pushing,
        answering=running.answers.answering,
        post=posting(running.mailing),
    )
    rasa_shape = rasa_api.envelope(program.version)
    shapes = (
        (rasa.BELOW, rasa.error_shape),
        (rasa_api.BELOW, rasa_shape),
        (rasa_parse.BELOW, rasa_shape),
    )
    sockets = Sockets(line, running.lanes, program.file_links, token_needed=settings.rasa_key_required)
    wired = wires(running.line, running.lanes, running.answers.understanding, settings)
    further = [*rasa_socket.routes(sockets), *_site(running, program.file_links), *beside]
    return build(program, [*wired, *further], shapes, (sockets,))


def _site(running: Running, file_links: FileLinks) -> list[Route]:
    """The addresses of the site widget, and of the page that does without scripts."""
    made = widget.widget_of(
        running.line,
        running.lanes,
        file_links,
        running.answers.hub.drafts,
        mailing=running.mailing,
        vault=running.vault,
        limits=_limits(running.settings),
    )
    return [*widget.routes(made), *chat_page.routes(running.line, made)]


def _limits(settings: Settings) -> Limits:
    return Limits(
        files_mb_a_day=settings.widget_files_mb_a_day,
        files_mb_per_address=settings.widget_files_mb_per_address,
        uploads_per_address=settings.widget_uploads_per_address,
        streams_per_address=settings.widget_streams_per_address,
        mails_per_address=settings.widget_mails_per_address,
        messages_per_address=settings.widget_messages_per_address,
    )


def _secret(given: SecretStr | None) -> Redacted | None:
    return Redacted(given.get_secret_value()) if given is not None else None


def offers(registry: Registry) -> tuple[Offer, ...]:
    """Every plug-in as pages offer it."""
    found = (
        Offer(
            id=plugin.kind,
            name=plugin.manifest.name,
            summary=plugin.manifest.summary,
            category=plugin.manifest.category,
            rank=plugin.manifest.rank,
            settings=plugin.settings_model(),
            texts=plugin_texts.read(plugin.folder),
        )
        for plugin in registry.plugins
    )
    return tuple(sorted(found, key=lambda offer: (offer.rank, offer.name.lower())))


def _models(plugins: Iterable[Plugin]) -> dict[str, type[BaseModel]]:
    return {plugin.kind: plugin.settings_model() or NoSettings for plugin in plugins}


def wires(line: Line, lanes: Lanes, understanding: Understanding, settings: Settings) -> list[Route]:
    """The endpoints that stand on the line; all others the web room has by itself."""
    permission = "conversations.rasa" if settings.rasa_key_required else PUBLIC
    return [
        *rasa.routes(line, lanes, permission=permission),
        *rasa_messages.routes(line, permission=permission),
        *rasa_acts.routes(line, lanes, version("frontdesk")),
        *rasa_api.routes(line, version("frontdesk")),
        *rasa_parse.routes(line, understanding, version("frontdesk")),
        *selarti.routes(line, lanes, public_url=settings.address, version=version("frontdesk")),
    ]
