"""The owner of the demo's workspace: an account with a password of this demo's own.

It is made of the master key and the workspace's id, which are random: processes that start at once make the same one.
"""

from base64 import urlsafe_b64encode
from dataclasses import dataclass

from frontdesk.access import passwords, people
from frontdesk.access.door import Door
from frontdesk.core.ids import WorkspaceId
from frontdesk.store import workspaces
from frontdesk.store.accounts import account_of_email, read_password_hash

EMAIL = "owner@demo.example"
NAME = "Demo owner"
PASSWORD_BYTES = 15


@dataclass(frozen=True, slots=True)
class DemoOwner:
    email: str
    password: str


async def ensure_owner(workspace: WorkspaceId, door: Door) -> DemoOwner:
    """The owner with that password, whatever it was set to meanwhile."""
    keyed = door.keyed("demo owner", workspace)[:PASSWORD_BYTES]
    owner = DemoOwner(EMAIL, urlsafe_b64encode(keyed).decode())
    async with door.store.unit_of_work(workspace) as tx:
        account = await account_of_email(workspace, tx, EMAIL)
        stored = await read_password_hash(workspace, tx, account.id) if account is not None else ""
    if stored and await passwords.is_password(stored, owner.password):
        return owner
    made = await passwords.hash_of(owner.password)
    async with door.store.unit_of_work(workspace) as tx:
        await workspaces.hold(workspace, tx)
        account = await account_of_email(workspace, tx, EMAIL)
        if account is None:
            await people.create(workspace, tx, email=EMAIL, name=NAME, role="owner", password_hash=made)
        else:
            await people.set_password(workspace, tx, door.clock.now(), account.id, made)
    return owner
