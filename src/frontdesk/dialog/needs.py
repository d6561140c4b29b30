"""What an engine's step asks for from outside, and what came of it, as the conversation and its trace keep them."""

import msgspec

from frontdesk.core.action import Call, Fetched, Looked, Lookup, Need, Prompt, Prompted, Returned, Understand
from frontdesk.core.script import Ran, Script
from frontdesk.dialog.bot import Bot
from frontdesk.dialog.flows import Progress
from frontdesk.dialog.scripts import fault_place
from frontdesk.dialog.state import Pending

NEEDS: dict[type[Need], str] = {
    Call: "call",
    Script: "script",
    Lookup: "lookup",
    Prompt: "prompt",
    Understand: "understand",
}
"""What a trace calls them."""


def ask_for(progress: Progress, need: Need) -> Need:
    what = _what(need)
    progress.state.moment.pending = Pending(need.key, what)
    progress.note("need", kind=NEEDS[type(need)], what=what, key=need.key, request=_request(need))
    return need


def _request(need: Need) -> str:
    """The method and the address of a call; what stands in queries, headers and bodies is no one's to see."""
    if not isinstance(need, Call):
        return ""
    return f"{need.request.method} {need.request.url.partition('?')[0]}"


def _what(need: Need) -> str:
    match need:
        case Call(action=action):
            return action
        case Script(source=source):
            return source.name
        case Lookup():
            return "knowledge"
        case Prompt():
            return "model"
        case Understand():
            return "intents"


def judged(bot: Bot, action: str, fetched: Fetched) -> Fetched:
    """With a status that the action takes for an answer, it is one."""
    found = bot.actions.get(action)
    if fetched.outcome != "error" or found is None or fetched.status not in found.success:
        return fetched
    return msgspec.structs.replace(fetched, outcome="ok", reason="")


def details(bot: Bot, returned: Returned) -> dict[str, object]:
    """What the trace tells of it besides its outcome."""
    match returned:
        case Fetched(status=status, reason=reason):
            return {"status": status, "reason": reason}
        case Ran(error=error):
            file, line = fault_place(bot, returned) if error else ("", 0)
            return {"error": error, "source": file, "line": line} if error else {}
        case Looked(passages=passages, reason=reason, how=how):
            made = {"how": how} if how else {}
            return {"passages": [passage.title for passage in passages], "reason": reason, **made}
        case Prompted(name=name, reason=reason):
            return {"name": name, "reason": reason}
