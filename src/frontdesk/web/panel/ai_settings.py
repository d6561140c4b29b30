"""`/panel/ai/{id}/settings`: what an assistant is called, where it answers, its values here, and removing it.

Its language is its bot's.
"""

import re

from starlette.responses import Response

from frontdesk.core.errors import Refused
from frontdesk.dialog.problems import BotInvalid
from frontdesk.hub import services
from frontdesk.store import assistants as stored
from frontdesk.store import assistants_bin, bots
from frontdesk.studio.checking import check
from frontdesk.web.etag import Expected
from frontdesk.web.panel.ai import PATH as LIST
from frontdesk.web.panel.assistant import PATH, about
from frontdesk.web.panel.shell import Undo, Visit, opens
from frontdesk.web.route import Route
from frontdesk.web.v1 import assistants as api
from frontdesk.web.v1.assistants import MOST_HOSTS, AssistantChange, leave_the_front_door

ROUTES: list[Route] = []
MOST_NAME, MOST_VALUE, MOST_VALUES = 100, 2_000, 100
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}", re.ASCII)


@opens(
    ROUTES,
    "GET",
    PATH + "/settings",
    menu="ai",
    permission="bots.read",
    summary="The settings of an assistant.",
)
async def ai_settings_page(visit: Visit) -> Response:
    async with visit.work() as tx:
        shown = await about(visit, tx, "settings")
        env = await stored.env_of(visit.workspace, tx, shown.assistant.id)
        goes_along = await assistants_bin.reach(visit.workspace, tx, shown.assistant.id)
    declared: dict[str, str] = {}
    languages: tuple[str, ...] = ()
    try:
        bot = (await check(shown.draft.texts)).bot
        declared, languages = dict(bot.env), tuple(bot.languages or (bot.language,))
    except BotInvalid:
        pass  # the page of its files says what is wrong
    asked = await services.listed(visit.program.authors.hub, visit.workspace)
    values = {
        "about": shown,
        "hosts": "\n".join(shown.assistant.hosts),
        "env": "\n".join(f"{name}={value}" for name, value in sorted(env.items())),
        "declared": sorted(declared.items()),
        "languages": languages,
        "services": [service for service in asked if service.enabled],
        "most_name": MOST_NAME,
        "reach": goes_along,
    }
    return await visit.show("ai_settings.html", values)


@opens(
    ROUTES,
    "POST",
    PATH + "/default",
    menu="ai",
    permission="assistants.write",
    summary="Have an assistant answer where none is named.",
)
async def make_default(visit: Visit) -> Response:
    async with visit.asking() as ask:
        change = AssistantChange(is_default=True)
        made = await api.update_assistant(ask, _named(visit), change, Expected(None), Response())
    return await visit.go(
        f"{LIST}/{made.id}/settings", toast=visit.say("ai.settings.default_done", name=made.name)
    )


@opens(
    ROUTES,
    "POST",
    PATH + "/delete",
    menu="ai",
    permission="assistants.write",
    summary="Delete an assistant.",
)
async def remove_ai(visit: Visit) -> Response:
    async with visit.asking() as ask:
        found = await api.read_assistant(ask, _named(visit), Response())
        await api.delete_assistant(ask, found.id, Expected(None))
    undo = Undo(f"{LIST}/{found.id}/restore")
    return await visit.go(LIST, toast=visit.say("ai.delete.done", name=found.name), undo=undo)


@opens(
    ROUTES,
    "POST",
    PATH + "/restore",
    menu="ai",
    permission="assistants.write",
    summary="Bring an assistant back from the bin.",
)
async def bring_ai_back(visit: Visit) -> Response:
    async with visit.asking() as ask:
        made = await api.restore_assistant(ask, _named(visit), Response())
    return await visit.go(f"{LIST}/{made.id}", toast=visit.say("ai.delete.restored", name=made.name))


def _named(visit: Visit) -> str:
    return str(visit.request.path_params["assistant_id"])


@opens(
    ROUTES,
    "POST",
    PATH + "/settings",
    menu="ai",
    permission="assistants.write",
    summary="Change an assistant's settings.",
)
async def save_ai_settings(visit: Visit) -> Response:
    given = await visit.form()
    async with visit.work() as tx:
        await about(visit, tx, "settings")
    env = _values(visit, given.get("env", ""))
    try:
        change = AssistantChange.model_validate(
            {"name": given.get("name", ""), "hosts": given.get("hosts", "").split()}
        )
    except ValueError:
        raise Refused("invalid", visit.say("ai.settings.wrong", most=MOST_HOSTS)) from None
    async with visit.asking() as ask:
        shown = await about(visit, ask.tx, "settings", for_change=True)
        before = shown.assistant
        if given.get("seen", "") != str(before.row_version):
            raise Refused("conflict", visit.say("ai.settings.changed"))
        hosts = change.hosts or []
        await leave_the_front_door(ask, hosts)
        name = change.name or before.name
        await stored.update_assistant(visit.workspace, ask.tx, before.id, name=name, hosts=hosts)
        known = await stored.env_of(visit.workspace, ask.tx, before.id)
        if env != known:
            await bots.set_env(visit.workspace, ask.tx, before.id, env)
        noted = {"name": name, "hosts": hosts, "env": sorted(env)}
        former = {"name": before.name, "hosts": before.hosts, "env": sorted(known)}
        await ask.record("assistant.updated", before.id, before=former, after=noted)
    return await visit.go(f"{shown.path}/settings", toast=visit.say("ai.settings.saved"))


def _values(visit: Visit, text: str) -> dict[str, str]:
    """`NAME=value`, a line each."""
    found: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        name, equals, value = line.partition("=")
        if not equals or not _NAME.fullmatch(name.strip()) or len(value) > MOST_VALUE:
            raise Refused("invalid", visit.say("ai.settings.env_wrong", line=line[:100]), field="env")
        found[name.strip()] = value.strip()
    if len(found) > MOST_VALUES:
        raise Refused("invalid", visit.say("ai.settings.env_many", most=MOST_VALUES), field="env")
    return found
