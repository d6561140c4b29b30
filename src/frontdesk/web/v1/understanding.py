"""`/api/v1/assistants/{id}/understanding`: how far the published version's intents are learnt, and how well."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from frontdesk.core.errors import Refused
from frontdesk.store import intent_models
from frontdesk.web.route import Route, route
from frontdesk.web.typed import Asked
from frontdesk.web.v1.assistants import reachable

ROUTES: list[Route] = []
_EXAMPLE: JsonDict = {
    "version_id": "bot_01jd6r2x9cf8pbx5z0m3t7w4qb",
    "state": "ready",
    "done": 84,
    "total": 84,
    "reason": "",
    "remarks": ["With fewer than 5 examples, these intents are often not understood: refund."],
    "intents": 12,
    "examples": 72,
    "accuracy": 0.91,
    "by_meaning": True,
    "size_bytes": 421_000,
    "finished_at": "2026-11-21T16:30:00Z",
}


class UnderstandingView(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    version_id: str
    state: Literal["waiting", "training", "ready", "failed", "none"] = Field(
        description="`none`: the bot has no intents with examples. Until it is `ready`, the model before serves."
    )
    done: int = Field(description="Texts read so far.")
    total: int = Field(description="Of so many.")
    reason: str = Field(description="Why it failed, or learnt less than it could.")
    remarks: list[str] = Field(description="What about the examples is worth mending.")
    intents: int
    examples: int
    accuracy: float = Field(description="Share of the examples understood when they were held back; 0 to 1.")
    by_meaning: bool = Field(description="False: texts are compared by their words only.")
    size_bytes: int
    finished_at: datetime | None


@route(
    ROUTES,
    "GET",
    "/api/v1/assistants/{assistant_id}/understanding",
    permission="bots.read",
    summary="How far an assistant's intents are learnt.",
)
async def read_understanding(ask: Asked, assistant_id: str) -> UnderstandingView:
    assistant = await reachable(ask, assistant_id)
    if assistant.published_version is None:
        raise Refused("not_found", "The assistant has no published version.")
    found = await intent_models.status_of(ask.workspace, ask.tx, assistant.published_version)
    return UnderstandingView(
        version_id=found.version_id,
        state=found.state,
        done=found.done,
        total=found.total,
        reason=found.reason,
        remarks=list(found.remarks),
        intents=found.intents,
        examples=found.examples,
        accuracy=round(found.accuracy, 4),
        by_meaning=bool(found.fingerprint),
        size_bytes=found.size_bytes,
        finished_at=found.finished_at,
    )
