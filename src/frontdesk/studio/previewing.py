"""Talking to a draft: over the preview channel, where actions answer with their samples and nobody is called.

Each preview is a customer of that channel, named after the version that it tries, so that every turn of it, in
whichever process, is that version's. Called by the API and the panel.
"""

import re

from frontdesk.core.action import Heard
from frontdesk.core.errors import Refused
from frontdesk.core.ids import AssistantId, BotVersionId, WorkspaceId
from frontdesk.store import bots
from frontdesk.store.ids import mint
from frontdesk.turn.bots import tried_by
from frontdesk.turn.lanes import Lanes
from frontdesk.turn.line import Line
from frontdesk.turn.receive import Answer, Arrival, receive

PREVIEW_ID = re.compile(r"[0-9a-z_.]{1,100}", re.ASCII)


def new_preview(version_id: BotVersionId) -> str:
    """The id of another preview; nobody can guess it."""
    return f"{version_id}.{mint('vis')}"


async def say(
    workspace: WorkspaceId,
    line: Line,
    lanes: Lanes,
    assistant_id: AssistantId,
    *,
    preview: str,
    heard: Heard,
) -> Answer:
    """What the draft answers.

    Raises:
        Refused: There is no such preview, or none any more.
        Unavailable: The database is away.
    """
    version = tried_by(preview)
    if version is None or not await bots.is_version_of(workspace, line.store, version, assistant_id):
        raise Refused("not_found", "There is no such preview, or none any more: begin another.")
    entrance = await line.bots.preview(workspace, assistant_id, version)
    return await receive(line, lanes, Arrival(entrance, preview, heard))
