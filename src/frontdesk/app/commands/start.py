"""`frontdesk up|web|worker`: the program, whole or one of its halves, until Ctrl-C."""

import os
import shlex
from typing import Annotated

import typer

from frontdesk.app import up as starting
from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.commands.own import own_settings
from frontdesk.app.console import run, say
from frontdesk.app.invoked import program
from frontdesk.app.up import Parts

HERE = ("HOST", "PORT")
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def up(
    *,
    demo: Annotated[
        bool,
        typer.Option(
            "--demo", help="Something to try as well: a workspace with the tutorial's bot, and a shop."
        ),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Show the demo to other machines too.")] = False,
) -> None:
    settings = own_settings()
    if demo and settings.host not in LOOPBACK and not yes:
        given = "".join(f"{name}={shlex.quote(os.environ[name])} " for name in HERE if name in os.environ)
        raise CannotStart(
            f"The demo is open to whoever reaches {settings.host}. If that is meant:\n"
            f"  {given}{program()} up --demo --yes"
        )
    run(starting.up(settings, Parts(demo=demo), say))


def web() -> None:
    run(starting.up(own_settings(), Parts(jobs=False), say))


def worker() -> None:
    run(starting.up(own_settings(), Parts(web=False), say))
