"""An assistant on the chat page without scripts, and a browser without scripts that is on it."""

import re
from dataclasses import dataclass, field
from typing import Any

from tests.doubles.http_client import Answer
from tests.program import Desk, Program
from tests.web.rasa_wire import WIRE

FORM = "application/x-www-form-urlencoded"
ANSWER = "I can help you work smarter, rather than harder"
ASKED = "tell me something about you"
SOURCED = "Ten days."
FILES = WIRE | {
    "flows/choice.yaml": """
trigger: {patterns: ["choice"]}
steps:
  - say:
      text: "Which <b>one</b>?"
      buttons:
        - {title: "Red", payload: "scarlet"}
        - {title: "Docs", url: "https://docs.example.com/a?b=1&c=2"}
        - {title: "Bad", url: "http://plain.example.com/x"}
""",
    "flows/more.yaml": """
trigger: {patterns: ["more choice"]}
steps:
  - say: {text: "Which one?", buttons: ["Red"]}
  - say: "Or write."
""",
    "flows/red.yaml": 'trigger: {patterns: ["red"]}\nsteps:\n  - say: "Red it is: {{ message.payload }}."\n',
    "flows/rich.yaml": """
trigger: {patterns: ["rich"]}
steps:
  - say: {image: "https://img.example.com/a.png", alt: "A lamp"}
  - say: {attachment: "https://img.example.com/a.pdf", name: "a.pdf"}
  - say:
      cards:
        - title: Lamp
          subtitle: <i>bright</i>
          image: "https://img.example.com/lamp.png"
          buttons: ["Take the lamp"]
""",
    "flows/lamp.yaml": 'trigger: {patterns: ["take the lamp"]}\nsteps:\n  - say: "Taken."\n',
}


async def plain_desk(program: Program) -> Desk:
    made = await program.desk(FILES, slug="plain")
    await made.channel(
        "web", {"title": "Northwind <Audio>", "starters": "choice", "primary_color": "#1f4d3f"}
    )
    program.forget_entrances()
    return made


@dataclass
class Browser:
    """What a browser without scripts does: keeps the cookie, sends forms from the page that it is on."""

    desk: Desk
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return f"/chat/{self.desk.assistant_id}"

    def headers(self, **more: str) -> dict[str, str]:
        held = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {**({"cookie": held} if held else {}), **more}

    async def get(self, below: str = "", **headers: str) -> Answer:
        return self._heard(
            await self.desk.program.client.get(self.path + below, headers=self.headers(**headers))
        )

    async def post(self, body: str, *, below: str = "", **headers: str) -> Answer:
        client = self.desk.program.client
        given = {"origin": client.base_url, "content-type": FORM, **headers}
        return self._heard(await client.post(self.path + below, headers=self.headers(**given), body=body))

    async def form_id(self) -> str:
        return str(re.findall(r'name="id" value="([^"]+)"', text(await self.get()))[0])

    async def say(self, said: str) -> Answer:
        answer = await self.post(f"id={await self.form_id()}&text={said.replace(' ', '+')}")
        assert answer.status == 303, text(answer)
        return answer

    async def tap(self, title: str) -> Answer:
        page = text(await self.get("/lines"))
        found = re.findall(rf'name="tap" value="([^"]+)"[^>]*><bdi>{re.escape(title)}<', page)
        return await self.post(f"id={await self.form_id()}&tap={found[-1]}")

    async def lines(self) -> str:
        answer = await self.get("/lines")
        assert answer.status == 200, text(answer)
        return text(answer)

    def _heard(self, answer: Answer) -> Answer:
        for cookie in answer.headers.getall("set-cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer


def text(page: Answer) -> str:
    return page.body.decode()


async def said(desk: Desk) -> list[dict[str, Any]]:
    return [row for row in await desk.rows("messages", "seq") if row["author"] == "contact"]
