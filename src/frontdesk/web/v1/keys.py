"""`/api/v1/keys`: keys of the API, made, changed, given another secret, revoked. A secret is in one answer, once.

Nobody makes, or gets to know, a key that can do more than they (`access.reach`). From the commit on every process hears
of a change and reads the key again.
"""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import Query, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from frontdesk.access import reach
from frontdesk.core.errors import Refused
from frontdesk.core.ids import parse
from frontdesk.core.redacted import Redacted
from frontdesk.kit.networks import network_of
from frontdesk.kit.origins import origin_of
from frontdesk.store import keys as stored
from frontdesk.store import words
from frontdesk.store.keys import Details, From, Key, State
from frontdesk.web.cursor import Cursor, Limit, Page, page, read_cursor
from frontdesk.web.etag import IfMatch, IfMatchOptional, set_etag
from frontdesk.web.moment import Moment
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Ask, Asked
from frontdesk.web.v1.assistants import reachable

ROUTES: list[Route] = []
PATH = "/api/v1/keys"
MOST_LISTED = 50
DAY_S, MONTH_S = 86_400, 30 * 86_400


def _network(text: str) -> str:
    found = network_of(text)
    if found is None:
        raise ValueError("write an address or a network, such as 203.0.113.7 or 203.0.113.0/24")
    return found


def _origin(text: str) -> str:
    found = origin_of(text, slash=True)
    if found is None:
        raise ValueError("write where the pages are, such as https://shop.example, without a path")
    return found


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Addresses = Annotated[
    list[Annotated[str, StringConstraints(max_length=50), AfterValidator(_network)]],
    Field(
        max_length=MOST_LISTED,
        description="Networks it is taken from, such as `203.0.113.0/24`; none is all.",
    ),
]
Origins = Annotated[
    list[Annotated[str, StringConstraints(max_length=300), AfterValidator(_origin)]],
    Field(
        max_length=MOST_LISTED, description="Sites whose pages may use it, such as `https://shop.example`."
    ),
]


