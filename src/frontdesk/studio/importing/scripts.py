"""An export's JavaScript becomes files as it stands; what the author must look at in it is reported, never run."""

import re

from frontdesk.dialog.bot_context import AVAILABLE
from frontdesk.studio.importing.work import Work

_JUMP = re.compile(r"setTriggerNextMessage\(\s{0,5}([\"'])([^\"'\n]{1,200})\1")
_CALL = re.compile(r"botContext\s{0,5}\.\s{0,5}([A-Za-z_]\w{0,60})\s{0,5}\(", re.ASCII)
_SECRET = re.compile(
    r"(?:api[_-]?key|token|secret|password|authorization|bearer)[\"']?\]?\s{0,5}[:=,]\s{0,5}[\"'][^\"'\s]{8}",
    re.IGNORECASE,
)
_REPLACES = re.compile(r"setBotVariable\(\s{0,5}[\"']api_")
_START = re.compile(r"\b(__initConversation|initConversation)\s{0,5}(?:=\s{0,5}function)?\s{0,5}\(")
KNOWN = AVAILABLE
"""The scripting functions that work here; those that are there and refuse are not among them."""


def keep_script(work: Work, code: str, name: str, where: str) -> str:
    """Make a file of the code, byte for byte; returns its path."""
    path = f"scripts/{work.script_names.take(name, 'script')}.js"
    work.scripts[path] = code
    work.jumps += [(f"{where} ({path})", found[2]) for found in _JUMP.finditer(code)]
    unknown = sorted(set(_CALL.findall(code)) - KNOWN)
    if unknown:
        work.report.add(
            where,
            f"{path} uses {', '.join(unknown[:10])}, which scripts do not have here.",
            "Write that part another way: with steps, actions or contact attributes.",
        )
    if _SECRET.search(code):
        work.report.add(
            where,
            f"{path} seems to hold a key or password.",
            "Move the call into an action and the key into a secret.",
        )
    if "skipPreviousDialog" in code:
        work.report.add(
            where,
            f"{path} switches off the return to the interrupted question by a variable.",
            "End the flow by handoff, or let the question have listen: false.",
        )
    if _REPLACES.search(code):
        work.report.add(
            where,
            f"{path} replaces an API answer before it is read.",
            "Let the action's result: paths fit the answer as it comes.",
        )
    return path


def start_function(code: str) -> str:
    """The function to call when a conversation begins, if the global functions have one."""
    found = _START.search(code)
    return found[1] if found else ""
