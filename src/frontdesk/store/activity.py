"""Reads the audit log: what was done, the latest first, by whom, to what, of which kind and when. Called by `web`.

Written, and verified, it is by `audit`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import TextClause, text

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
_NAMED = {
    "accounts": "name",
    "ai_services": "name",
    "api_keys": "name",
    "articles": "title",
    "assistants": "name",
    "channels": "name",
    "contacts": "name",
    "integrations": "name",
    "labels": "name",
    "saved_replies": "name",
    "tasks": "name",
    "teams": "name",
    "webhooks": "coalesce(nullif(description, ''), url)",
    "workspaces": "name",
}
_NAMES = text(
    " UNION ALL ".join(
        f"SELECT {'workspace_id' if table == 'workspaces' else 'id'} AS id, {name} AS name FROM {table}"  # from the table above
        f" WHERE workspace_id = :workspace AND {'workspace_id' if table == 'workspaces' else 'id'}"
        " = ANY (CAST(:ids AS text[]))"
        for table, name in _NAMED.items()
    )
)
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


async def names(workspace: WorkspaceId, tx: Tx, ids: Iterable[str]) -> dict[str, str]:
    """What those of these ids are called now that are there and have a name."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    rows = await tx.execute(_NAMES, {"workspace": workspace, "ids": wanted})
    return {row.id: row.name for row in rows if row.name}


async def actors(workspace: WorkspaceId, tx: Tx, *, limit: int) -> list[str]:
    """Everybody who did something, as `Actor.name`; one step in an index for each of them."""
    rows = await tx.execute(_ACTORS, {"workspace": workspace, "limit": limit})
    return [row.actor for row in rows]
