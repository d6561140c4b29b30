"""`/panel/settings/api`: keys of the API. Made in a dialog, each with a page of its own, done by the endpoints of `/api/v1/keys`.

A secret is shown by the answer that made it, and by nothing else.
"""

from datetime import datetime, timedelta
from typing import Literal, get_args

from starlette.responses import Response

from frontdesk.access import reach
from frontdesk.store import keys as stored
from frontdesk.store.assistants import list_assistants
from frontdesk.web.cursor import MOST_A_PAGE
from frontdesk.web.etag import Expected
from frontdesk.web.panel.channel import expected
from frontdesk.web.panel.fields import Choice, Field, again, given
from frontdesk.web.panel.first_call import first_call
from frontdesk.web.panel.form import Sent
from frontdesk.web.panel.mistakes import MENDABLE, mistakes_of
from frontdesk.web.panel.people import names
from frontdesk.web.panel.settings_forms import Editing, saved, version_of
from frontdesk.web.panel.shell import Visit, opens
from frontdesk.web.route import Route
from frontdesk.web.typed import Ask
from frontdesk.web.v1 import keys as api

ROUTES: list[Route] = []
PATH = "/panel/settings/api"
SCOPE, ASSISTANT = "scope.", "assistant."
STATES: tuple[stored.State, ...] = get_args(stored.State)
LIVES = {
    "month": timedelta(days=30),
    "quarter": timedelta(days=91),
    "year": timedelta(days=365),
    "never": None,
}
SOON = timedelta(days=14)
UNUSED = timedelta(days=90)
FORMER_ENDS_IN_S = (0, 3_600, 86_400, 7 * 86_400)


@opens(
    ROUTES,
    "GET",
    PATH,
    menu="settings",
    permission="keys.read",
    summary="The page of keys of the API.",
    entry="api",
    rank=70,
)
async def settings_keys_page(visit: Visit) -> Response:
    query, now = visit.request.query_params, visit.program.clock.now()
    state: stored.State | Literal[""] = next((one for one in STATES if one == query.get("state")), "")
    async with visit.asking() as ask:
        found = await api.list_keys(ask, state=state, limit=MOST_A_PAGE, cursor=query.get("cursor", ""))
        fields = await _new_fields(visit, ask)
        named = await names(visit, visit.workspace, ask.tx)
    values = {
        "path": PATH,
        "active": [row for row in found.data if row.state == "active"],
        "over": [row for row in found.data if row.state != "active"],
        "state": state,
        "states": STATES,
        "later": f"{PATH}?{f'state={state}&' if state else ''}cursor={found.next_cursor}"
        if found.next_cursor
        else "",
        "editing": Editing(fields, ""),
        "named": named,
        "soon": now + SOON,
        "unused": now - UNUSED,
        "url": visit.program.public_url,
    }
    return await visit.show("settings_keys.html", values)


@opens(
    ROUTES,
    "POST",
    PATH + "/new",
    menu="settings",
    permission="keys.write",
    summary="Make a key, by the form.",
)
async def settings_key_new(visit: Visit) -> Response:
    sent = await visit.form()
    async with visit.asking() as ask:
        fields = await _new_fields(visit, ask)
    try:
        wanted = api.NewKey.model_validate(_wanted(fields, sent, visit.program.clock.now()))
        async with visit.asking() as ask:
            made = await api.create_key(ask, wanted, Response())
    except MENDABLE as error:
        shown, mistakes = again(fields, sent, mistakes_of(error, visit.viewer.language))
        values = {"editing": Editing(shown, "", mistakes), "path": PATH}
        return await visit.show("_key_form.html", values, status=mistakes.status, part=True)
    return await _secret(visit, made)


@opens(
    ROUTES,
    "GET",
    PATH + "/{key_id}",
    menu="settings",
    permission="keys.read",
    summary="The page of one key.",
)
async def settings_key_page(visit: Visit) -> Response:
    editing, found = await _read(visit)
    async with visit.work() as tx:
        key = await stored.find_of_id(visit.workspace, tx, found.id)
        named = await names(visit, visit.workspace, tx)
        every = await list_assistants(visit.workspace, tx, after="", limit=MOST_A_PAGE, within=frozenset())
    mine = key is not None and reach.reaches_key(visit.actor, key.kind, key.scopes, key.assistant_ids)
    values = {
        "key": found,
        "editing": editing,
        "path": f"{PATH}/{found.id}",
        "above": PATH,
        "named": named,
        "assistants": [one.name for one in every if one.id in found.assistant_ids],
        "changes": found.state == "active" and mine and visit.actor.may("keys.write"),
        "revokes": found.state != "revoked" and mine and visit.actor.may("keys.write"),
        "former": FORMER_ENDS_IN_S,
    }
    return await visit.show("settings_key.html", values)