class NewKey(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name
    kind: Literal["api", "rasa"] = Field(
        default="api", description="`rasa` opens the Rasa API's addresses, and takes no scopes."
    )
    scopes: list[str] = Field(default=[], max_length=MOST_LISTED)
    assistant_ids: list[str] = Field(
        default=[], max_length=MOST_LISTED, description="The assistants it is limited to; none is all."
    )
    expires_at: Moment | None = None
    allowed_addresses: Addresses = []
    allowed_origins: Origins = []


class KeyChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    allowed_addresses: Addresses | None = None
    allowed_origins: Origins | None = None


class Rotation(BaseModel):
    model_config = ConfigDict(extra="forbid")

    former_ends_in_s: int = Field(
        default=DAY_S,
        ge=0,
        le=MONTH_S,
        description="How long the present secret works on; 0 ends it at once.",
    )


class FormerSecret(BaseModel):
    prefix: str
    ends_at: datetime


class KeyView(BaseModel):
    id: str
    kind: str
    name: str
    prefix: str = Field(description="How the secret begins, to tell it from others.")
    state: State
    scopes: list[str]
    assistant_ids: list[str]
    allowed_addresses: list[str]
    allowed_origins: list[str]
    former_secret: FormerSecret | None = Field(
        description="The secret before the last rotation, while it works."
    )
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None = Field(description="To the minute.")
    last_used_address: str
    created_by: str = Field(description="Who made it, as the audit log names them.")
    created_at: datetime


class KeyMade(KeyView):
    key: str = Field(description="The secret. It is never shown again.")


@route(ROUTES, "GET", PATH, permission="keys.read", summary="List keys, those that are over as well.")
async def list_keys(
    ask: Asked,
    *,
    state: Annotated[State | Literal[""], Query(description="Only those in this state.")] = "",
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[KeyView]:
    key, of = ask.program.cursor_key, f"{PATH} {ask.workspace} {state}".rstrip()
    after, now = read_cursor(key, of, cursor), ask.program.clock.now()
    rows = await stored.page_of_keys(
        ask.workspace, ask.tx, now=now, state=state or None, after=after, limit=limit + 1
    )
    return page(key, of, rows, limit, lambda row: KeyView.model_validate(_shown(row, now)))


@route(
    ROUTES,
    "POST",
    PATH,
    permission="keys.write",
    summary="Make a key; its secret is in the answer.",
    status=201,
)
async def create_key(ask: Asked, given: NewKey, response: Response) -> KeyMade:
    details = Details(ask.actor.name, await _checked(ask, given))
    made, secret = await stored.create_key(
        ask.workspace,
        ask.tx,
        kind=given.kind,
        name=given.name,
        scopes=frozenset(given.scopes),
        assistant_ids=frozenset(given.assistant_ids),
        expires_at=given.expires_at,
        details=details,
    )
    await ask.record("key.created", made.id, after=stored.noted(made))
    response.headers["Location"] = f"{PATH}/{made.id}"
    return _made(ask, made, secret, response)


@route(ROUTES, "GET", PATH + "/{key_id}", permission="keys.read", summary="Read a key, without its secret.")
async def read_key(ask: Asked, key_id: str, response: Response) -> KeyView:
    return _view(ask, await _held(ask, key_id), response)


@route(
    ROUTES,
    "PATCH",
    PATH + "/{key_id}",
    permission="keys.write",
    summary="Change a key's name, or where it may be used from.",
)
async def update_key(
    ask: Asked, key_id: str, change: KeyChange, expected: IfMatch, response: Response
) -> KeyView:
    before = await _working(ask, key_id)
    expected.refuse_unless(before.row_version)
    given, was = change.model_dump(exclude_none=True), before.allowed
    allowed = From(
        frozenset(given.get("allowed_addresses", was.addresses)),
        frozenset(given.get("allowed_origins", was.origins)),
    )
    after = await stored.change_key(ask.workspace, ask.tx, before.id, given.get("name", before.name), allowed)
    await ask.record("key.updated", after.id, before=stored.noted(before), after=stored.noted(after))
    ask.after_commit(words.of_key(after.id))
    return _view(ask, after, response)


@route(
    ROUTES,
    "POST",
    PATH + "/{key_id}/rotate",
    permission="keys.write",
    summary="Give a key another secret; the present one works on for a while.",
)
async def rotate_key(ask: Asked, key_id: str, given: Rotation, response: Response) -> KeyMade:
    before = await _working(ask, key_id)
    until = ask.program.clock.now() + timedelta(seconds=given.former_ends_in_s)
    after, secret = await stored.rotate_key(ask.workspace, ask.tx, before, former_until=until)
    await ask.record("key.rotated", after.id, after={"former_until": until.isoformat()})
    ask.after_commit(words.of_key(after.id))
    return _made(ask, after, secret, response)


@route(
    ROUTES,
    "DELETE",
    PATH + "/{key_id}",
    permission="keys.write",
    summary="Revoke a key; it works no more within a second.",
    status=204,
)
async def revoke_key(ask: Asked, key_id: str, expected: IfMatchOptional) -> None:
    key = await _held(ask, key_id, for_change=True)
    expected.refuse_unless(key.row_version)
    reach.refuse_key_beyond(ask.actor, key.kind, key.scopes, key.assistant_ids)
    if key.revoked_at is None:
        await stored.revoke_key(ask.workspace, ask.tx, key.id)
        await ask.record("key.revoked", key.id, before=stored.noted(key))
        ask.after_commit(words.of_key(key.id))


async def _checked(ask: Ask, given: NewKey) -> From:
    """Where the key may be used from, once it is one that may be made."""
    scopes, assistants = frozenset(given.scopes), frozenset(given.assistant_ids)
    if given.kind == "api" and not scopes:
        raise Refused("invalid", "A key without a scope can do nothing; give it one.", field="scopes")
    stored.refuse_unlike(given.kind, given.name, scopes)
    reach.refuse_key_beyond(ask.actor, given.kind, scopes, assistants)
    await _refuse_unknown(ask, assistants)
    if given.expires_at is not None and given.expires_at <= ask.program.clock.now():
        raise Refused("invalid", "That time has passed.", field="expires_at")
    return From(frozenset(given.allowed_addresses), frozenset(given.allowed_origins))


async def _refuse_unknown(ask: Ask, assistants: frozenset[str]) -> None:
    for one in sorted(assistants):
        try:
            await reachable(ask, one)
        except Refused as error:
            raise Refused("invalid", error.message, field="assistant_ids") from None


async def _held(ask: Ask, key_id: str, *, for_change: bool = False) -> Key:
    parse("key", key_id)
    key = await stored.find_of_id(ask.workspace, ask.tx, key_id, for_change=for_change)
    if key is None or key.kind == "setup":
        raise Refused("not_found", "There is no such API key.")
    return key


async def _working(ask: Ask, key_id: str) -> Key:
    key = await _held(ask, key_id, for_change=True)
    reach.refuse_key_beyond(ask.actor, key.kind, key.scopes, key.assistant_ids)
    if not key.works(ask.program.clock.now()):
        raise Refused("not_found", "The key has expired or was revoked; make another one.")
    return key


def _view(ask: Ask, key: Key, response: Response) -> KeyView:
    set_etag(response, key.row_version)
    return KeyView.model_validate(_shown(key, ask.program.clock.now()))


def _made(ask: Ask, key: Key, secret: Redacted, response: Response) -> KeyMade:
    set_etag(response, key.row_version)
    response.headers["Cache-Control"] = "no-store"
    return KeyMade.model_validate({**_shown(key, ask.program.clock.now()), "key": secret.reveal()})


def _shown(key: Key, now: datetime) -> dict[str, object]:
    former = key.former_until is not None and key.former_until > now and key.works(now)
    return {
        **{name: getattr(key, name) for name in _PLAIN},
        "state": key.state(now),
        "scopes": sorted(key.scopes),
        "assistant_ids": sorted(key.assistant_ids),
        "allowed_addresses": sorted(key.allowed.addresses),
        "allowed_origins": sorted(key.allowed.origins),
        "former_secret": {"prefix": key.former_prefix, "ends_at": key.former_until} if former else None,
    }


_PLAIN = (
    "id",
    "kind",
    "name",
    "prefix",
    "expires_at",
    "revoked_at",
    "last_used_at",
    "last_used_address",
    "created_by",
    "created_at",
)
