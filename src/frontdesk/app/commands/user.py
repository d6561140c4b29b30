"""`frontdesk user ...`: accounts of people, for whoever has a shell here and no browser at hand."""

import json
from collections.abc import Mapping
from typing import Annotated

import typer

from frontdesk.access import links, passwords, people, throttling, totp
from frontdesk.access.door import Door
from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.commands import chosen
from frontdesk.app.console import run, say
from frontdesk.app.first_start import refuse_before_set_up
from frontdesk.app.installation import Installation
from frontdesk.app.typed_secret import asked
from frontdesk.app.vault import open_vault
from frontdesk.core.errors import Refused
from frontdesk.core.permission import ROLES
from frontdesk.store import audit
from frontdesk.store.accounts import Account, account_of_email, list_accounts
from frontdesk.store.directory import WorkspaceRow

Workspace = Annotated[str, typer.Option(help=chosen.WORKSPACE_HELP)]
Email = Annotated[str, typer.Argument(help="The e-mail address that they sign in with.")]
AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]


def add(
    email: Email,
    name: Annotated[str, typer.Option(help="As colleagues know them; left out: from the address.")] = "",
    role: Annotated[str, typer.Option(help=f"One of {', '.join(ROLES)}.")] = "owner",
    workspace: Workspace = "",
    *,
    as_json: AsJson = False,
) -> None:
    try:
        address, wanted = people.read_email(email), people.read_role(role)
        called = people.read_name(name, otherwise=address.partition("@")[0])
    except Refused as error:
        raise CannotStart(error.message) from error
    password = asked(f"Password for {address}").reveal()
    why = passwords.unfit(password, email=address)
    if why:
        raise CannotStart(passwords.UNFIT[why])

    async def work() -> None:
        password_hash = await passwords.hash_of(password)
        async with chosen.reached(workspace) as (here, row), here.store.unit_of_work(row.workspace) as tx:
            if not row.is_demo:
                await refuse_before_set_up(row.workspace, tx)
            try:
                account = await people.create(
                    row.workspace, tx, email=address, name=called, role=wanted, password_hash=password_hash
                )
            except Refused as error:
                raise CannotStart(error.message) from error
            entry = _entry(here, "account.created", account, {"role": account.role})
            await audit.append(row.workspace, tx, entry)
        shown = {"id": account.id, "email": account.email, "name": account.name, "role": account.role}
        say(json.dumps(shown) if as_json else f"{account.email} can sign in to {row.name} as {account.role}.")

    run(work())


def reset(
    email: Email,
    workspace: Workspace = "",
    *,
    without_codes: Annotated[
        bool, typer.Option(help="Also turn one-time codes off, for who lost the app and the recovery codes.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    async def work() -> None:
        async with chosen.reached(workspace) as (here, row), here.store.unit_of_work(row.workspace) as tx:
            account = await account_of_email(row.workspace, tx, email)
            if account is None:
                raise CannotStart(_nobody(email, row))
            door = Door(here.store, open_vault(here.settings), here.clock)
            if without_codes:
                await totp.turn_off(row.workspace, tx, account.id)
            made = await links.reset(row.workspace, tx, door, chosen.BY, account)
            after = {"without_codes": without_codes}
            entry = _entry(here, "account.reset_link_made", account, after)
            await audit.append(row.workspace, tx, entry)
        await throttling.forget(door, throttling.of_email(account.email))
        link = here.settings.address + made.path
        say(json.dumps({"id": account.id, "email": account.email, "link": link}) if as_json else link)

    run(work())


def list_users(workspace: Workspace = "", *, as_json: AsJson = False) -> None:
    async def work() -> None:
        async with chosen.reached(workspace) as (here, row), here.store.unit_of_work(row.workspace) as tx:
            found = await list_accounts(row.workspace, tx)
        if as_json:
            say(json.dumps([_shown(one) for one in found]))
            return
        if not found:
            say("Nobody has an account yet: `frontdesk user add EMAIL` makes one.")
        width = max((len(one.email) for one in found), default=0)
        for one in found:
            off = "" if one.is_active else "  (switched off)"
            say(f"{one.email:{width}}  {one.role:8}  {one.name}{off}")

    run(work())


def _shown(account: Account) -> dict[str, object]:
    return {
        "id": account.id,
        "email": account.email,
        "name": account.name,
        "role": account.role,
        "status": account.status,
        "one_time_codes": account.has_totp,
    }


def _nobody(email: str, row: WorkspaceRow) -> str:
    return f"Nobody in {row.name} has the address {email}: `frontdesk user list` shows who is there."


def _entry(here: Installation, action: str, account: Account, after: Mapping[str, object]) -> audit.Entry:
    return audit.Entry(here.now(), chosen.BY, action, account.id, after=after)