@opens(
    ROUTES,
    "POST",
    PATH + "/{key_id}",
    menu="settings",
    permission="keys.write",
    summary="Change a key, by the form.",
)
async def settings_key_save(visit: Visit) -> Response:
    editing, found = await _read(visit)

    async def save(fields: list[Field], sent: Sent) -> None:
        change = api.KeyChange.model_validate(given(fields, sent, prefix=""))
        async with visit.asking() as ask:
            await api.update_key(ask, found.id, change, expected(sent.get("version")), Response())

    return await saved(visit, editing, save, path=f"{PATH}/{found.id}")


@opens(
    ROUTES,
    "POST",
    PATH + "/{key_id}/rotate",
    menu="settings",
    permission="keys.write",
    summary="Give a key another secret, by the form.",
)
async def settings_key_rotate(visit: Visit) -> Response:
    sent = await visit.form()
    rotation = api.Rotation.model_validate({"former_ends_in_s": sent.get("former_ends_in_s", "0")})
    async with visit.asking() as ask:
        made = await api.rotate_key(ask, visit.request.path_params["key_id"], rotation, Response())
    return await _secret(visit, made)


@opens(
    ROUTES,
    "POST",
    PATH + "/{key_id}/revoke",
    menu="settings",
    permission="keys.write",
    summary="Revoke a key, by the form.",
)
async def settings_key_revoke(visit: Visit) -> Response:
    key_id = visit.request.path_params["key_id"]
    async with visit.asking() as ask:
        found = await api.read_key(ask, key_id, Response())
        await api.revoke_key(ask, key_id, Expected(None))
    return await visit.go(PATH, toast=visit.say("api.revoked", None, name=found.name))


async def _secret(visit: Visit, made: api.KeyMade) -> Response:
    values = {"made": made, "above": PATH, "call": await first_call(visit, made)}
    template = "_key_made.html" if visit.is_part else "settings_key_made.html"
    return await visit.show(template, values, part=visit.is_part)


async def _read(visit: Visit) -> tuple[Editing, api.KeyView]:
    answer = Response()
    async with visit.asking() as ask:
        found = await api.read_key(ask, visit.request.path_params["key_id"], answer)
    return Editing([_name(visit, found.name), *_places(visit, found)], version_of(answer)), found


def _name(visit: Visit, value: str = "") -> Field:
    line = visit.say("api.name_line")
    return Field("name", visit.say("api.name"), hint=line, value=value, required=True, most_letters=100)


def _places(visit: Visit, found: api.KeyView | None = None, *, more: bool = False) -> list[Field]:
    return [
        Field(
            name,
            visit.say(f"api.{name}"),
            kind="list",
            hint=visit.say(f"api.{name}_line"),
            value=[] if found is None else list(getattr(found, name)),
            more=more,
        )
        for name in ("allowed_addresses", "allowed_origins")
    ]


async def _new_fields(visit: Visit, ask: Ask) -> list[Field]:
    """Only what this person may give is offered."""
    every = await list_assistants(
        ask.workspace, ask.tx, after="", limit=MOST_A_PAGE, within=ask.actor.assistant_ids
    )
    group = visit.say("api.assistants")
    limits = [Field(ASSISTANT + one.id, one.name, kind="switch", value=False, group=group) for one in every]
    lives = tuple(Choice(name, visit.say(f"api.lives.{name}")) for name in LIVES)
    return [
        _name(visit),
        *_scopes(visit),
        Field("lives", visit.say("api.expires"), kind="select", value="year", required=True, choices=lives),
        *(limits if len(limits) > 1 or ask.actor.assistant_ids else []),
        *_places(visit, more=True),
    ]


def _scopes(visit: Visit) -> list[Field]:
    """A sentence each, those about one thing under its name."""
    offered = reach.scopes_to_give(visit.actor)
    by_noun = sorted(offered, key=lambda scope: _NOUNS.index(_noun(scope)))
    return [
        Field(
            SCOPE + scope,
            visit.say(f"api.scopes.{scope}"),
            kind="switch",
            value=False,
            group=visit.say(f"api.nouns.{_noun(scope)}"),
        )
        for scope in by_noun
    ]


def _noun(scope: str) -> str:
    return scope.partition(":")[2] or "everything"


_NOUNS = (
    "conversations",
    "messages",
    "contacts",
    "articles",
    "assistants",
    "bots",
    "channels",
    "tasks",
    "integrations",
    "webhooks",
    "analytics",
    "people",
    "workspace",
    "activity",
    "keys",
    "everything",
)


def _wanted(fields: list[Field], sent: Sent, now: datetime) -> dict[str, object]:
    switched = [field.name for field in fields if field.kind == "switch" and field.name in sent]
    lives = LIVES.get(sent.get("lives"), LIVES["year"])
    return {
        **given([field for field in fields if field.kind in ("text", "list")], sent, prefix=""),
        "scopes": [name.removeprefix(SCOPE) for name in switched if name.startswith(SCOPE)],
        "assistant_ids": [name.removeprefix(ASSISTANT) for name in switched if name.startswith(ASSISTANT)],
        "expires_at": None if lives is None else now + lives,
    }
