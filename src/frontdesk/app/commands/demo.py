"""`frontdesk demo`: what scripts need to use the running demo, and an end to it."""

import json
from typing import Annotated

import msgspec
import typer

from frontdesk.app import address
from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.claim import is_claimed
from frontdesk.app.commands.own import settings_beside
from frontdesk.app.console import run, say
from frontdesk.app.demo import noted
from frontdesk.app.installation import reached
from frontdesk.app.settings import Settings


def demo(
    action: Annotated[str, typer.Argument(help="`remove` takes the demo away.")] = "",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    settings = settings_beside()
    if action == "remove":
        run(_remove_demo(settings))
        return
    if action:
        raise CannotStart(f"There is no `frontdesk demo {action}`; only `remove`, or nothing.")
    known = noted.read(settings)
    if known is None:
        raise CannotStart("There is no demo here: start it with `make run` or `frontdesk up --demo`.")
    if not is_claimed(settings.frontdesk_data) or address.noted_in(settings) != known.url:
        raise CannotStart("The demo is not running: start it with `make run` or `frontdesk up --demo`.")
    fields = msgspec.to_builtins(known)
    say(json.dumps(fields, indent=2) if as_json else "\n".join(f"{k:16} {v}" for k, v in fields.items()))


async def _remove_demo(settings: Settings) -> None:
    async with reached(settings, start=True) as here:
        gone = await noted.remove(here.store, settings)
    say("The demo is gone." if gone else "There was no demo.")
