"""People who sign in: accounts with a known password, and browsers that hold their cookies."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from tests.doubles.http_client import Answer, HttpClient

from frontdesk.core.ids import WorkspaceId
from frontdesk.core.permission import Role
from frontdesk.store.accounts import Account, create_account
from frontdesk.store.connect import Store
from frontdesk.store.ids import mint
from frontdesk.web.session_ring import COOKIE

PASSWORD = "correct horse battery"
_HASHED = Argon2id(
    salt=b"of these tests!!", length=32, iterations=1, lanes=1, memory_cost=8
).derive_phc_encoded(PASSWORD.encode())
"""A hash says itself how much work it takes, and this one takes next to none: almost every test signs somebody in."""


async def make_account(
    store: Store,
    workspace: WorkspaceId,
    *,
    role: Role = "owner",
    email: str = "",
    name: str = "Ann Lee",
    password_hash: str = _HASHED,
) -> Account:
    """Somebody with `PASSWORD`, under an address that nobody else has unless it is given."""
    async with store.unit_of_work(workspace) as tx:
        return await create_account(
            workspace,
            tx,
            email=email or f"{mint('acct')}@example.com",
            name=name,
            role=role,
            password_hash=password_hash,
        )


@dataclass
class Browser:
    """Keeps the session's cookie as browsers do, and sends what pages of ours send."""

    client: HttpClient
    secret: str = ""
    csrf: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    async def sign_in(self, email: str, password: str = PASSWORD, **more: object) -> Answer:
        answer = await self.send(
            "POST", "/api/v1/session", json={"email": email, "password": password, **more}
        )
        if answer.status == 201:
            self.csrf = answer.json()["csrf"]
        return answer

    async def send(
        self, method: str, path: str, headers: Mapping[str, str | None] | None = None, **options: Any
    ) -> Answer:
        """Header values of None are left out."""
        sent: dict[str, str | None] = {"Origin": self.client.base_url, **self.headers}
        if self.secret:
            sent["Cookie"] = f"theme=dark; {COOKIE}={self.secret}"
        if self.csrf and method != "GET":
            sent["X-CSRF-Token"] = self.csrf
        sent.update(headers or {})
        given = {name: value for name, value in sent.items() if value is not None}
        answer = await self.client.send(method, path, headers=given, **options)
        for cookie in answer.headers.getall("Set-Cookie", []):
            found = re.match(rf"{COOKIE}=([^;]*);", cookie)
            if found is not None:
                self.secret = found[1]
        return answer

    async def get(self, path: str, **options: Any) -> Answer:
        return await self.send("GET", path, **options)

    async def post(self, path: str, **options: Any) -> Answer:
        return await self.send("POST", path, **options)

    async def put(self, path: str, **options: Any) -> Answer:
        return await self.send("PUT", path, **options)

    async def form(self, path: str, headers: Mapping[str, str | None] | None = None, **fields: str) -> Answer:
        """Send a form as browsers do without script; the token is a field of it."""
        sent = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRF-Token": None, **(headers or {})}
        given = {**({"csrf": self.csrf} if self.csrf else {}), **fields}
        return await self.send("POST", path, headers=sent, body=urlencode(given))

    async def patch(self, path: str, **options: Any) -> Answer:
        return await self.send("PATCH", path, **options)


async def signed_in(
    store: Store, workspace: WorkspaceId, client: HttpClient, *, role: Role = "owner"
) -> tuple[Browser, Account]:
    account, browser = await make_account(store, workspace, role=role), Browser(client)
    assert (await browser.sign_in(account.email)).status == 201
    return browser, account
