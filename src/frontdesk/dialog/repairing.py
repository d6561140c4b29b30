"""Repair: what a customer can say at any question to cancel, go back, hear it again or correct an earlier answer."""

from frontdesk.dialog.answer_types import around
from frontdesk.dialog.bot import Question
from frontdesk.dialog.flows import Progress
from frontdesk.dialog.moves import Move, Resume, Wait
from frontdesk.dialog.patterns import normalise
from frontdesk.dialog.scripts import JUMP
from frontdesk.dialog.utterance import Utterance


def repair(progress: Progress, question: Question, said: Utterance) -> Move | None:
    """Do what the message asks for; None when it asks for nothing of the kind."""
    found = progress.bot.repair.find(said.plain, said.text, str(progress.fact("language")))
    if found is None or said.intent:
        return None
    kind, rest = found
    match kind:
        case "cancel":
            progress.note("repair", kind=kind)
            progress.memo.pop(JUMP, None)  # where its script wanted to go is over with it
            progress.say_text(progress.phrase("cancelled"))
            return Resume()
        case "back":
            progress.note("repair", kind=kind)
            return _back(progress, question)
        case "repeat":
            progress.note("repair", kind=kind)
            question.repeat(progress)
            return Wait()
        case _:
            if not progress.corrected(
                Utterance(rest, normalise(rest), mentions=progress.bot.entities.find(rest, around(progress)))
            ):
                return None
            progress.note("repair", kind=kind)
            progress.say_text(progress.phrase("corrected"))
            question.repeat(progress)
            return Wait()


def _back(progress: Progress, question: Question) -> Move:
    earlier = progress.back()
    if earlier is None:
        progress.say_text(progress.phrase("nothing_before"))
        question.repeat(progress)
        return Wait()
    if earlier.slot:
        progress.put(earlier.slot, None)
    earlier.repeat(progress)
    return Wait()
