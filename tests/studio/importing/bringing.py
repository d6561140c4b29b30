"""Imports small exports made for one test, and holds conversations with what came of them."""

from collections.abc import Sequence
from typing import Any

from tests.dialog.driver import Talk, answers
from tests.studio.importing.exports import Json, export, flow, packed, starter
from tests.studio.importing.loading import load

from frontdesk.core.action import Say
from frontdesk.core.message import Part
from frontdesk.studio.importing import Imported, import_export


def brought(*flows: tuple[Json, list[Json]], **more: Any) -> Imported:
    return import_export(packed(export(*flows, **more)), "b")


def one(*messages: Json, responders: Sequence[Json] = (), **more: object) -> Imported:
    """A bot whose flow `go` has these messages."""
    return brought(flow("go", starter("start", "go"), *messages), responders=responders, **more)


def talk(found: Imported, body: object = None, status: int = 200) -> Talk:
    bot = load(found.files)
    return Talk(bot, {name: answers(status, {} if body is None else body) for name in bot.actions})


def parts_of(held: Talk) -> list[Part]:
    """What was said last."""
    return [part for action in held.last if isinstance(action, Say) for part in action.parts]


def told(found: Imported) -> str:
    return "\n".join(map(str, found.report))
