"""`frontdesk nlu test`: how well a bot understands texts it has not seen."""

import csv
import io
from pathlib import Path
from typing import Annotated

import typer

from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.commands import chosen, running
from frontdesk.app.console import counted, run, say, visible
from frontdesk.app.wiring import Running
from frontdesk.core.ids import ConversationId
from frontdesk.ports.answerer import Asker
from frontdesk.studio.intents.measuring import NOTHING, Guess, Measured, Probe, measure
from frontdesk.studio.intents.serving import Looked

MOST_PAIRS = 20
MOST_PROBES = 100_000

Whose = Annotated[str, typer.Option(help=chosen.ASSISTANT_HELP)]
Workspace = Annotated[str, typer.Option(help=chosen.WORKSPACE_HELP)]
File = Annotated[
    Path,
    typer.Argument(
        help="Texts and their intents: CSV with a comma, or a tab in .tsv, and the columns text and intent. "
        f"The intent {NOTHING} stands for none of the bot's."
    ),
]


def hold_against(
    file: File,
    assistant: Whose = "",
    workspace: Workspace = "",
    least: Annotated[
        float, typer.Option("--least", min=0, max=100, help="Exit code 1 below this accuracy in percent.")
    ] = 0.0,
) -> None:
    probes = _read(file)

    async def work() -> int:
        async with running.opened(workspace) as (parts, where):
            own = where.workspace
            async with parts.store.unit_of_work(own) as tx:
                owner = await chosen.assistant(own, tx, assistant)
            version = chosen.published(owner)
            bot = await parts.line.bots.bot(own, version)
            languages = bot.languages or (bot.language,)
            asker = Asker(own, owner.id, ConversationId(""), version, languages)
            measured = measure(await _guesses(parts, asker, probes), list(bot.lessons))
        _tell(measured)
        return 1 if 100 * measured.accuracy < least else 0

    run(work())


def _read(file: Path) -> list[Probe]:
    try:
        raw = file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CannotStart(f"{file} cannot be read: {error}.") from None
    rows = csv.DictReader(io.StringIO(raw), delimiter="\t" if file.suffix == ".tsv" else ",", strict=True)
    if not {"text", "intent"} <= set(rows.fieldnames or ()):
        raise CannotStart(f"{file} needs a first line that names the columns: text,intent.")
    try:
        found = [
            Probe(str(row["text"]).strip(), str(row["intent"]).strip() or NOTHING)
            for row in rows
            if row["text"] and row["intent"] is not None
        ]
    except csv.Error as error:
        raise CannotStart(f"{file}, line {rows.line_num}: {error}.") from None
    if not found or len(found) > MOST_PROBES:
        raise CannotStart(f"{file} has {len(found):,} texts: give 1 to {MOST_PROBES:,}.")
    return found


async def _guesses(parts: Running, asker: Asker, probes: list[Probe]) -> list[Guess]:
    found: list[Guess] = []
    for probe in probes:
        looked = await parts.answers.understanding.look(asker, probe.text)
        if not isinstance(looked, Looked):
            raise CannotStart(f"The bot cannot be measured: {looked}.")
        found.append(Guess(probe, looked.ranked.intents[0][0], looked.judged.band))
    return found


def _tell(measured: Measured) -> None:
    if measured.intents:
        width = max(len(row.intent) for row in measured.intents)
        say(f"{'intent':{width}}  {'texts':>6}  {'right':>6}  {'recall':>7}  {'precision':>9}")
        for row in measured.intents:
            precision = NOTHING if row.precision is None else f"{row.precision:.1%}"
            say(
                f"{visible(row.intent):{width}}  {row.texts:>6,}  {row.right:>6,}  "
                f"{row.recall:>7.1%}  {precision:>9}"
            )
    if measured.pairs:
        say("\nNot understood, or as another, most often:")
        for meant, taken, times in measured.pairs[:MOST_PAIRS]:
            became = "turned down" if taken == NOTHING else f"understood as {visible(taken)}"
            say(f"  {times:>5,}  {visible(meant)} {became}")
    if measured.unknown:
        say(f"\nNot learnt by this bot: {visible(', '.join(measured.unknown))}")
    bands = ", ".join(f"{name} {count:,}" for name, count in sorted(measured.bands.items()))
    say(f"\nAccuracy: {measured.accuracy:.1%} of {counted(measured.inside, 'text')} ({bands}).")
    if measured.best_right > measured.right:
        say(
            f"With those that were turned down although their best intent is right: {measured.best_right_share:.1%}."
        )
    if measured.outside:
        say(
            f"Turned down: {measured.turned_down_share:.1%} of "
            f"{counted(measured.outside, 'text')} that are none of the bot's."
        )
