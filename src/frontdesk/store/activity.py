"""Reads the audit log: what was done, the latest first, by whom, to what, of which kind and when. Called by `web`.

Written, and verified, it is by `audit`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import TextClause, text

from frontdesk.core.contact import Known, called
from frontdesk.core.ids import WorkspaceId
from frontdesk.store.tx import Tx

_ENTRIES = """
    SELECT seq AS number, at, actor, action, target, before, after, ip AS address
    FROM audit
    WHERE workspace_id = :workspace AND (at, seq) < (:before_at, :before_number) {only}
    ORDER BY at DESC, seq DESC LIMIT :limit"""
# Only what is asked for stands in a statement: each kind of question is planned by itself, and finds its index.
_ONLY = {
    "actor": "actor = :actor",
    "kind": "kind = :kind",
    "action": "action = :action",
    "target": "target = :target",
    "since": "at >= :since",
}
_KEPT = "true"
_OUT_OF_BIN = "deleted_at IS NULL"
_NAMED = {
    "accounts": ("name", _KEPT),
    "ai_services": ("name", _KEPT),
    "api_keys": ("name", _KEPT),
    "articles": ("title", "status <> 'removed'"),
    "assistants": ("name", _OUT_OF_BIN),
    "channels": ("name", _OUT_OF_BIN),
    "integrations": ("name", _OUT_OF_BIN),
    "labels": ("name", _OUT_OF_BIN),
    "saved_replies": ("name", _OUT_OF_BIN),
    "tasks": ("name", _OUT_OF_BIN),
    "teams": ("name", _OUT_OF_BIN),
    "webhooks": ("coalesce(nullif(description, ''), url)", _OUT_OF_BIN),
}
"""Tables -> what a row is called, and whether it has a page."""
_WANTED = "= ANY (CAST(:ids AS text[]))"
_EVERY_NAME = " UNION ALL ".join(
    f"SELECT id, {name} AS name, {there} AS there, '' AS external_id FROM {table}"  # from the table above
    f" WHERE workspace_id = :workspace AND id {_WANTED}"
    for table, (name, there) in _NAMED.items()
)
_NAMES = text(f"""
    {_EVERY_NAME}
    UNION ALL SELECT workspace_id, name, true, '' FROM workspaces
        WHERE workspace_id = :workspace AND workspace_id {_WANTED}
    UNION ALL SELECT c.id, p.name, true, c.external_id FROM conversations c
        JOIN contacts p ON p.workspace_id = c.workspace_id AND p.id = c.contact_id
        WHERE c.workspace_id = :workspace AND c.id {_WANTED}
    UNION ALL SELECT p.id, p.name, true, coalesce(
            (SELECT c.external_id FROM conversations c WHERE c.workspace_id = p.workspace_id AND c.contact_id = p.id
             ORDER BY c.id DESC LIMIT 1), '') FROM contacts p
        WHERE p.workspace_id = :workspace AND p.id {_WANTED}""")
_ACTORS = text("""
    WITH RECURSIVE each AS (
        (SELECT actor FROM audit WHERE workspace_id = :workspace ORDER BY actor LIMIT 1)
        UNION ALL
        SELECT (SELECT a.actor FROM audit a WHERE a.workspace_id = :workspace AND a.actor > each.actor
                ORDER BY a.actor LIMIT 1)
        FROM each WHERE each.actor IS NOT NULL)
    SELECT actor FROM each WHERE actor IS NOT NULL LIMIT :limit""")
LATEST = (datetime(9999, 12, 31, tzinfo=UTC), 2**62)
"""Before which every entry is."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries; what is empty leaves all. `kind` is the first word of an action, `until` is not included."""

    actor: str = ""
    kind: str = ""
    action: str = ""
    target: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def given(self) -> dict[str, object]:
        """What is asked for, by its name."""
        every = {name: getattr(self, name) for name in (*_ONLY, "until")}
        return {name: value for name, value in every.items() if value}


@dataclass(frozen=True, slots=True)
class Done:
    """One entry. `number` counts from 1 within the workspace; `actor` is `Actor.name`."""

    number: int
    at: datetime
    actor: str
    action: str
    target: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    address: str | None

    @property
    def id(self) -> str:
        return str(self.number)

    @property
    def place(self) -> tuple[datetime, int]:
        return self.at, self.number


async def entries(
    workspace: WorkspaceId, tx: Tx, wanted: Wanted, *, before: tuple[datetime, int] = LATEST, limit: int
) -> list[Done]:
    """The latest first, those before the place `before`."""
    given = wanted.given()
    given.pop("until", None)
    # The index is entered where the answer begins.
    start = before if wanted.until is None else min(before, (wanted.until, 0))
    places = {"before_at": start[0], "before_number": start[1]}
    rows = await tx.execute(
        _statement(tuple(given)), {"workspace": workspace, "limit": limit, **places, **given}
    )
    return [Done(**row._mapping) for row in rows]  # noqa: SLF001  # the documented way to a row as a mapping


def _statement(given: Sequence[str]) -> TextClause:
    return text(_ENTRIES.format(only="".join(f" AND {_ONLY[name]}" for name in given)))


@dataclass(frozen=True, slots=True)
class Found:
    """What something is called now; of a conversation, whose it is. `there`: it was not removed, and has its page."""

    name: str
    there: bool


async def find(workspace: WorkspaceId, tx: Tx, ids: Iterable[str]) -> dict[str, Found]:
    """Those of these ids that there is something of."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    rows = await tx.execute(_NAMES, {"workspace": workspace, "ids": wanted})
    return {
        row.id: Found(called(Known(row.name), row.external_id) if row.external_id else row.name, row.there)
        for row in rows
    }


async def actors(workspace: WorkspaceId, tx: Tx, *, limit: int) -> list[str]:
    """Everybody who did something, as `Actor.name`; one step in an index for each of them."""
    rows = await tx.execute(_ACTORS, {"workspace": workspace, "limit": limit})
    return [row.actor for row in rows]
