"""One's own workspace: made at the first start, named through a link that works once; and further keys for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.installation import Installation
from frontdesk.core.errors import Refused
from frontdesk.core.ids import WorkspaceId
from frontdesk.core.redacted import Redacted
from frontdesk.store import assistants, audit, bots, workspaces
from frontdesk.store.connect import Store
from frontdesk.store.directory import own_workspace
from frontdesk.store.ids import mint
from frontdesk.store.keys import Details, From, Key, create_key, list_keys, noted, revoke_key
from frontdesk.store.tx import Tx

KEY_NAME = "Set-up link"
KEY_INSTEAD = " A key of the demo is what `frontdesk demo --json` has."
LINK_LIVES = timedelta(days=1)


async def set_up_link(here: Installation) -> str | None:
    """A fresh link while the workspace has not been set up; None afterwards. Older links stop working."""
    store = here.store
    own = await _own(store) or await _create(store)
    async with store.unit_of_work(own) as tx:
        await workspaces.hold(own, tx)
        if await workspaces.is_set_up(own, tx):
            return None
        for key in await list_keys(own, tx):
            if key.kind == "setup" and key.revoked_at is None:
                await revoke_key(own, tx, key.id)
        expires_at = here.now() + LINK_LIVES
        _, text = await create_key(own, tx, kind="setup", name=KEY_NAME, expires_at=expires_at)
    return f"{here.settings.address}/setup?token={text.reveal()}"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a key is limited to besides its scopes: `assistants` by short names or ids, networks as `ipaddress` writes them.

    None of them is all, and no `lives` for ever.
    """

    assistants: Sequence[str] = ()
    lives: timedelta | None = None
    addresses: frozenset[str] = frozenset()


NO_LIMITS = Limits()


async def make_key(
    here: Installation,
    *,
    name: str,
    scopes: frozenset[str],
    kind: Literal["api", "rasa"] = "api",
    limits: Limits = NO_LIMITS,
) -> tuple[Key, Redacted]:
    """Another API key, made by whoever has a shell here.

    Raises:
        CannotStart: The workspace has not been set up, or has no such assistant.
        Refused: There is no such scope.
    """
    store = here.store
    own = await _own(store)
    if own is None:
        raise CannotStart("There is no workspace here yet: start Frontdesk and open the link that it prints.")
    async with store.unit_of_work(own) as tx:
        await refuse_before_set_up(own, tx, instead=KEY_INSTEAD)
        key, text = await create_key(
            own,
            tx,
            kind=kind,
            name=name,
            scopes=scopes,
            assistant_ids=frozenset([await _assistant(own, tx, one) for one in limits.assistants]),
            expires_at=None if limits.lives is None else here.now() + limits.lives,
            details=Details("shell", From(limits.addresses)),
        )
        entry = audit.Entry(here.now(), "shell", "key.created", key.id, after=noted(key))
        await audit.append(own, tx, entry)
    return key, text


async def _assistant(own: WorkspaceId, tx: Tx, wanted: str) -> str:
    found = await bots.find_by_slug(own, tx, wanted)
    try:
        return (await assistants.read_assistant(own, tx, found or wanted)).id
    except Refused:
        raise CannotStart(f"There is no assistant {wanted} in your own workspace.") from None


async def refuse_before_set_up(own: WorkspaceId, tx: Tx, *, instead: str = "") -> None:
    """Until it has its name nothing is made in it from a shell, and its address is the demo's.

    `instead` is a further sentence: what there is until then.

    Raises:
        CannotStart: The workspace has not been set up.
    """
    if not await workspaces.is_set_up(own, tx):
        raise CannotStart(
            f"The workspace is not set up yet: open the link of `frontdesk setup-link` first.{instead}"
        )


async def _create(store: Store) -> WorkspaceId:
    """Of several processes that start at once one makes it; all of them find the same."""
    minted = WorkspaceId(mint("ws"))
    async with store.unit_of_work(minted) as tx:
        await workspaces.create(minted, tx, name="My workspace", is_default=True)
    return await _own(store) or minted


async def _own(store: Store) -> WorkspaceId | None:
    own = await own_workspace(store)
    return None if own is None else own.workspace
