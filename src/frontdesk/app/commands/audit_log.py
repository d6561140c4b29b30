"""`frontdesk audit verify`: whether the audit log is as it was written. It is read in the panel, and through the API."""

import json
from typing import Annotated

import typer

from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.commands import chosen
from frontdesk.app.console import run, say
from frontdesk.core.ids import WorkspaceId
from frontdesk.store import audit
from frontdesk.store.connect import Store

HEAD_BYTES = 32
TELLS_EVERY_S = 5


def verify(
    remembered: Annotated[
        str,
        typer.Option(
            help="`LENGTH HEAD`, as an earlier run printed them: a log that was cut short since is noticed."
        ),
    ] = "",
    workspace: Annotated[str, typer.Option(help=chosen.WORKSPACE_HELP)] = "",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    kept = _chain(remembered) if remembered else audit.NOTHING

    async def work() -> int:
        async with chosen.reached(workspace) as (here, row):
            found = await _walked(here.store, row.workspace, kept)
        said = _told if as_json else _said
        say(said(found.chain, found.broken))
        return 0 if found.broken is None else 1

    run(work())


async def _walked(store: Store, workspace: WorkspaceId, kept: audit.Chain) -> audit.Verdict:
    """How far it got is told while it goes on."""
    found = await audit.verify(workspace, store, kept, within_s=TELLS_EVERY_S)
    while not found.complete:
        typer.echo(f"{found.chain.length} entries fit so far.", err=True)
        found = await audit.verify(workspace, store, after=found.chain, within_s=TELLS_EVERY_S)
    return found


def _told(chain: audit.Chain, broken: int | None) -> str:
    told = {"ok": broken is None, "length": chain.length, "head": chain.head.hex(), "first_broken": broken}
    return json.dumps(told)


def _said(chain: audit.Chain, broken: int | None) -> str:
    if broken is not None:
        return f"Entry {broken} does not fit: it, or the one before it, was changed, removed or slipped in."
    return f"The log is whole: {chain.length} entries. Keep this elsewhere: {chain.length} {chain.head.hex()}"


def _chain(text: str) -> audit.Chain:
    length, _, head = text.strip().partition(" ")
    try:
        found = audit.Chain(int(length), bytes.fromhex(head))
    except ValueError:
        found = audit.Chain(0, b"")
    if found.length < 1 or len(found.head) != HEAD_BYTES:
        raise CannotStart("--remembered is the number of entries and the hash of the last: `LENGTH HEAD`.")
    return found
