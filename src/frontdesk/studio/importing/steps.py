"""One message of the export -> steps: what it says, asks, calls or hands over, with its code around it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from frontdesk.studio.importing.contents import Content, read_content
from frontdesk.studio.importing.export import Part
from frontdesk.studio.importing.questions import CHOOSE, ask
from frontdesk.studio.importing.rules import Rule, read_rules
from frontdesk.studio.importing.scripts import keep_script
from frontdesk.studio.importing.ways import END, NEXT, Ways
from frontdesk.studio.importing.work import Integration, Step, Work

QUESTIONS = frozenset(
    [
        "TEXT_QUESTION",
        "MULTIPLE_CHOICE_QUESTION",
        "MULTIPLE_CHOICE",
        "BUTTON",
        "BUTTON_QUESTION",
        "QUICK_REPLY",
        "STRUCTURED",
        "STRUCTURED_QUESTION",
    ]
)
STATEMENTS = frozenset(["TEXT", "IMAGE", "AUDIO", "VIDEO", "TEXT_STATEMENT"])
INTEGRATIONS = frozenset(
    [
        "API_INTEGRATION",
        "INTEGRATION",
        "KNOWLEDGE_INTEGRATION",
        "KNOWLEDGE_AI",
        "KNOWLEDGE_AI_INTEGRATION",
        "FILE_INTEGRATION",
        "EMAIL_INTEGRATION",
        "LP_FUNCTIONS_INTEGRATION",
    ]
)
ESCALATIONS = frozenset(["ESCALATION", "AGENT_ESCALATION", "AGENT_TRANSFER", "TRANSFER_TO_AGENT"])
NOTES = frozenset({"PRIVATE_MESSAGE", "PRIVATE_TEXT", "STATEMENT_TO_AGENT"})
_CLOSING = ("LP_CLOSECONVERSATION", "LP_CLOSEDIALOG")
_LONGEST_COMMENT = 500
_LEAVES = frozenset({"goto", "end", "resume", "close", "handoff"})


@dataclass(slots=True)
class Built:
    """The steps of one message, and the way on behind them."""

    steps: list[Step]
    way: str = NEXT

    @property
    def leaves(self) -> bool:
        """Whether the last step goes somewhere by itself, so that it needs no `next`."""
        return not _LEAVES.isdisjoint(self.steps[-1])


def build_steps(message: Part, work: Work) -> Built:
    """The steps of a message; never none, since others may jump to it."""
    built = _Builder(message, work).build()
    first, spot = built.steps[0], work.spots[message.text("id")]
    comment = _comment(message)
    built.steps[0] = {"id": spot.step, **first, **({"comment": comment} if comment else {})}
    return built


def _comment(message: Part) -> str:
    text = message.text("comment") if message.is_text("comment") else message.part("comment").text("content")
    return " ".join(text.split())[:_LONGEST_COMMENT]


class _Builder:
    def __init__(self, message: Part, work: Work) -> None:
        self._message = message
        self._work = work
        self._where = message.text("name") or message.text("id")
        self._kind = message.text("interactionType").upper()
        self._ways = Ways(work, message, self._where)
        self._step_id = work.spots[message.text("id")].step

    def build(self) -> Built:
        if self._message.text("status", "ACTIVE").upper() in {"INACTIVE", "DISABLED"}:
            return self._left_out("It was switched off", "Write it anew if it is needed.")
        content = read_content(self._message, self._work, self._where)
        rules = read_rules(
            self._message,
            self._work,
            self._where,
            [text for choice in content.choices for text in choice if text],
        )
        return self._chosen(content)(content, rules)

    def _chosen(self, content: Content) -> Callable[[Content, list[Rule]], Built]:
        known = next((build for kinds, build in _KINDS if self._kind in kinds), None)
        if known is not None:
            return partial(known, self)
        shown = bool(content.texts or content.choices)
        self._work.report.add(
            self._where,
            f"The interaction {self._kind[:40] or '(without a type)'} is not known here; "
            + ("its text and choices are kept." if shown else "it is left out."),
            "Look whether that is what it should do.",
        )
        if not shown:
            return self._nothing
        return self.ask if content.choices or self._waits() else self.say

    def _waits(self) -> bool:
        return any(rule.filled("conditions") for rule in self._message.parts("responseMatches"))

    def _script(self, key: str, suffix: str) -> str:
        code = self._message.text(key)
        return keep_script(self._work, code, f"{self._step_id}_{suffix}", self._where) if code.strip() else ""

    def _around(self, steps: list[Step]) -> list[Step]:
        """The steps with the message's code before the first and after the last."""
        before, after = (
            self._script("preProcessMessage", "before"),
            self._script("postProcessMessage", "after"),
        )
        if before:
            steps[0] = {**steps[0], "before": before}
        if after:
            steps[-1] = {**steps[-1], "after": after}
        return steps

    def _code_alone(self) -> list[Step]:
        scripts = (self._script("preProcessMessage", "before"), self._script("postProcessMessage", "after"))
        return [{"script": path} for path in scripts if path]

    def say(self, content: Content, rules: list[Rule]) -> Built:
        texts = [text for text in content.texts if text not in _CLOSING]
        closes = len(texts) < len(content.texts)
        steps: list[Step] = [{"say": text} for text in texts]
        if content.media:
            caption = steps.pop()["say"] if len(texts) == 1 else None
            for medium in content.media:
                said: Step = {"text": caption} if caption else {}
                steps.append({"say": {**said, **medium}})
                caption = None
        if content.choices or content.links:
            last = texts[-1] if steps and not content.media else None
            if last is not None:
                steps.pop()
            steps.append({"say": {**({"text": last} if last else {}), "buttons": content.buttons_yaml()}})
        steps = self._around(steps) if steps else self._code_alone()
        return Built([*steps, {"close": True}], END) if closes else self._then(steps, rules)

    def ask(self, content: Content, rules: list[Rule]) -> Built:
        if content.cards:
            return self._cards(content, rules)
        if not (content.texts or content.choices or content.links):
            self._work.report.add(self._where, "The question has no text.", "Write what it asks.")
            content.texts.append(CHOOSE)
        steps, way = ask(content, rules, self._message, self._ways, self._work)
        answered = self._script("processUserResponse", "on_answer")
        for step in steps:
            if answered and "ask" in step:
                step["on_answer"] = answered
        asking = next((index for index, step in enumerate(steps) if "ask" in step), len(steps) - 1)
        return Built([*self._around(steps[: asking + 1]), *steps[asking + 1 :]], way)

    def _cards(self, content: Content, rules: list[Rule]) -> Built:
        shown: Step = {"say": {"cards": list(content.cards)}}
        if not self._waits():
            return self._then(self._around([shown]), rules)
        self._work.report.add(
            self._where,
            "Cards are a message here, followed by a question with their buttons as choices.",
            f"Write the question you want instead of '{CHOOSE}'.",
        )
        steps, way = ask(content, rules, self._message, self._ways, self._work)
        answered = self._script("processUserResponse", "on_answer")
        if answered:
            steps[-1]["on_answer"] = answered
        return Built(self._around([shown, *steps]), way)

    def note(self, content: Content, rules: list[Rule]) -> Built:
        text = "\n\n".join(content.texts)
        return self._then(self._around([{"note": text}]) if text else self._code_alone(), rules)

    def _then(self, steps: list[Step], rules: list[Rule]) -> Built:
        """What follows a message that does not wait: rules on variables, then the way on."""
        steps = [*steps, *self._branches([rule for rule in rules if rule.when])]
        anyway = next((rule for rule in rules if rule.unconditional), None)
        if anyway is None:
            return self._ended(steps, NEXT)
        if anyway.stores:
            steps.append({"set": {**anyway.slots, **anyway.sets}})
        return self._ended(steps, self._ways.to(anyway.target, dialog=anyway.dialog))

    def _branches(self, rules: list[Rule]) -> list[Step]:
        branches: list[Step] = []
        for rule in rules:
            way = self._ways.to(rule.target, dialog=rule.dialog)
            way = self._ways.below() if way == NEXT else way
            then: list[Step] = [{"set": {**rule.slots, **rule.sets}}] if rule.stores else []
            then.append({"end": True} if way == END else {"goto": way})
            branches.append({"if": rule.when, "then": then})
        return branches

    def _ended(self, steps: list[Step], way: str) -> Built:
        if steps:
            return Built(steps, way)
        on = self._ways.below() if way == NEXT else way
        return Built([{"end": True} if on == END else {"goto": on}], on)

    def _nothing(self, _content: Content, rules: list[Rule]) -> Built:
        return self._then(
            self._code_alone(), [rule for rule in rules if not rule.tests and not rule.no_match]
        )

    def _left_out(self, why: str, todo: str) -> Built:
        self._work.report.add(self._where, f"{why}; it is left out.", todo)
        return self._ended([], NEXT)

    def escalate(self, content: Content, rules: list[Rule]) -> Built:
        tiles = self._message.part("content").part("results").part("tile").parts("tileData")
        escalation = tiles[0].part("escalation") if tiles else Part({}, self._where)
        team = escalation.text("agentSkillName") or escalation.text("agentSkillId") or "support"
        return self._hand_off(team, "\n\n".join(content.texts), rules)

    def _hand_off(self, team: str, message: str, rules: list[Rule]) -> Built:
        self._work.report.add(
            self._where,
            f"It hands over to the team '{team[:60]}'.",
            "Write the name of your team, if it is another.",
        )
        whole: Step = {"handoff": {"team": team, "message": message}}
        step: Step = {
            **(whole if message else {"handoff": team}),
            **self._failure("on_error", rules, default=""),
        }
        before, after = (
            self._script("preProcessMessage", "before"),
            self._script("postProcessMessage", "after"),
        )
        if before:
            step["before"] = before
        if after:
            self._work.report.add(
                self._where,
                f"{after} ran behind the hand-over; it is not called.",
                "Call it before, if it is needed.",
            )
        return Built([step], END)

    def _failure(self, key: str, rules: list[Rule], default: str) -> Step:
        failed = next((rule for rule in rules if rule.result == "failure" and not rule.when), None)
        if failed is None:
            return {key: {"say": default}} if default else {}
        stored: Step = {"set": {**failed.slots, **failed.sets}} if failed.stores else {}
        way = self._ways.handler(self._ways.to(failed.target, dialog=failed.dialog))
        return {key: {**stored, **way} or {"end": True}}

    def integrate(self, content: Content, rules: list[Rule]) -> Built:
        used = self._message.part("content")
        integration = self._work.integrations.get(used.text("responderId"))
        if integration is None and not used.text("responderId"):
            integration = next(
                (
                    each
                    for each in self._work.integrations.values()
                    if each.name == used.text("responderName")
                ),
                None,
            )
        kind = (
            integration.kind
            if integration
            else "knowledge"
            if self._kind.startswith("KNOWLEDGE")
            else "missing"
        )
        match kind:
            case "api" if integration is not None:
                return self._call(integration, rules)
            case "handoff":
                return self._hand_off("support", "\n\n".join(content.texts), rules)
            case "knowledge":
                return self._answer(integration.name if integration else used.text("responderName"), rules)
            case "missing":
                return self._left_out(
                    f"Its integration '{used.text('responderName')[:60]}' is not in the export",
                    "Write a call: step.",
                )
            case _:
                return self._left_out(
                    f"Integrations of this kind ('{used.text('responderName')[:60]}') are not there",
                    "Write an action for the service behind it, and a call: step.",
                )

    def _call(self, integration: Integration, rules: list[Rule]) -> Built:
        step: Step = {"call": integration.action}
        before, after = (
            self._script("preProcessMessage", "before"),
            self._script("postProcessMessage", "after"),
        )
        if before:
            step["before"] = before
        step |= self._failure("on_error", rules, default=self._work.error_message)
        if integration.hands_off:
            step["then"] = "handoff"
            self._work.report.add(
                self._where,
                "It transfers to agents of the other platform by its own API.",
                "Replace the step by handoff: and your team; then the action is not needed.",
            )
        scripts = [path for path in (integration.transform, after) if path]
        if scripts:
            step["after"] = scripts[0]
        others: list[Step] = [{"script": path} for path in scripts[1:]]
        good = [rule for rule in rules if rule.result != "failure"]
        for rule in good:
            rule.result = ""
        return self._then([step, *others], good)

    def _answer(self, name: str, rules: list[Rule]) -> Built:
        self._work.report.add(
            self._where,
            f"It searches the knowledge base '{name[:60]}', whose articles are not in the export.",
            "Import the articles, and name the source under answer:.",
        )
        step: Step = {"answer": {"knowledge": name or "help"}, **self._failure("on_none", rules, default="")}
        good = [rule for rule in rules if rule.result != "failure"]
        for rule in good:
            rule.result = ""
        return self._then(self._around([step]), good)


_KINDS: tuple[tuple[frozenset[str], Callable[[_Builder, Content, list[Rule]], Built]], ...] = (
    (ESCALATIONS, _Builder.escalate),
    (INTEGRATIONS, _Builder.integrate),
    (NOTES, _Builder.note),
    (QUESTIONS, _Builder.ask),
    (STATEMENTS, _Builder.say),
)
"""How the interactions of each type are built."""
