"""The command line: every command parses, calls one function and prints; what cannot be done is one line and exit 2."""

import json
import os
import shlex
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version as version_of
from inspect import getdoc
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import typer
from rich.console import Console

from frontdesk.app import address, database, logs, outgoing
from frontdesk.app import backup as backups
from frontdesk.app import talk as talking
from frontdesk.app import up as starting
from frontdesk.app import upgrade as upgrading
from frontdesk.app.claim import is_claimed
from frontdesk.app.commands import ai, bot, kb, nlu, secret
from frontdesk.app.commands.restore import restore
from frontdesk.app.console import own_settings, run, say, settings_beside
from frontdesk.app.demo import demo as demos
from frontdesk.app.doctor import examine
from frontdesk.app.first_start import make_key, set_up_link
from frontdesk.app.invoked import program
from frontdesk.app.postgres import CannotStart
from frontdesk.app.postgres.cannot_start import writing_in
from frontdesk.app.recording import Recording
from frontdesk.app.settings import Settings
from frontdesk.app.up import Parts
from frontdesk.app.wiring import wired
from frontdesk.core.errors import FrontdeskError
from frontdesk.store.connect import open_store

app = typer.Typer(
    name="frontdesk",
    help="Self-hosted AI customer-service assistant.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
keys = typer.Typer(help="Keys of the API.", no_args_is_help=True)
app.add_typer(bot.app, name="bot")
app.add_typer(ai.app, name="ai")
app.add_typer(nlu.app, name="nlu")
app.add_typer(kb.app, name="kb")
app.add_typer(secret.app, name="secret")
app.add_typer(keys, name="key")
KINDS: Mapping[str, Literal["api", "rasa"]] = {"api": "api", "rasa": "rasa"}
HERE = ("HOST", "PORT")
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@app.command()
def up(
    *,
    demo: Annotated[
        bool, typer.Option("--demo", help="Something to try as well: a workspace with the tutorial's bot.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Show the demo to other machines too.")] = False,
) -> None:
    """Start everything: database, web and jobs, until Ctrl-C."""
    settings = own_settings()
    if demo and settings.host not in LOOPBACK and not yes:
        given = "".join(f"{name}={shlex.quote(os.environ[name])} " for name in HERE if name in os.environ)
        raise CannotStart(
            f"The demo is open to whoever reaches {settings.host}. If that is meant:\n"
            f"  {given}{program()} up --demo --yes"
        )
    run(starting.up(settings, Parts(demo=demo), say))


@app.command()
def web() -> None:
    """Answer requests only; for several processes on one DATABASE_URL."""
    run(starting.up(own_settings(), Parts(jobs=False), say))


@app.command()
def worker() -> None:
    """Work off jobs only; for several processes on one DATABASE_URL."""
    run(starting.up(own_settings(), Parts(web=False), say))


@app.command()
def migrate() -> None:
    """Bring the database to this release's tables."""

    async def work(settings: Settings) -> None:
        async with database.opened(settings, start=True) as found:
            if found.admin_url is None:
                raise CannotStart("Set DATABASE_ADMIN_URL to a login that may create roles and tables.")
            await database.migrate(found.admin_url, found.login)
        say("The database has this release's tables.")

    run(work(own_settings()))


@app.command()
def upgrade(
    *,
    programs: Annotated[
        Path | None,
        typer.Option(
            "--from", help="The folder with the former PostgreSQL's programs, where they are not found."
        ),
    ] = None,
) -> None:
    """Move the embedded database to this release's PostgreSQL, when `up` asks for it."""
    run(upgrading.upgrade(own_settings(), programs, say))


@app.command()
def doctor() -> None:
    """Check everything that a message needs to get its answer; exit code 1 when something is wrong."""

    async def work(settings: Settings) -> int:
        fine = True
        async for finding in examine(settings):
            say(finding.line())
            fine = fine and finding.ok
        return 0 if fine else 1

    run(work(settings_beside()))


@app.command()
def talk(
    assistant: Annotated[
        str, typer.Argument(help="Its id or short name; left out: the one by default.")
    ] = "",
    *,
    trace: Annotated[bool, typer.Option("--trace", help="Show below each answer how it came about.")] = False,
    real: Annotated[
        bool, typer.Option("--real", help="Call the outside systems of actions that have a sample, too.")
    ] = False,
    record: Annotated[
        Path | None,
        typer.Option(help="A file to write the conversation to, as a test for `frontdesk bot test`."),
    ] = None,
) -> None:
    """Chat with an assistant here in the terminal; `reset` starts over."""
    beside = talking.Beside(trace, real, None if record is None else Recording(record))
    settings = outgoing.of_running(settings_beside())
    # What a call or a script met stands in the trace; between the lines of a conversation it would only disturb.
    logs.configure("error")
    run(talking.talk(settings, assistant, Console(highlight=False), beside))


@app.command()
def backup(
    target: Annotated[
        Path | None,
        typer.Argument(
            help="The file to write; left out: one named by the time, in `backups` in the data folder."
        ),
    ] = None,
) -> None:
    """Write the whole database to one file, while the program runs."""

    async def work(settings: Settings) -> None:
        async with database.opened(settings, start=True) as found:
            made = await backups.backup(found.admin(), found.programs(), target or _backup_of_now(settings))
        say(f"Wrote {made.path} ({made.size_bytes / 1e6:.1f} MB).")
        say(made.note)

    run(work(own_settings()))


def _backup_of_now(settings: Settings) -> Path:
    folder = settings.frontdesk_data / "backups"
    with writing_in(settings.frontdesk_data):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.backup"


app.command()(restore)


@app.command()
def demo(
    action: Annotated[str, typer.Argument(help="`remove` takes the demo away.")] = "",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Addresses, ids and tokens of the demo that runs here."""
    settings = settings_beside()
    if action == "remove":
        run(_remove_demo(settings))
        return
    if action:
        raise CannotStart(f"There is no `frontdesk demo {action}`; only `remove`, or nothing.")
    known = demos.read(settings)
    if known is None:
        raise CannotStart("There is no demo here: start it with `make run` or `frontdesk up --demo`.")
    if not is_claimed(settings.frontdesk_data) or address.noted_in(settings) != known.url:
        raise CannotStart("The demo is not running: start it with `make run` or `frontdesk up --demo`.")
    fields = msgspec.to_builtins(known)
    say(json.dumps(fields, indent=2) if as_json else "\n".join(f"{k:16} {v}" for k, v in fields.items()))


async def _remove_demo(settings: Settings) -> None:
    async with database.opened(settings, start=True) as found:
        store = await open_store(found.url, pool_size=2)
        try:
            gone = await demos.remove(store, settings)
        finally:
            await store.close()
    say("The demo is gone." if gone else "There was no demo.")


@app.command()
def setup_link() -> None:
    """A fresh link for setting up one's own workspace; the ones before it stop working."""

    async def work(settings: Settings) -> None:
        async with database.opened(settings, start=False) as found, wired(settings, found.url) as running:
            link = await set_up_link(running)
        if link is None:
            raise CannotStart("The workspace is set up; `frontdesk key create` makes another key for it.")
        say(link)

    run(work(settings_beside()))


@keys.command("create")
def create_key(
    name: Annotated[str, typer.Option(help="What it is for, to tell it from others.")] = "Administrator",
    scope: Annotated[
        list[str] | None, typer.Option(help="What it may do; repeat for several. Left out: everything.")
    ] = None,
    kind: Annotated[
        str, typer.Option(help="`api`, or `rasa`, which opens the Rasa API's addresses and takes no scope.")
    ] = "api",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Make a key for one's own workspace and print it, this once."""
    wanted = _kind(kind)

    async def work(settings: Settings) -> None:
        async with database.opened(settings, start=False) as found, wired(settings, found.url) as running:
            scopes = frozenset(scope or (["admin"] if wanted == "api" else []))
            key, text = await make_key(running, name=name, scopes=scopes, kind=wanted)
        shown = {"id": key.id, "kind": key.kind, "name": key.name, "scopes": sorted(key.scopes)}
        say(json.dumps({**shown, "key": text.reveal()}) if as_json else text.reveal())

    run(work(settings_beside()))


def _kind(name: str) -> Literal["api", "rasa"]:
    if name not in KINDS:
        raise CannotStart(
            f"There is no kind of key {name!r}: write `api`, for the API, or `rasa`, for the Rasa API's addresses."
        )
    return KINDS[name]


@app.command()
def version() -> None:
    """This program's version."""
    say(version_of("frontdesk"))


def in_full(group: typer.Typer) -> None:
    """Lists of commands cut what each is for at the width of the screen, unless it is said to be short."""
    for command in group.registered_commands:
        command.short_help = command.help or getdoc(command.callback)
    for inner in group.registered_groups:
        if inner.typer_instance is not None:
            inner.short_help = inner.typer_instance.info.help
            in_full(inner.typer_instance)


def main() -> None:
    """The entry point of the installed program."""
    in_full(app)
    try:
        app()
    except (CannotStart, FrontdeskError) as error:
        typer.echo(error.message, err=True)
        sys.exit(2)
