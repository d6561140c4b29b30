"""`frontdesk bot ...`: what an author does with the folder of a bot, from a shell."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from frontdesk.app import address, database
from frontdesk.app.bot_folder import read_bot
from frontdesk.app.commands import chosen
from frontdesk.app.commands.bot_files import loaded, loaded_stories
from frontdesk.app.commands.bot_import import import_bot
from frontdesk.app.commands.bot_tests import hold_tests
from frontdesk.app.console import counted, run, say, settings_beside
from frontdesk.app.demo import demo
from frontdesk.app.greeting import curl_line, program
from frontdesk.app.postgres import CannotStart
from frontdesk.app.settings import Settings
from frontdesk.app.wiring import Running, wired
from frontdesk.dialog.bot import Bot
from frontdesk.dialog.fields import NAME
from frontdesk.store.directory import WorkspaceRow
from frontdesk.store.secrets import list_secrets
from frontdesk.studio.publish import Published, publish_as

app = typer.Typer(help="Assistants from files.", no_args_is_help=True)
app.command("import")(import_bot)
BY = "shell"
app.command("test")(hold_tests)

Folder = Annotated[Path, typer.Argument(help="The folder with bot.yaml.")]


@app.command("check")
def check_folder(folder: Folder) -> None:
    """Say what is wrong with a bot's files, without publishing them; exit code 1 when there are errors."""
    bot = loaded(folder)
    loaded_stories(folder, bot)
    holds = f"{counted(len(bot.flows), 'flow')}, {counted(len(bot.actions), 'action')}"
    say(f"{bot.name} ({bot.id}) loads: {holds}, {counted(len(bot.warnings), 'warning')}.")


@app.command()
def publish(
    folder: Folder,
    assistant: Annotated[
        str, typer.Option(help="Its short name; made if it is not there. Left out: the one in bot.yaml.")
    ] = "",
    workspace: Annotated[str, typer.Option(help=chosen.WORKSPACE_HELP)] = "",
) -> None:
    """Make the files of a folder the version that answers; exit code 1 when they have errors."""
    if assistant and not NAME.fullmatch(assistant):
        raise CannotStart("A short name has letters, digits, _ and -, and begins with a letter.")
    bot = loaded(folder)
    run(_publish(settings_beside(), bot, read_bot(folder), assistant=assistant, workspace=workspace))


async def _publish(
    settings: Settings, bot: Bot, files: dict[str, str], *, assistant: str, workspace: str
) -> None:
    async with (
        database.opened(settings, start=False) as found,
        wired(settings, found.url) as running,
    ):
        where = await chosen.workspace(running.store, workspace)
        at = running.line.clock.now()
        done = await publish_as(where.workspace, running.store, assistant, files=files, by=BY, at=at)
        say(_headline(done, where))
        await _tell_address(running, done)
        await _tell_secrets(running, where, done, bot)
        await _tell_demo(running)


def _headline(done: Published, where: WorkspaceRow) -> str:
    slug, number = done.assistant.slug, done.version.number
    if not done.changed:
        return f"{slug} has these files already: version {number} goes on answering."
    made = "made and " if done.made else ""
    return f"{slug} was {made}published as version {number} in the workspace {where.name}."


async def _tell_address(running: Running, done: Published) -> None:
    one = done.assistant
    base = await address.base_of(running.store, running.settings, assistant_id=one.id, slug=one.slug)
    say(f"\nIts id for the API and for other channels: {one.id}")
    if base is None:
        say("It has no REST channel that is switched on.")
    else:
        say(f"It answers at {base}/webhooks/rest/webhook within a second:")
        say(f"  {curl_line(f'{base}/webhooks/rest/webhook', 'jhon', 'hello')}")
    say(f"Here in the terminal:\n  {program()} talk {one.id}")


async def _tell_secrets(running: Running, where: WorkspaceRow, done: Published, bot: Bot) -> None:
    async with running.store.unit_of_work(where.workspace) as tx:
        known = {secret.name for secret in await list_secrets(where.workspace, tx, done.assistant.id)}
    missing = [name for name in bot.secret_names if name not in known]
    if missing:
        say("\nIts actions refer to secrets that are not set yet:")
        options = "" if where.is_default else f" --workspace {where.workspace}"
        for name in missing:
            say(f"  {program()} secret set {name} --assistant {done.assistant.slug}{options}")


async def _tell_demo(running: Running) -> None:
    """The address without a name may have been the demo's until now."""
    before = await asyncio.to_thread(demo.read, running.settings)
    after = await demo.find_anew(running.store, running.settings)
    if before is not None and after is not None and before.rest_webhook != after.rest_webhook:
        say(f"\nThe demo's assistant is now at {after.rest_webhook}")
