"""What the tests of a draft said when they were held, for whoever publishes it then. Called by the panel."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import text

from frontdesk.core.ids import AssistantId, WorkspaceId
from frontdesk.store.connect import json_text
from frontdesk.store.tx import Tx

# After a day another release may answer otherwise.
_READ = text("""
    SELECT is_held, to_accept FROM bot_gates
    WHERE workspace_id = :w AND assistant_id = :id AND digest = :digest AND held_at > now() - interval '1 day'""")
_PUT = text("""
    INSERT INTO bot_gates (workspace_id, assistant_id, digest, is_held, to_accept)
    VALUES (:w, :id, :digest, :is_held, CAST(:to_accept AS jsonb))
    ON CONFLICT (workspace_id, assistant_id) DO UPDATE
    SET digest = excluded.digest, is_held = excluded.is_held, to_accept = excluded.to_accept, held_at = now()""")


@dataclass(frozen=True, slots=True)
class Gate:
    """`is_held`: False when the tests took too long. `to_accept`: tests that differ or fail, each with the mark of how."""

    is_held: bool
    to_accept: Mapping[str, str]


async def read(workspace: WorkspaceId, tx: Tx, assistant_id: AssistantId, digest: str) -> Gate | None:
    """None where other files were held than those that `digest` names, or none."""
    row = (await tx.execute(_READ, {"w": workspace, "id": assistant_id, "digest": digest})).first()
    return None if row is None else Gate(row.is_held, row.to_accept)


async def put(workspace: WorkspaceId, tx: Tx, assistant_id: AssistantId, digest: str, gate: Gate) -> None:
    values = {"w": workspace, "id": assistant_id, "digest": digest, "is_held": gate.is_held}
    await tx.execute(_PUT, {**values, "to_accept": json_text(dict(gate.to_accept))})
