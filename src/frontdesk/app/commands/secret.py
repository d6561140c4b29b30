"""`frontdesk secret ...`: what an assistant's actions send as `{{ secret.NAME }}`. Values go in and never come out."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated

import typer

from frontdesk.app import database
from frontdesk.app.commands import chosen
from frontdesk.app.console import run, say, settings_beside
from frontdesk.app.postgres import CannotStart
from frontdesk.app.typed_secret import asked
from frontdesk.app.wiring import Running, wired
from frontdesk.core.ids import WorkspaceId
from frontdesk.store import audit
from frontdesk.store.assistants import Assistant
from frontdesk.store.secrets import delete_secrets, list_secrets, put_secrets, unreadable_secrets
from frontdesk.store.tx import Tx

app = typer.Typer(help="Secrets that the actions of an assistant refer to.", no_args_is_help=True)
BY = "shell"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,79}", re.ASCII)

Name = Annotated[str, typer.Argument(help="As in `{{ secret.NAME }}`.")]
Whose = Annotated[str, typer.Option(help=chosen.ASSISTANT_HELP)]
Workspace = Annotated[str, typer.Option(help=chosen.WORKSPACE_HELP)]


@app.command("set")
def set_secret(name: Name, assistant: Whose = "", workspace: Workspace = "") -> None:
    """Give a secret its value, which is asked for, or read from the standard input when that is no terminal."""
    if not _NAME.fullmatch(name):
        raise CannotStart(
            "A secret's name has letters, digits, _, - and ., beginning with a letter; its value is asked for."
        )
    value = asked(f"Value of {name}")

    async def work() -> None:
        async with _opened(assistant, workspace) as place:
            await put_secrets(place.workspace, place.tx, place.running.vault, place.owner.id, {name: value})
            await place.record("secret.set", name)
            others = await unreadable_secrets(place.workspace, place.tx, place.running.vault)
        say(f"{name} of {place.owner.slug} is set; the next call has it.")
        if others:
            say(
                f"Other secrets here are sealed under another master key ({others[0].key_id}): if that is the "
                "program's, it cannot read this one."
            )

    run(work())


@app.command("list")
def list_names(assistant: Whose = "", workspace: Workspace = "") -> None:
    """The secrets that are set, and when each was last changed; never their values."""

    async def work() -> None:
        async with _opened(assistant, workspace) as place:
            known = await list_secrets(place.workspace, place.tx, place.owner.id)
            here = place.running.vault.key_id
        if not known:
            say(f"{place.owner.slug} has no secrets.")
        width = max((len(secret.name) for secret in known), default=0)
        for secret in known:
            lost = "" if secret.key_id == here else "   (sealed under another master key: set it again)"
            say(f"{secret.name:{width}}  {secret.changed_at:%Y-%m-%d %H:%M} UTC{lost}")

    run(work())


@app.command("remove")
def remove_secret(name: Name, assistant: Whose = "", workspace: Workspace = "") -> None:
    """Take a secret away; calls that need it fail from then on."""

    async def work() -> None:
        async with _opened(assistant, workspace) as place:
            known = await list_secrets(place.workspace, place.tx, place.owner.id)
            if name not in {secret.name for secret in known}:
                raise CannotStart(f"{place.owner.slug} has no secret of that name.")
            await delete_secrets(place.workspace, place.tx, place.owner.id, [name])
            await place.record("secret.removed", name)
        say(f"{name} of {place.owner.slug} is gone.")

    run(work())


@dataclass(frozen=True, slots=True)
class _Place:
    """The assistant whose secrets they are, inside one transaction."""

    running: Running
    workspace: WorkspaceId
    owner: Assistant
    tx: Tx

    async def record(self, action: str, name: str) -> None:
        entry = audit.Entry(self.running.line.clock.now(), BY, action, self.owner.id, after={"name": name})
        await audit.append(self.workspace, self.tx, entry)


@asynccontextmanager
async def _opened(assistant: str, workspace: str) -> AsyncIterator[_Place]:
    settings = settings_beside()
    async with database.opened(settings, start=False) as found, wired(settings, found.url) as running:
        own = (await chosen.workspace(running.store, workspace)).workspace
        async with running.store.unit_of_work(own) as tx:
            yield _Place(running, own, await chosen.assistant(own, tx, assistant), tx)
