"""The program as users have it: `frontdesk up` on an empty folder, set up by its link, bots published from folders.

Everything is measured over its public interface: the commands, the API, Rasa's HTTP API and the REST channel.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
from tests.drills.installation import Child, Installation, installed
from tests.program import until

Result = TypeVar("Result")
AT_ONCE = 4
LOOK_S = 0.1
ANSWER_WITHIN_S = 300.0
"""However busy the machine is; how long it takes is for `test_cost` to judge."""
WARMED_WITHIN_S = 60.0
_KEY = re.compile(r"fd_api_[A-Za-z0-9_-]+")
_LINK = re.compile(r"/setup\?token=\S+")
_ASSISTANT = re.compile(r"asst_[a-z0-9]+")


@dataclass(frozen=True)
class Assistant:
    """A published one."""

    id: str

    @property
    def path(self) -> str:
        return f"/a/{self.id}"


@dataclass
class Desk:
    """A running installation and the keys to its workspace."""

    installation: Installation
    child: Child
    session: aiohttp.ClientSession
    key: str = ""
    rasa_key: str = ""

    @property
    def pid(self) -> int:
        return self.child.process.pid

    async def set_up(self) -> None:
        """Follow the link of the start, as its owner does in a browser."""
        found = _LINK.search(await self.installation.command("setup-link"))
        assert found is not None
        form = {"name": "Floors", "time_zone": "UTC"}
        headers = {"Origin": self.child.url}
        async with self.session.post(self.child.url + found[0], data=form, headers=headers) as answer:
            key = _KEY.search(await answer.text())
        assert key is not None, answer.status
        self.key = key[0]
        said = await self.installation.command("key", "create", "--kind", "rasa", "--name", "Rasa")
        self.rasa_key = said.strip()

    async def publish(self, files: Mapping[str, str], name: str) -> Assistant:
        """Write a bot's folder and publish it by command."""
        folder = self.installation.folder / "bots" / name
        for path, text in files.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, "utf-8")
        found = _ASSISTANT.search(await self.installation.command("bot", "publish", str(folder)))
        assert found is not None
        return Assistant(found[0])

    async def get(self, path: str) -> Any:
        headers = {"Authorization": f"Bearer {self.key}"}
        async with self.session.get(self.child.url + path, headers=headers) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def post(self, path: str, body: object, *, key: str = "") -> Any:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        async with self.session.post(self.child.url + path, json=body, headers=headers) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def learnt(self, assistant: Assistant, *, within_s: float) -> dict[str, Any]:
        """Wait until its intents are learnt, as the API tells it."""
        async with asyncio.timeout(within_s):
            while True:
                found: dict[str, Any] = await self.get(f"/api/v1/assistants/{assistant.id}/understanding")
                assert found["state"] != "failed", found
                if found["state"] == "ready":
                    return found
                await asyncio.sleep(LOOK_S)

    async def parse(self, assistant: Assistant, text: str) -> dict[str, Any]:
        found: dict[str, Any] = await self.post(
            f"{assistant.path}/model/parse", {"text": text}, key=self.rasa_key
        )
        return found

    async def said(self, assistant: Assistant, sender: str, text: str) -> list[dict[str, Any]]:
        """The bubbles that a customer is answered with."""
        found: list[dict[str, Any]] = await self.post(
            f"{assistant.path}/webhooks/rest/webhook", {"sender": sender, "message": text}
        )
        return found

    async def answer(self, assistant: Assistant, sender: str, text: str) -> str:
        """Their texts."""
        said = await self.said(assistant, sender, text)
        return "\n".join(bubble["text"] for bubble in said if "text" in bubble)

    async def again(self) -> None:
        """Stop the program and start it on the same data."""
        assert await self.child.stopped() == 0
        self.child = await self.installation.start("up")
        await self.child.ready()

    async def warmed(self) -> None:
        """Until the start has loaded what it is going to; needs LOG_LEVEL=info."""

        async def done() -> bool:
            return "warming.done" in await asyncio.to_thread(self.child.log.read_text, "utf-8")

        await until(done, within_s=WARMED_WITHIN_S)


async def each(given: Sequence[str], ask: Callable[[str], Awaitable[Result]]) -> list[Result]:
    """`ask` about each, a few at a time over kept connections; in order."""
    found: dict[int, Result] = {}
    left = iter(enumerate(given))

    async def work() -> None:
        for at, one in left:
            found[at] = await ask(one)

    async with asyncio.TaskGroup() as group:
        for _ in range(AT_ONCE):
            group.create_task(work())
    return [found[at] for at in range(len(given))]


@asynccontextmanager
async def desk(folder: Path, **environment: str) -> AsyncIterator[Desk]:
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    async with installed(folder, **environment) as installation:
        child = await installation.start("up")
        await child.ready()
        connector = aiohttp.TCPConnector(limit=AT_ONCE)
        timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN_S)
        async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
            made = Desk(installation, child, session)
            await made.set_up()
            yield made
