"""`frontdesk secret ...`: what an assistant's actions send as `{{ secret.NAME }}`. Values go in and never come out."""

import re
from typing import Annotated

import typer

from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.commands import chosen
from frontdesk.app.console import run, say
from frontdesk.app.typed_secret import asked
from frontdesk.app.vault import open_vault
from frontdesk.store.secrets import delete_secrets, list_secrets, put_secrets, unreadable_secrets

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,79}", re.ASCII)

Name = Annotated[str, typer.Argument(help="As in `{{ secret.NAME }}`.")]
Whose = Annotated[str, typer.Option(help=chosen.ASSISTANT_HELP)]
Workspace = Annotated[str, typer.Option(help=chosen.WORKSPACE_HELP)]


def set_secret(name: Name, assistant: Whose = "", workspace: Workspace = "") -> None:
    if not _NAME.fullmatch(name):
        raise CannotStart(
            "A secret's name has letters, digits, _, - and ., beginning with a letter; its value is asked for."
        )
    value = asked(f"Value of {name}")

    async def work() -> None:
        async with chosen.opened(assistant, workspace) as place:
            await put_secrets(
                place.workspace, place.tx, open_vault(place.here.settings), place.owner.id, {name: value}
            )
            await place.record("secret.set", {"name": name})
            others = await unreadable_secrets(place.workspace, place.tx, open_vault(place.here.settings))
        say(f"{name} of {place.owner.slug} is set; the next call has it.")
        if others:
            say(
                f"Other secrets here are sealed under another master key ({others[0].key_id}): if that is the "
                "program's, it cannot read this one."
            )

    run(work())


def list_names(assistant: Whose = "", workspace: Workspace = "") -> None:
    async def work() -> None:
        async with chosen.opened(assistant, workspace) as place:
            known = await list_secrets(place.workspace, place.tx, place.owner.id)
            here = open_vault(place.here.settings).key_id
        if not known:
            say(f"{place.owner.slug} has no secrets.")
        width = max((len(secret.name) for secret in known), default=0)
        for secret in known:
            lost = "" if secret.key_id == here else "   (sealed under another master key: set it again)"
            say(f"{secret.name:{width}}  {secret.changed_at:%Y-%m-%d %H:%M} UTC{lost}")

    run(work())


def remove_secret(name: Name, assistant: Whose = "", workspace: Workspace = "") -> None:
    async def work() -> None:
        async with chosen.opened(assistant, workspace) as place:
            known = await list_secrets(place.workspace, place.tx, place.owner.id)
            if name not in {secret.name for secret in known}:
                raise CannotStart(f"{place.owner.slug} has no secret of that name.")
            await delete_secrets(place.workspace, place.tx, place.owner.id, [name])
            await place.record("secret.removed", {"name": name})
        say(f"{name} of {place.owner.slug} is gone.")

    run(work())
