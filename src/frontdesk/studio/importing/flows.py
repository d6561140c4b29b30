"""The flows of an export: named first, so that jumps can be written, then built one after another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from frontdesk.dialog.bot import ESCALATION, FALLBACK
from frontdesk.dialog.patterns import PatternError, compile_pattern, normalise
from frontdesk.studio.importing.findings import ImportRefused
from frontdesk.studio.importing.names import Namer, plain_id
from frontdesk.studio.importing.order import Group
from frontdesk.studio.importing.rules import MAX_BOT_SIZE
from frontdesk.studio.importing.scripts import keep_script
from frontdesk.studio.importing.steps import build_steps
from frontdesk.studio.importing.ways import END, NEXT, Ways
from frontdesk.studio.importing.work import Spot, Step, Work
from frontdesk.studio.importing.yaml_text import Yaml

_SPECIAL = {"FALLBACK_DIALOG": FALLBACK, "FALLBACK": FALLBACK, "AUTO_ESCALATION": ESCALATION}
_UNSTARTED = {
    "DISAMBIGUATION": "Which of several intents was meant is asked by itself here; the flow has no trigger.",
    "DISAMBIGUATION_DIALOG": "Which of several intents was meant is asked by itself here; the flow has no trigger.",
    "SURVEY": "Surveys are not started by themselves; the flow has no trigger.",
    "SURVEY_DIALOG": "Surveys are not started by themselves; the flow has no trigger.",
}
_LONGEST_EXAMPLE = 300


@dataclass(slots=True)
class Flows:
    """The built flows: ordinary ones by name, and the two without trigger."""

    ordinary: dict[str, dict[str, Yaml]] = field(default_factory=dict)
    special: dict[str, dict[str, Yaml]] = field(default_factory=dict)


def name_flows(groups: Sequence[Group], work: Work) -> None:
    """Give flows and steps their names; every step's is its own in the whole bot, so that a jump is never in doubt."""
    flows = Namer(FALLBACK, ESCALATION, "end", "resume")
    for group in groups:
        special = _SPECIAL.get(group.kind)
        if special is not None and special not in work.flows.values() and group.messages:
            work.flows[group.id] = special
        else:
            work.flows[group.id] = flows.take(plain_id(group.name), "flow")
    work.closing = flows.take("close_conversation", "")
    steps = Namer("end", "resume", work.closing, *work.flows.values())
    for group in groups:
        flow = work.flows[group.id]
        if group.starter is not None:
            work.spots[group.starter.text("id")] = Spot(flow, "")
        for message in group.messages:
            kind = plain_id(message.text("interactionType")) or "step"
            work.spots[message.text("id")] = Spot(flow, steps.take(plain_id(message.text("name")), kind))


def build_flows(groups: Sequence[Group], work: Work) -> Flows:
    found = Flows()
    for group in groups:
        name = work.flows[group.id]
        if group.kind in _SPECIAL and not group.messages:
            work.report.add(
                group.name or name, "The flow is empty; it is left out.", "Write it if it is needed."
            )
            continue
        flow: dict[str, Yaml] = {} if name in {FALLBACK, ESCALATION} else {"name": group.name or name}
        trigger = _trigger(group, name, work)
        if trigger:
            flow["trigger"] = trigger
        steps = [*_starter_steps(group, work), *_steps(group, work)]
        flow["steps"] = steps or [{"end": True}]
        if name in {FALLBACK, ESCALATION}:
            found.special[name] = flow
        else:
            found.ordinary[name] = flow
    if work.closes:
        found.ordinary[work.closing] = {"steps": [{"close": True}]}
    return found


