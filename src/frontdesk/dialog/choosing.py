"""Disambiguation: when a message may mean several flows, the customer chooses among their names."""

from frontdesk.core.message import Button, Buttons
from frontdesk.dialog.flows import Progress
from frontdesk.dialog.patterns import normalise
from frontdesk.dialog.rules import marked
from frontdesk.dialog.state import MAX_OPTIONS
from frontdesk.dialog.utterance import Utterance


def offered(progress: Progress, said: Utterance) -> bool:
    """Offer the flows that the message may mean; False when there are none."""
    flows = progress.bot.triggers.unsure(said)[: MAX_OPTIONS - 1]
    if not flows:
        return False
    progress.state.options = list(flows)
    progress.note("choose", candidates=flows)
    labels = [*(progress.bot.flows[flow].name for flow in flows), progress.phrase("none_of_these")]
    progress.say(
        Buttons(progress.phrase("which_one"), tuple(Button(label, label) for label in labels), quick=True)
    )
    return True


def taken(progress: Progress, said: Utterance) -> bool:
    """Take the message as the choice of an offered flow; False when it is none of them, nor the refusal."""
    flows, progress.state.options = progress.state.options, []
    flows = [flow for flow in flows if flow in progress.bot.flows]
    if not flows:
        return False
    none = normalise(progress.phrase("none_of_these"))
    refused = progress.bot.repair.none_of_these(said.plain, str(progress.fact("language")))
    labels = [*(normalise(progress.bot.flows[flow].name) for flow in flows), none]
    index = labels.index(said.plain) if said.plain in labels else marked(said.plain)
    if refused and said.plain not in labels:
        index = len(flows)
    if not 0 <= index < len(labels):
        return False
    if index == len(flows):
        progress.note("chosen", flow="")
        progress.say_text(progress.phrase("tell_me_more"))
        return True
    intent = progress.bot.flows[flows[index]].trigger.intent
    progress.note("chosen", flow=flows[index])
    progress.state.chosen_intent = progress.state.last_intent = progress.state.intent = intent
    progress.start(flows[index], intent=intent)
    return True
