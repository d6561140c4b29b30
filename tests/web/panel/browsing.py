"""Somebody at the pages of the panel, over HTTP."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from tests.doubles.http_client import Answer
from tests.program import Program

from frontdesk.core.ids import WorkspaceId
from frontdesk.store.keys import create_key

BOT = "format: assistant/v1\nassistant: {id: ann, name: Ann, language: en}\n"
HELLO = "flows:\n  hello:\n    trigger: {patterns: [hello]}\n    steps:\n      - say: %s\n"
EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


@dataclass
class Browsing:
    """Somebody at the panel's pages; with a key in the place of a session, whose pages are the same."""

    program: Program
    workspace: WorkspaceId
    key: str

    async def get(self, path: str) -> Answer:
        return await self.program.client.get(f"/panel{path}", key=self.key)

    async def page(self, path: str) -> str:
        answer = await self.get(path)
        assert answer.status == 200, answer.body[-2000:]
        return answer.body.decode()

    async def send(self, to_page: str, /, **fields: str) -> Answer:
        headers = {
            "Origin": self.program.client.base_url,
            "Content-Type": "application/x-www-form-urlencoded",
            "HX-Request": "true",
        }
        body = urlencode(fields).encode()
        return await self.program.client.post(f"/panel{to_page}", key=self.key, headers=headers, body=body)

    async def done(self, to_page: str, /, **fields: str) -> Answer:
        """A form that worked leads on to another page."""
        answer = await self.send(to_page, **fields)
        assert answer.status == 200, answer.body
        assert "hx-redirect" in answer.headers, answer.body
        return answer


def toast(answer: Answer) -> Any:
    return json.loads(answer.headers["hx-trigger"])["fd:toast"]


async def browsing_in(program: Program, workspace: WorkspaceId, *scopes: str) -> Browsing:
    async with program.running.store.unit_of_work(workspace) as tx:
        _, text = await create_key(workspace, tx, kind="api", name="k", scopes=frozenset(scopes or {"admin"}))
    return Browsing(program, workspace, text.reveal())
