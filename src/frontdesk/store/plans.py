"""Plans: what the owner of the installation set, who was given which, how much of it is used. Called by `access.plans`.

What an owner sets stands in the installation's own workspace; what a plan switched off, in the workspace concerned.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import msgspec
from sqlalchemy import Row, text

from frontdesk.core.ids import WorkspaceId
from frontdesk.core.plan import EVERYTHING, Plan, refuse_beyond, refuse_without
from frontdesk.store import webhooks, workspaces
from frontdesk.store.connect import across_workspaces, json_text
from frontdesk.store.tx import Tx

_OF = text("SELECT plan, switches, quotas FROM plan_of(:w)")
_EDITED = text("SELECT name, switches, quotas, row_version FROM plans WHERE workspace_id = :w ORDER BY name")
_PUT = text("""
    INSERT INTO plans (workspace_id, name, switches, quotas)
    VALUES (:w, :name, CAST(:switches AS jsonb), CAST(:quotas AS jsonb))
    ON CONFLICT (workspace_id, name) DO UPDATE
    SET switches = excluded.switches, quotas = excluded.quotas, row_version = plans.row_version + 1""")
_WITH_PLANS = """
    SELECT e.workspace_id, e.name, e.is_default, g.plan, coalesce(g.row_version, 0) AS row_version
    FROM every_workspace() e LEFT JOIN plans_given g ON g.workspace_id = :w AND g.given_to = e.workspace_id """
_GIVEN = text(_WITH_PLANS + "WHERE e.workspace_id > :after ORDER BY e.workspace_id LIMIT :limit")
_GIVEN_ONE = text(_WITH_PLANS + "WHERE e.workspace_id = :one")
_GIVEN_PLAN = text(_WITH_PLANS + "WHERE g.plan = :plan ORDER BY e.workspace_id")
_GIVE = text("""
    INSERT INTO plans_given (workspace_id, given_to, plan) VALUES (:w, :to, :plan)
    ON CONFLICT (workspace_id, given_to) DO UPDATE
    SET plan = excluded.plan, row_version = plans_given.row_version + 1""")
_COUNTS = {
    "articles": text("SELECT count(*) FROM articles WHERE workspace_id = :w AND status <> 'removed'"),
    "accounts": text("SELECT count(*) FROM accounts WHERE workspace_id = :w AND status = 'active'"),
    "assistants": text("SELECT count(*) FROM assistants WHERE workspace_id = :w AND deleted_at IS NULL"),
    "ai_services": text("SELECT count(*) FROM ai_services WHERE workspace_id = :w"),
}
COUNTED = frozenset(_COUNTS)
"""The quotas of which there are so many at any time; another is of a span of time."""
_IN_USE = text("""
    SELECT id, 'webhooks' AS switch, nullif(description, '') AS name, url
    FROM webhooks WHERE workspace_id = :w AND enabled AND deleted_at IS NULL
    UNION ALL
    SELECT id, type, name, NULL FROM channels WHERE workspace_id = :w AND enabled AND deleted_at IS NULL
    UNION ALL
    SELECT id, type, name, NULL FROM integrations WHERE workspace_id = :w AND enabled AND deleted_at IS NULL
    ORDER BY 2, 3, 1""")
_TURN = {
    "chan": text("""
        UPDATE channels SET enabled = :on, row_version = row_version + 1
        WHERE workspace_id = :w AND id = :id AND enabled <> :on AND deleted_at IS NULL"""),
    "intg": text("""
        UPDATE integrations SET enabled = :on, row_version = row_version + 1
        WHERE workspace_id = :w AND id = :id AND enabled <> :on AND deleted_at IS NULL"""),
}
_STOPPED = text("SELECT id, switch FROM plan_stops WHERE workspace_id = :w ORDER BY id")
_NOTE = text("""
    INSERT INTO plan_stops (workspace_id, id, switch) VALUES (:w, :id, :switch)
    ON CONFLICT (workspace_id, id) DO UPDATE SET switch = excluded.switch, stopped_at = now()""")
_FORGET = text("DELETE FROM plan_stops WHERE workspace_id = :w AND id = :id")


@dataclass(frozen=True, slots=True)
class Edited:
    """A plan that was set in some way; `row_version` is 0 where none was."""

    plan: Plan
    row_version: int


@dataclass(frozen=True, slots=True)
class Given:
    """A workspace of the installation and the plan that it was given."""

    workspace: WorkspaceId
    name: str
    is_default: bool
    plan: str
    row_version: int

    @property
    def id(self) -> str:
        return self.workspace


@dataclass(frozen=True, slots=True)
class Used:
    """A webhook, channel or integration that is switched on; `switch` is what a plan calls its kind."""

    id: str
    switch: str
    name: str


async def plan_of(workspace: WorkspaceId, tx: Tx) -> Plan:
    """The plan that the workspace has."""
    row = (await tx.execute(_OF, {"w": workspace})).first()
    return Plan() if row is None else Plan(row.plan, row.switches, row.quotas)


async def hold_to(
    workspace: WorkspaceId, tx: Tx, limit: str, *, adding: int = 1, least: str | None = None
) -> None:
    """The one place where a workspace is held to its plan: called before something is made or switched on.

    `limit`: one of `COUNTED`, or a switch with the least plan that has it by default.

    Raises:
        Refused: `plan_limit`, which says what, by which plan, and how it is lifted.
    """
    plan = await plan_of(workspace, tx)
    if limit not in COUNTED:
        refuse_without(plan, limit, least or "basic")
    elif plan.most(limit) is not None:
        # Two at the same time would each find room for one.
        await workspaces.hold(workspace, tx)
        refuse_beyond(plan, limit, await count(workspace, tx, limit), adding)


def from_row(name: str | None, switches: str | None, quotas: str | None) -> Plan:
    """The same out of a row of a connection of the line, which gives JSON as text."""
    if name is None or switches is None or quotas is None:
        return Plan()
    return Plan(
        name,
        msgspec.json.decode(switches, type=dict[str, bool]),
        msgspec.json.decode(quotas, type=dict[str, int | None]),
    )


async def edited(workspace: WorkspaceId, tx: Tx) -> dict[str, Edited]:
    """By name, what the workspace's owner set; it counts where the workspace is the installation's own."""
    rows = await tx.execute(_EDITED, {"w": workspace})
    return {row.name: Edited(Plan(row.name, row.switches, row.quotas), row.row_version) for row in rows}


async def put(workspace: WorkspaceId, tx: Tx, plan: Plan) -> None:
    values = {"switches": json_text(dict(plan.switches)), "quotas": json_text(dict(plan.quotas))}
    await tx.execute(_PUT, {"w": workspace, "name": plan.name, **values})


@across_workspaces(
    "an installation's owner gives each workspace its plan; of the others the name is read, nothing else"
)
async def given(workspace: WorkspaceId, tx: Tx, *, after: str, limit: int) -> list[Given]:
    """The workspaces of the installation with what this one gave them, in the order of their ids."""
    rows = await tx.execute(_GIVEN, {"w": workspace, "after": after, "limit": limit})
    return [_given(row) for row in rows]


@across_workspaces("an installation's owner gives one of them its plan; of it the name is read, nothing else")
async def given_to(workspace: WorkspaceId, tx: Tx, one: str) -> Given | None:
    """One of them."""
    row = (await tx.execute(_GIVEN_ONE, {"w": workspace, "one": one})).first()
    return None if row is None else _given(row)


@across_workspaces(
    "a plan that an installation's owner changes concerns those that were given it; their names are read, nothing else"
)
async def given_plan(workspace: WorkspaceId, tx: Tx, plan: str) -> list[Given]:
    """All that were given one plan, which is not `everything`."""
    return [_given(row) for row in await tx.execute(_GIVEN_PLAN, {"w": workspace, "plan": plan})]


def _given(row: Row[Any]) -> Given:
    plan = row.plan or EVERYTHING
    return Given(WorkspaceId(row.workspace_id), row.name, row.is_default, plan, row.row_version)


async def give(workspace: WorkspaceId, tx: Tx, to: WorkspaceId, plan: str) -> None:
    """Give another workspace, or this one, a plan."""
    await tx.execute(_GIVE, {"w": workspace, "to": to, "plan": None if plan == EVERYTHING else plan})


async def count(workspace: WorkspaceId, tx: Tx, quota: str) -> int:
    """How many there are of one of `COUNTED`."""
    return int(await tx.scalar(_COUNTS[quota], {"w": workspace}) or 0)


async def in_use(workspace: WorkspaceId, tx: Tx) -> list[Used]:
    """What is switched on, of everything that a plan can be without.

    Of a webhook's address only the host is named: who gives plans reads this, and the rest often is a secret.
    """
    rows = await tx.execute(_IN_USE, {"w": workspace})
    return [Used(row.id, row.switch, row.name or urlsplit(row.url or "").hostname or row.id) for row in rows]


async def stopped(workspace: WorkspaceId, tx: Tx) -> Mapping[str, str]:
    """What a plan switched off: id -> switch."""
    return {row.id: row.switch for row in await tx.execute(_STOPPED, {"w": workspace})}


async def stop(workspace: WorkspaceId, tx: Tx, used: Used) -> bool:
    """Switch off what is switched on, and remember that a plan did; False where somebody did meanwhile."""
    turned = await _turn(workspace, tx, used.id, on=False)
    if turned:
        await tx.execute(_NOTE, {"w": workspace, "id": used.id, "switch": used.switch})
    return turned


async def go_on(workspace: WorkspaceId, tx: Tx, id_: str) -> bool:
    """Switch on again what a plan switched off; False where somebody did, or put it into the bin."""
    await tx.execute(_FORGET, {"w": workspace, "id": id_})
    return await _turn(workspace, tx, id_, on=True)


async def _turn(workspace: WorkspaceId, tx: Tx, id_: str, *, on: bool) -> bool:
    kind = id_.partition("_")[0]
    if kind != "hook":
        turned = await tx.execute(_TURN[kind], {"w": workspace, "id": id_, "on": on})
        return turned.rowcount > 0
    found = await webhooks.find_webhook(workspace, tx, id_)
    if found is None or found.deleted_at is not None or found.enabled == on:
        return False
    await webhooks.update_webhook(
        workspace,
        tx,
        found.id,
        url=found.url,
        events=found.events,
        description=found.description,
        enabled=on,
    )
    return True
