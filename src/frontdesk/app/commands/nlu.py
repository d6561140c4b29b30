"""`frontdesk nlu status`: what a bot has learnt of its intents."""

from typing import Annotated

import typer

from frontdesk.app.commands import chosen
from frontdesk.app.console import counted, run, say, visible
from frontdesk.store import intent_models

Whose = Annotated[str, typer.Option(help=chosen.ASSISTANT_HELP)]
Workspace = Annotated[str, typer.Option(help=chosen.WORKSPACE_HELP)]


def status(assistant: Whose = "", workspace: Workspace = "") -> None:
    async def work() -> int:
        async with chosen.opened(assistant, workspace) as place:
            version = chosen.published(place.owner)
            told = await intent_models.status_of(place.workspace, place.tx, version)
        say(f"{place.owner.slug}: {_state(told)}")
        for line in (told.reason, *told.remarks):
            if line:
                say(f"  {visible(line)}")
        return 1 if told.state == "failed" else 0

    run(work())


def _state(told: intent_models.Status) -> str:
    match told.state:
        case "ready":
            how = "meaning and words" if told.fingerprint else "words"
            return (
                f"learnt {counted(told.intents, 'intent')} from {counted(told.examples, 'example')} by {how}; "
                f"{told.accuracy:.0%} of examples held back were understood"
            )
        case "training":
            return f"learning, {told.done:,} of {told.total:,} texts read"
        case "none":
            return "has no intents with examples"
        case "failed":
            return "could not be learnt"
        case _:
            return "waits to be learnt; `frontdesk up` or `frontdesk worker` does it"
