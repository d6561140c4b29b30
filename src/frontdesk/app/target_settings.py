"""Settings of what deliveries are sent to, with their secrets in place: channels, integrations, endpoints, mail, push.

Remembered for a second, so that a burst of deliveries asks once.
"""

import asyncio
import time
from datetime import UTC, datetime
from weakref import WeakValueDictionary

from frontdesk.core.errors import Bug, Refused
from frontdesk.core.ids import WorkspaceId
from frontdesk.hub import mail
from frontdesk.kit.posting import SIGNING
from frontdesk.store import mails, webhook_secrets
from frontdesk.store.channels import Channel, read_channel
from frontdesk.store.connect import Store
from frontdesk.store.integrations import Integration, read_integration
from frontdesk.store.secrets import Vault, reveal_secrets
from frontdesk.store.tx import Tx
from frontdesk.turn import pushes

REMEMBER_S = 1.0
MOST_REMEMBERED = 1_000
_INTEGRATION = "intg_"
_WEBHOOK = "hook_"
_SEALED = "a secret of the target is sealed under another master key: set it again"


class TargetSettings:
    def __init__(self, store: Store, vault: Vault) -> None:
        self._store = store
        self._vault = vault
        self._known: dict[tuple[WorkspaceId, str], tuple[float, dict[str, object] | None]] = {}
        self._asking: WeakValueDictionary[tuple[WorkspaceId, str], asyncio.Lock] = WeakValueDictionary()

    async def of(self, workspace: WorkspaceId, target_id: str) -> dict[str, object] | None:
        """None when the target was removed, be it into the bin."""
        key = (workspace, target_id)
        # Of many deliveries that are sent at once one asks, and the others have its answer.
        async with self._asking.setdefault(key, asyncio.Lock()):
            asked_at = time.monotonic()
            known = self._known.get(key)
            if known is not None and asked_at - known[0] < REMEMBER_S:
                return known[1]
            found = await self.now(workspace, target_id)
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            self._known[key] = (asked_at, found)
            return found

    async def now(self, workspace: WorkspaceId, target_id: str) -> dict[str, object] | None:
        """The same, read at this moment."""
        if target_id.startswith(pushes.TARGET):
            return {"workspace": workspace}  # each device says the rest of itself
        if target_id.startswith(_WEBHOOK):
            return await self._webhook(workspace, target_id)
        async with self._store.unit_of_work(workspace) as tx:
            if target_id == mails.TARGET:
                return await mail.settings_of(workspace, tx, self._vault)
            try:
                found: Integration | Channel
                if target_id.startswith(_INTEGRATION):
                    found = integration = await read_integration(workspace, tx, target_id)
                    is_signed = integration.signed
                else:
                    found, is_signed = await read_channel(workspace, tx, target_id, within=frozenset()), False
            except Refused:
                return None
            if found.deleted_at is not None:
                return None
            names = list(found.secret_names)
            secrets = await reveal_secrets(workspace, tx, self._vault, target_id, names)
            keys = await self._keys(workspace, tx, target_id, webhook_secrets.BESIDE)
        if len(secrets) < len(names) or (is_signed and not keys):
            raise Bug(_SEALED)
        settings = {**found.settings, **{name: secret.reveal() for name, secret in secrets.items()}}
        return {**settings, **({SIGNING: keys} if keys else {})}

    async def _webhook(self, workspace: WorkspaceId, webhook_id: str) -> dict[str, object] | None:
        async with self._store.turn_work(workspace) as connection:
            found = await webhook_secrets.addressed(
                workspace, connection, self._vault, webhook_id, datetime.now(UTC)
            )
        if found is None:
            return None
        if not found.secrets:
            raise Bug(_SEALED)
        secrets = [secret.reveal() for secret in found.secrets]
        return {"url": found.url, "secrets": secrets, "off": not found.enabled}

    async def _keys(self, workspace: WorkspaceId, tx: Tx, owner_id: str, prefix: str = "") -> list[str]:
        """What its posts are signed with at this moment."""
        now = datetime.now(UTC)
        found = await webhook_secrets.signing(workspace, tx, self._vault, owner_id, now, prefix=prefix)
        return [secret.reveal() for secret in found]
