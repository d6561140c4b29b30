"""Questions: a text, choices, and the rules that say what an answer does."""

from frontdesk.studio.importing.contents import Content
from frontdesk.studio.importing.export import Part
from frontdesk.studio.importing.rules import Rule
from frontdesk.studio.importing.ways import END, NEXT, Ways
from frontdesk.studio.importing.work import Step, Work

CHOOSE = "Please choose one."
"""Asked under cards, which have no question of their own."""
_ANYTHING = "*"


def ask(content: Content, rules: list[Rule], message: Part, ways: Ways, work: Work) -> tuple[list[Step], str]:
    """The steps of a question, the asking one last, and the way on from it."""
    if _only_offers(content, rules, message, ways):
        return [_offer(content)], END
    before: list[Step] = [{"say": text} for text in content.texts[:-1]]
    if content.links:
        before.append({"say": {"buttons": list(content.links)}})
    step: Step = {"ask": content.texts[-1] if content.texts else CHOOSE}
    tested = [rule for rule in rules if not (rule.unconditional or rule.no_match)]
    anything = next((rule for rule in rules if rule.unconditional), None)
    nothing = next((rule for rule in rules if rule.no_match), None)
    if content.choices:
        step["choices"] = content.choices_yaml()
    if anything is not None and not tested and not content.choices:
        return _open(step, anything, before, ways)
    if _is_plain(tested, anything, nothing, content, ways):
        (rule,) = tested
        step |= _kept(rule) | {"accept": rule.test_yaml()}
    else:
        listed: list[Step] = [_rule(rule, ways) for rule in tested]
        if anything is not None:
            listed.append({"pattern": _ANYTHING, **anything.store_yaml(), **_way(anything, ways)})
            nothing = None
        elif nothing is not None and not _asks_again(nothing, tested, content, ways):
            said: Step = (
                {"say": text} if (text := work.texts.message(nothing.message, _where(message))) else {}
            )
            listed.append({"pattern": _ANYTHING, **said, **nothing.store_yaml(), **_way(nothing, ways)})
            nothing = None
        if listed:
            step["rules"] = listed
    step |= _reprompt(nothing, message, step, work)
    return [*before, step], NEXT


def _where(message: Part) -> str:
    return message.text("name") or message.text("id")


def _way(rule: Rule, ways: Ways) -> Step:
    return ways.rule(ways.to(rule.target, dialog=rule.dialog))


def _rule(rule: Rule, ways: Ways) -> Step:
    tests = rule.test_yaml() or {"pattern": _ANYTHING}
    when: Step = {"when": rule.when} if rule.when else {}
    return {**tests, **when, **rule.store_yaml(), **_way(rule, ways)}


def _kept(rule: Rule) -> Step:
    # Such a question is asked even when its slot is filled: only entities are skipped there.
    stored = rule.store_yaml()
    return stored | {"ask_again": True} if "slot" in stored else stored


def _only_offers(content: Content, rules: list[Rule], message: Part, ways: Ways) -> bool:
    """Whether nothing is done with the answer: then it is a message with buttons, and a tap may start any flow."""
    if not (content.choices or content.links) or message.text("processUserResponse").strip():
        return False
    if not rules:
        return not content.choices
    if len(rules) > 1 or not rules[0].unconditional or rules[0].stores:
        return False
    way = ways.to(rules[0].target, dialog=rules[0].dialog)
    return way == END or (way == NEXT and ways.below() == END)


def _offer(content: Content) -> Step:
    said: Step = {"text": "\n\n".join(content.texts)} if content.texts else {}
    return {"say": {**said, "buttons": content.buttons_yaml()}}


def _open(step: Step, rule: Rule, before: list[Step], ways: Ways) -> tuple[list[Step], str]:
    stored = rule.store_yaml()
    steps = [*before, step]
    if "slot" in stored:
        step |= {"slot": stored["slot"], "ask_again": True}
        if "value" in stored:
            step["value"] = stored["value"]
    if "set" in stored:
        steps.append({"set": stored["set"]})
    return steps, ways.to(rule.target, dialog=rule.dialog)


def _is_plain(
    tested: list[Rule], anything: Rule | None, nothing: Rule | None, content: Content, ways: Ways
) -> bool:
    """Whether one test decides, so that the question says what it accepts instead of having rules."""
    if len(tested) != 1 or anything is not None or content.choices:
        return False
    rule = tested[0]
    if not rule.tests or rule.when or rule.sets or len(rule.slots) > 1:
        return False
    if nothing is not None and not _asks_again(nothing, tested, content, ways):
        return False
    return ways.to(rule.target, dialog=rule.dialog) == NEXT


def _asks_again(nothing: Rule, tested: list[Rule], content: Content, ways: Ways) -> bool:
    """Whether the question waits on after an answer that does not do, so that a reprompt says it."""
    return ways.is_self(nothing.target) and not nothing.stores and bool(tested or content.choices)


def _reprompt(nothing: Rule | None, message: Part, step: Step, work: Work) -> Step:
    where = _where(message)
    if nothing is not None:
        text = work.texts.message(nothing.message, where)
        return {"reprompt": text or step["ask"], "listen": False}
    own = next(
        (message.text(key) for key in ("fallbackMessage", "fallbackResponse") if message.is_text(key)), ""
    )
    text = work.texts.message(own, where)
    return {"reprompt": text} if text else {}
