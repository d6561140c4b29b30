"""`frontdesk contact ...`: forgetting somebody who asks for it. What is gone is counted in the audit log, never named."""

import sys
from typing import Annotated

import typer

from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.commands import chosen
from frontdesk.app.console import counted, run, say, visible
from frontdesk.app.installation import Installation
from frontdesk.core.errors import Refused
from frontdesk.core.ids import WorkspaceId
from frontdesk.insight import erasing
from frontdesk.store import audit, contacts
from frontdesk.store.contacts import Contact, Erased


def erase(
    contact: Annotated[str, typer.Argument(help="Its id, or the id that a channel knows the customer by.")],
    *,
    reason: Annotated[
        str,
        typer.Option(
            help="Why; it stays in the audit log, so name nobody in it. A ticket's number is enough."
        ),
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; for scripts.")] = False,
    workspace: Annotated[str, typer.Option(help=chosen.WORKSPACE_HELP)] = "",
) -> None:
    why = _reason(reason)
    _refuse_naming(why, contact)

    async def work() -> None:
        async with chosen.reached(workspace) as (here, row):
            found = await _found(here, row.workspace, contact)
            _refuse_naming(why, found.name, *found.name.split(), *found.external_ids)
            say(visible(_told(found)))
            if not yes:
                _ask(found)
            gone = await _erased(here, row.workspace, found, why)
        say(
            f"Erased {counted(gone.conversations, 'conversation')}, {counted(gone.messages, 'message')}, "
            f"{counted(gone.events, 'event')}, {counted(gone.traces, 'trace')}, "
            f"{counted(gone.questions, 'question')} and all that was remembered. Backups still have them."
        )

    run(work())


def _reason(reason: str) -> str:
    try:
        return erasing.reason(reason)
    except Refused:
        raise CannotStart(f"Give a --reason of 1 to {erasing.MOST_REASON} characters.") from None


def _refuse_naming(why: str, *known: str) -> None:
    try:
        erasing.refuse_naming(why, *known)
    except Refused as error:
        raise CannotStart(error.message) from None


async def _found(here: Installation, workspace: WorkspaceId, wanted: str) -> Contact:
    async with here.store.unit_of_work(workspace) as tx:
        found = await contacts.find(workspace, tx, wanted)
    if not found:
        raise CannotStart("There is no such contact in this workspace.")
    if len(found) > 1:
        which = ", ".join(f"{each.id} ({counted(each.conversations, 'conversation')})" for each in found)
        raise CannotStart(f"Several contacts are known by that: give the id of one. {which}.")
    return found[0]


def _told(found: Contact) -> str:
    known = ", ".join(found.external_ids) or "no channel"
    last = "" if found.last_at is None else f", the last one changed at {found.last_at:%Y-%m-%d %H:%M} UTC"
    named = f", {found.name}" if found.name else ""
    return f"{found.id}{named}, known by {known}: {counted(found.conversations, 'conversation')}{last}."


def _ask(found: Contact) -> None:
    if not sys.stdin.isatty():
        raise CannotStart("Nothing was erased: there is no terminal to ask at. Add --yes if that is meant.")
    name = found.name or next(iter(found.external_ids), found.id)
    typed = typer.prompt(visible(f"This cannot be undone. Type {name} to erase everything"))
    if typed.strip() != name:
        raise CannotStart("That is another name: nothing was erased.")


async def _erased(here: Installation, workspace: WorkspaceId, found: Contact, why: str) -> Erased:
    async with here.store.unit_of_work(workspace) as tx:
        gone = await contacts.erase(workspace, tx, found.id)
        after = {"reason": why, **gone.as_dict()}
        await audit.append(
            workspace, tx, audit.Entry(here.now(), chosen.BY, "contact.erased", found.id, after=after)
        )
    return gone
