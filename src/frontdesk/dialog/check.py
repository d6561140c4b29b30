"""Cross-checks of a bot that has been read: names that lead nowhere, and what an author surely did not mean."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from frontdesk.dialog.bot import SPECIAL_FLOWS, Bot, Flow, Utterance
from frontdesk.dialog.exits import check_exits
from frontdesk.dialog.patterns import normalise
from frontdesk.dialog.problems import Problems, listed
from frontdesk.dialog.reading import SCRIPT_FOLDER, Book, Reference


@dataclass(frozen=True, slots=True)
class _Spot:
    file: str
    line: int


def check_bot(bot: Bot, book: Book) -> None:
    """Add what is wrong, or looks wrong, to the book's problems."""
    for reference in book.references:
        _look_up(reference, bot, book.problems)
    targets = {reference.name.partition("/")[2] or reference.name for reference in book.references}
    for flow in bot.flows.values():
        _unreachable_steps(flow, targets, book)
        _examples(flow, bot, book.problems)
    _unreachable_flows(bot, book)
    _unused_actions(book)
    _unused_scripts(book)
    _ties(bot.flows, book.problems)
    _shadowed(bot, book.problems)
    check_exits(bot.flows, book.problems)


def _look_up(reference: Reference, bot: Bot, problems: Problems) -> None:
    name = reference.name
    known: Mapping[str, object]
    match reference.kind:
        case "target":
            _target(reference, bot, problems)
            return
        case "flow":
            known = bot.flows
        case "action":
            known = bot.actions
        case _:
            known = bot.intents
    if name not in known:
        problems.error(reference.node, f"There is no {reference.kind} '{name}'.", f"Known: {listed(known)}.")


def _target(reference: Reference, bot: Bot, problems: Problems) -> None:
    flow, slash, step = reference.name.partition("/")
    here = bot.flows.get(reference.flow)
    if slash:
        there = bot.flows.get(flow)
        if there is None or step not in there.steps:
            problems.error(
                reference.node, f"There is no step '{step}' in a flow '{flow}'.", "Write flow/step."
            )
    elif here is not None and flow not in here.steps and flow not in bot.flows:
        steps = listed((name for name in here.steps if "#" not in name), "none with an id")
        fix = f"Steps here: {steps}. Flows: {listed(bot.flows)}."
        problems.error(
            reference.node, f"There is no step '{flow}' in this flow, and no flow of that name.", fix
        )


def _unreachable_steps(flow: Flow, targets: Collection[str], book: Book) -> None:
    below = {step.after for step in flow.steps.values() if step.next is None and step.body.goes_on}
    for step in flow.steps.values():
        if step.id not in targets and step.id not in below and (flow.id, step.id) not in book.heads:
            book.problems.warn(
                _Spot(step.file, step.line),
                "This step is never reached.",
                "Let a step go to its id, or remove it.",
            )


def _unreachable_flows(bot: Bot, book: Book) -> None:
    named = {part for reference in book.references for part in reference.name.split("/")}
    named |= set(SPECIAL_FLOWS)
    for flow in bot.flows.values():
        trigger = flow.trigger
        started = trigger.patterns or trigger.intent or trigger.examples
        if not started and flow.id not in named:
            book.problems.warn(
                _Spot(flow.file, flow.line),
                f"Nothing starts the flow '{flow.id}'.",
                "Give it a trigger, or run it.",
            )


def _unused_actions(book: Book) -> None:
    called = {reference.name for reference in book.references if reference.kind == "action"}
    for name, node in book.actions.items():
        if name not in called:
            book.problems.warn(
                node, f"No flow calls the action '{name}'.", f"Write call: {name}, or remove it."
            )
    for name, (variable, node) in book.responses.items():
        if name in called and variable not in book.names.responses_read:
            book.problems.warn(
                node,
                f"Nothing reads the response variable '{variable}' of '{name}'.",
                f"Read it as {{$.api_{variable}.field}}, or remove it.",
            )


def _unused_scripts(book: Book) -> None:
    for path in sorted(book.files):
        if path.startswith(SCRIPT_FOLDER) and path.endswith(".js") and path not in book.scripts:
            book.problems.warn(
                _Spot(path, 1), "Nothing runs this script.", "Name it in a step, or remove it."
            )


def _examples(flow: Flow, bot: Bot, problems: Problems) -> None:
    intent = bot.intents.get(flow.trigger.intent)
    examples = (*flow.trigger.examples, *(intent.examples if intent is not None else ()))
    for example in examples:
        plain = normalise(example)
        said = Utterance(example, plain, guess=bot.examples.get(plain, ""))
        hit = bot.triggers.by_pattern(said) or bot.triggers.by_intent(said)
        if hit is None or hit.flow != flow.id:
            other = f"starts '{hit.flow}' by {hit.by} '{hit.what}'" if hit is not None else "starts nothing"
            problems.warn(
                _Spot(flow.file, flow.line),
                f"The example '{example[:60]}' of '{flow.id}' {other}.",
                "Exclude it with not:.",
            )


def _ties(flows: Mapping[str, Flow], problems: Problems) -> None:
    patterns: dict[str, str] = {}
    intents: dict[str, str] = {}
    for flow in flows.values():
        for pattern in flow.trigger.patterns:
            first = patterns.setdefault(pattern.regex, flow.id)
            if first != flow.id:
                _tie(flow, f"The pattern '{pattern.source[:60]}'", first, problems)
        if flow.trigger.intent:
            first = intents.setdefault(flow.trigger.intent, flow.id)
            if first != flow.id:
                _tie(flow, f"The intent '{flow.trigger.intent}'", first, problems)


def _shadowed(bot: Bot, problems: Problems) -> None:
    for flow in bot.flows.values():
        for pattern in flow.trigger.patterns:
            # Groups are left out: which of their words is meant by the author cannot be told.
            if "(" in pattern.source or "\\" in pattern.source:
                continue
            said = Utterance(pattern.source, normalise(pattern.source.replace("*", " ")))
            hit = bot.triggers.by_pattern(said) if said.plain else None
            if hit is not None and hit.flow != flow.id and normalise(hit.what) != normalise(pattern.source):
                problems.warn(
                    _Spot(flow.file, flow.line),
                    f"'{said.plain[:60]}' fits a pattern of '{flow.id}', but starts '{hit.flow}' by '{hit.what[:60]}'.",
                    "Exclude it there with not:.",
                )


def _tie(flow: Flow, what: str, first: str, problems: Problems) -> None:
    problems.warn(
        _Spot(flow.file, flow.line),
        f"{what} of '{flow.id}' starts '{first}' already.",
        "Give one of them another trigger.",
    )