def _trigger(group: Group, flow: str, work: Work) -> dict[str, Yaml]:
    where = group.name or flow
    if group.kind in _UNSTARTED:
        work.report.add(where, _UNSTARTED[group.kind], "Remove it, or run it from a step.")
        return {}
    if group.kind in _SPECIAL:
        if flow not in {FALLBACK, ESCALATION}:
            work.report.add(
                where, "A second flow of its kind; nothing starts it.", "Run it from a step, or remove it."
            )
        return {}
    starter = group.starter
    if starter is None:
        return {}
    if group.part.text("status", "ENABLED").upper() in {"DISABLED", "INACTIVE"}:
        work.report.add(
            where,
            f"It was switched off, so its patterns ({', '.join(starter.texts('pattern'))[:150]}) are left out.",
            "Give it a trigger to use it.",
        )
        return {}
    trigger: dict[str, Yaml] = {}
    patterns = _patterns(starter.texts("pattern"), where, work)
    if patterns:
        trigger["patterns"] = patterns
    excluded = [*starter.texts("excludeKeywords"), *starter.part("patternMatch").texts("excludeKeywords")]
    if patterns and (vetoes := _patterns([f"*{word}*" for word in excluded], where, work)):
        trigger["not"] = vetoes
    intent = _intent(starter.text("intentId"), where, work)
    if intent:
        trigger["intent"] = intent
    _sample(group, trigger, intent, work)
    return trigger


def _patterns(texts: Sequence[str], where: str, work: Work) -> list[Yaml]:
    found: list[Yaml] = []
    for text in dict.fromkeys(texts):
        try:
            work.tests_size += compile_pattern(text).size
        except PatternError as error:
            work.report.add(
                where,
                f"The pattern '{text[:120]}' is left out: {error}.",
                "A pattern is made of words, * and (one|other).",
            )
            continue
        found.append(text)
    if work.tests_size > MAX_BOT_SIZE:
        raise ImportRefused("The patterns and regexes of the export are too large together.")
    return found


def _intent(ident: str, where: str, work: Work) -> str:
    if not ident:
        return ""
    if ident not in work.intents:
        work.report.add(
            where,
            f"It starts by the intent '{ident[:60]}', which is not in the export.",
            "Declare it with examples.",
        )
        return ""
    return work.intents[ident]


def _sample(group: Group, trigger: dict[str, Yaml], intent: str, work: Work) -> None:
    starter = group.starter
    if starter is None:
        return
    tile = starter.part("content").part("results").part("tile")
    shown = [data.text("text") for data in tile.parts("tileData") if data.is_text("text")]
    sample = " ".join((tile.text("sampleUserInput") or "".join(shown[:1])).split())[:_LONGEST_EXAMPLE]
    if not sample:
        return
    if normalise(sample) in work.said:
        work.report.add(
            group.name,
            f"Its sample '{sample[:80]}' is that of another flow too; it is left out.",
            "Write one of its own.",
        )
        return
    work.said.add(normalise(sample))
    if intent:
        work.examples.setdefault(intent, []).append(sample)
    else:
        trigger["examples"] = [sample]


def _starter_steps(group: Group, work: Work) -> list[Step]:
    if group.starter is None:
        return []
    where = group.starter.text("name") or group.name
    codes = {
        suffix: group.starter.text(key)
        for key, suffix in (("preProcessMessage", "before"), ("postProcessMessage", "after"))
    }
    steps: list[Step] = [
        {"script": keep_script(work, code, f"{work.flows[group.id]}_start_{suffix}", where)}
        for suffix, code in codes.items()
        if code.strip()
    ]
    ways = Ways(work, group.starter, where)
    rules = group.starter.parts("responseMatches")
    action = rules[0].part("action") if rules else group.starter.part("action")
    way = ways.to(action.text("value") or NEXT, dialog=action.text("name").upper() == "DIALOG")
    way = ways.below() if way == NEXT else way
    first = work.spots[group.messages[0].text("id")].step if group.messages else END
    if way != first and not (way == END and not group.messages):
        steps.append({"end": True} if way == END else {"goto": way})
    return steps


def _steps(group: Group, work: Work) -> list[Step]:
    steps: list[Step] = []
    for index, message in enumerate(group.messages):
        built = build_steps(message, work)
        way = Ways(work, message, group.name).below() if built.way == NEXT else built.way
        is_last = index + 1 == len(group.messages)
        following = END if is_last else work.spots[group.messages[index + 1].text("id")].step
        if way != following and not built.leaves:
            built.steps[-1] = _with_next(built.steps[-1], way)
        steps += built.steps
    return steps


def _with_next(step: Mapping[str, Yaml], way: str) -> Step:
    comment = {"comment": step["comment"]} if "comment" in step else {}
    return {**{key: value for key, value in step.items() if key != "comment"}, "next": way, **comment}
