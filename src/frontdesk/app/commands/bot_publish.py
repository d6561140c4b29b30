"""`frontdesk bot publish`: a folder becomes the version that answers, and what is to be known of it is told."""

import asyncio
from typing import Annotated

import typer

from frontdesk.app import address
from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.commands import chosen
from frontdesk.app.commands.bot_files import Folder, loaded
from frontdesk.app.console import counted, run, say
from frontdesk.app.demo import noted
from frontdesk.app.first_start import refuse_before_set_up
from frontdesk.app.greeting import curl_line
from frontdesk.app.installation import Installation
from frontdesk.app.invoked import program
from frontdesk.dialog.bot import Bot
from frontdesk.dialog.fields import NAME
from frontdesk.dialog.load import MAIN_FILE
from frontdesk.store.bots import PREVIEW
from frontdesk.store.directory import WorkspaceRow, entrance_in
from frontdesk.store.secrets import list_secrets
from frontdesk.studio.checking import Checked
from frontdesk.studio.placeholders import is_example
from frontdesk.studio.publish import MAX_COMMENT, Published, Publisher, publish_as


def publish(
    folder: Folder,
    assistant: Annotated[
        str,
        typer.Option(
            help="Its id, or its short name: made if it is not there. Left out: the id in bot.yaml."
        ),
    ] = "",
    workspace: Annotated[str, typer.Option(help=chosen.WORKSPACE_HELP)] = "",
    comment: Annotated[str, typer.Option(help=chosen.COMMENT_HELP)] = "",
) -> None:
    if assistant and not NAME.fullmatch(assistant):
        raise CannotStart("A short name has letters, digits, _ and -, and begins with a letter.")
    if len(comment) > MAX_COMMENT:
        raise CannotStart(f"A comment has up to {MAX_COMMENT} characters.")
    run(_publish(loaded(folder), comment, assistant=assistant, workspace=workspace))


async def _publish(checked: Checked, comment: str, *, assistant: str, workspace: str) -> None:
    async with chosen.reached(workspace) as (here, where):
        by = Publisher(chosen.BY, here.now())
        async with here.store.unit_of_work(where.workspace) as tx:
            if where.is_default:
                await refuse_before_set_up(where.workspace, tx)
            done = await publish_as(where.workspace, tx, assistant, checked, by, comment=comment)
        say(_headline(done, where))
        await _tell_address(here, done)
        _tell_learning(where, done, checked.bot)
        await _tell_env(here, where, done, checked.bot)
        await _tell_secrets(here, where, done, checked.bot)
        await _tell_demo(here)


def _headline(done: Published, where: WorkspaceRow) -> str:
    slug, number = done.assistant.slug, done.version.number
    if not done.changed:
        return f"{slug} has these files already: version {number} goes on answering."
    made = "made and " if done.made else ""
    return f"{slug} was {made}published as version {number} in the workspace {where.name}."


async def _tell_address(here: Installation, done: Published) -> None:
    one = done.assistant
    base = await address.base_of(here.store, here.settings, assistant_id=one.id, slug=one.slug)
    say(f"\nIts id for the API and for other channels: {one.id}")
    if base is None:
        say("It has no REST channel that is switched on.")
    else:
        say(f"It answers at {base}/webhooks/rest/webhook within a second:")
        say(f"  {curl_line(f'{base}/webhooks/rest/webhook', 'jhon', 'hello')}")
    say(f"Here in the terminal:\n  {program()} talk {one.id}")


def _tell_learning(where: WorkspaceRow, done: Published, bot: Bot) -> None:
    if not (bot.lessons and done.changed):
        return
    what = f"{counted(len(bot.lessons), 'intent')} with {counted(sum(map(len, bot.lessons.values())), 'example')}"
    say(f"\nIts {what} are learnt in the background. How far that is:")
    say(f"  {program()} nlu status --assistant {done.assistant.slug}{_options(where)}")


def _options(where: WorkspaceRow) -> str:
    return "" if where.is_default else f" --workspace {where.workspace}"


async def _tell_env(here: Installation, where: WorkspaceRow, done: Published, bot: Bot) -> None:
    """The values as they are here, where the assistant may have some of its own."""
    if not bot.env:
        return
    entrance = await entrance_in(
        where.workspace, here.store, host="", name=done.assistant.id, channel_type=PREVIEW
    )
    own = {} if entrance is None else entrance.env
    say(f"\nIts env values; to change one, change it in {MAIN_FILE} and publish again:")
    width = max(map(len, bot.env))
    examples = False
    for name in sorted(bot.env):
        value = own.get(name, bot.env[name])
        note = "   (set for this assistant here, over its files)" if name in own else ""
        if is_example(value):
            examples, note = True, "   (an example, which leads nowhere: write your system's address)"
        say(f"  {name:{width}}  {value if value.isprintable() else repr(value)}{note}")
    known = await asyncio.to_thread(noted.read, here.settings)
    if examples and known is not None:
        say(
            f"To try it, take the demo's own system, {known.balance_service}, which is there while the demo runs."
        )


async def _tell_secrets(here: Installation, where: WorkspaceRow, done: Published, bot: Bot) -> None:
    async with here.store.unit_of_work(where.workspace) as tx:
        known = {secret.name for secret in await list_secrets(where.workspace, tx, done.assistant.id)}
    missing = [name for name in bot.secret_names if name not in known]
    if missing:
        say("\nIts actions refer to secrets that are not set yet:")
        for name in missing:
            say(f"  {program()} secret set {name} --assistant {done.assistant.slug}{_options(where)}")


async def _tell_demo(here: Installation) -> None:
    """The address without a name may have been the demo's until now."""
    before = await asyncio.to_thread(noted.read, here.settings)
    after = await noted.find_anew(here.store, here.settings)
    if before is not None and after is not None and before.rest_webhook != after.rest_webhook:
        say(f"\nThe demo's assistant is now at {after.rest_webhook}")
