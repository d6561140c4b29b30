"""No secret gets into the audit log: not those that people hand in, nor those that the program makes. S004-214, S004-221.

Each secret is a word that nothing else has; after every act that has to do with it the whole log is looked through. An
action of the catalogue that is not acted out here is named below with why it cannot hold one.
"""

import base64
import re
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import pytest
from pydantic import SecretStr
from tests.desk.people import conversation_of
from tests.doubles.http_client import Answer
from tests.doubles.http_server import Answer as Given
from tests.doubles.http_server import FaultServer
from tests.doubles.push_service import PushService
from tests.program import Desk, Program
from tests.web.people import PASSWORD, Browser, make_account, signed_in
from tests.web.test_audited import actions
from tests.web.test_me import code_of

from frontdesk.app.registry import load_registry

NOUN = "What people may read: names, texts and settings without a secret in any field."
COUNTS = "Figures and ids alone."
WITHOUT = {
    "account.created": "An address and a role; the password is chosen by a link, see `account.password_reset`.",
    "account.reset_asked": "Who it was alone; the link goes by mail, and is like that of `account.reset_link_made`.",
    "activity.exported": COUNTS,
    "activity.verified": COUNTS,
    "ai_limits.changed": COUNTS,
    "ai_service.ordered": COUNTS,
    "alert.acknowledged": COUNTS,
    "alert.settings_changed": NOUN,
    "article.added": NOUN,
    "article.changed": NOUN,
    "article.removed": NOUN,
    "article.restored": NOUN,
    "assistant.created": NOUN,
    "assistant.deleted": NOUN,
    "assistant.restored": NOUN,
    "bot.answers_accepted": NOUN,
    "bot.published": NOUN,
    "bot.rolled_back": NOUN,
    "contact.erased": COUNTS,
    "contact.exported": COUNTS,
    "contact.merged": COUNTS,
    "contact.updated": NOUN,
    "conversation.created": COUNTS,
    "conversation.merged": COUNTS,
    "conversation.transcript_mailed": COUNTS,
    "desk.updated": NOUN,
    "label.created": NOUN,
    "label.deleted": NOUN,
    "label.restored": NOUN,
    "label.updated": NOUN,
    "plan.given": NOUN,
    "plan.resumed": COUNTS,
    "plan.stopped": COUNTS,
    "plan.updated": NOUN,
    "retention.applied": COUNTS,
    "retention.changed": COUNTS,
    "saved_reply.created": NOUN,
    "saved_reply.deleted": NOUN,
    "saved_reply.restored": NOUN,
    "saved_reply.updated": NOUN,
    "secret.removed": "A name alone, as `secret.set`.",
    "secret.set": "A command of the shell, which notes the name alone.",
    "task.created": NOUN,
    "task.deleted": NOUN,
    "task.restored": NOUN,
    "task.updated": NOUN,
    "team.created": NOUN,
    "team.deleted": NOUN,
    "team.restored": NOUN,
    "team.updated": NOUN,
    "webhook.switched_off": COUNTS,
    "workspace.set_up": "See tests/web/panel/test_setup.py.",
    "workspace.updated": NOUN,
}
"""Actions that are not acted out here -> why they hold no secret, or where that is shown."""


class Acting:
    """`words`: every secret that was handed in or shown so far."""

    def __init__(self, desk: Desk, browser: Browser) -> None:
        self.desk = desk
        self.browser = browser
        self.words: list[str] = [PASSWORD, browser.secret, browser.csrf]
        self.seen: set[str] = set()

    def new(self) -> str:
        """A secret to hand in."""
        word = f"canary{secrets.token_hex(12)}"
        self.words.append(word)
        return word

    def shown(self, *words: str) -> None:
        """Secrets that the program made."""
        assert all(len(word) >= 6 for word in words), "too short to be told from other words"
        self.words += words

    async def do(self, method: str, path: str, body: object = None, status: int = 0) -> Answer:
        answer = await self.browser.send(
            method, path, json={} if body is None else body, headers={"If-Match": "*"}
        )
        assert answer.status == status if status else answer.status < 300, (method, path, answer.body)
        return answer

    async def json(self, method: str, path: str, body: object = None) -> Any:
        return (await self.do(method, path, body)).json()

    async def form(self, path: str, **fields: str) -> Answer:
        answer = await self.browser.form(path, None, **fields)
        wrong = re.findall(r"fd-badc[^>]*>([^<]*)", answer.body.decode())
        assert answer.status == 303, (path, answer.status, wrong)
        return answer

    async def check(self, *expected: str) -> None:
        """These actions stand in the log by now, and none of the secrets does, in no spelling."""
        rows = await self.desk.rows("audit", "seq")
        self.seen |= {row["action"] for row in rows}
        assert set(expected) <= self.seen
        whole = str(rows)
        for word in self.words:
            encoded = base64.b64encode(word.encode()).decode().rstrip("=")
            for spelt in (word, word.upper(), word.encode().hex(), encoded):
                assert spelt not in whole, "a secret stands in the audit log"


@pytest.fixture(autouse=True)
async def no_tries(program: Program) -> None:
    await program.execute("DELETE FROM sign_in_tries")


@pytest.fixture
async def receiver() -> AsyncIterator[FaultServer]:
    async with FaultServer() as server:
        yield server


async def test_no_secret_gets_into_the_audit_log(program: Program, receiver: FaultServer) -> None:
    desk = await program.desk()
    owner, _ = await signed_in(program.running.store, desk.workspace, program.client)
    acting = Acting(desk, owner)
    await _keys(acting)
    await _webhooks(acting, receiver)
    await _integrations(acting, receiver)
    await _channels(acting, receiver)
    await _models(acting)
    await _mail(acting)
    await _links(acting)
    await _devices(acting)
    await _assistant(acting)
    await _accounts(acting)
    known = actions()
    assert set(WITHOUT) <= known, "there is no such action"
    assert known - acting.seen - set(WITHOUT) == set(), "act it out here, or say why it holds no secret"
    assert acting.seen & set(WITHOUT) <= {"account.created"}, "it is acted out: take it off the list"


async def _keys(acting: Acting) -> None:
    path = "/api/v1/keys"
    made = await acting.json("POST", path, {"name": "Shop", "scopes": ["read:tasks"]})
    acting.shown(made["key"])
    await acting.do("PATCH", f"{path}/{made['id']}", {"name": "Other"})
    acting.shown((await acting.json("POST", f"{path}/{made['id']}/rotate"))["key"])
    await acting.do("DELETE", f"{path}/{made['id']}")
    await acting.check("key.created", "key.updated", "key.rotated", "key.revoked")


async def _webhooks(acting: Acting, receiver: FaultServer) -> None:
    path, word = "/api/v1/webhooks", acting.new()
    # A receiver may say anything, also what it was sent.
    receiver.answers(Given(status=500, body=word.encode()))
    body = {"url": receiver.url("/hook"), "events": ["message.created"]}
    refused = {**body, "url": f"https://me:{word}@hooks.example/in"}
    await acting.do("POST", path, refused, 422)
    made = await acting.json("POST", path, body)
    acting.shown(made["secret"])
    one = f"{path}/{made['id']}"
    await acting.do(
        "PATCH", one, {"enabled": True, "description": "Ours"} if "description" in made else {"enabled": True}
    )
    acting.shown((await acting.json("POST", f"{one}/rotate"))["secret"])
    await acting.do("POST", f"{one}/test")
    await acting.do("POST", f"{one}/replay", {"since": (datetime.now(UTC) - timedelta(hours=1)).isoformat()})
    await acting.do("DELETE", one)
    await acting.do("POST", f"{one}/restore")
    expected = ("created", "updated", "rotated", "tested", "replayed", "deleted", "restored")
    await acting.check(*(f"webhook.{verb}" for verb in expected))


def _sealed(plugin: Any) -> list[str]:
    model = plugin.settings_model()
    fields = {} if model is None else model.model_fields
    return [name for name, field in fields.items() if field.annotation is SecretStr]


async def _integrations(acting: Acting, receiver: FaultServer) -> None:
    path, word = "/api/v1/integrations", acting.new()
    receiver.answers(Given(status=500, body=word.encode()))
    settings = {"webhook_url": receiver.url("/hook"), "secret_header": "X-Key", "secret_value": acting.new()}
    made = await acting.json("POST", path, {"type": "another", "name": "Hooks", "settings": settings})
    one = f"{path}/{made['id']}"
    acting.shown(made["signing_secret"])
    await acting.do("PATCH", one, {"settings": {"secret_value": acting.new()}})
    await acting.do("PATCH", one, {"settings": {"secret_value": f"{acting.new()}\n"}}, 422)
    rotated = await acting.json("POST", f"{one}/rotate")
    acting.shown(*(value for name, value in rotated.items() if name.endswith("secret") and value))
    await acting.do("POST", f"{one}/test")
    await acting.do("DELETE", one)
    await acting.do("POST", f"{one}/restore")
    expected = ("created", "updated", "rotated", "tested", "deleted", "restored")
    await acting.check(*(f"integration.{verb}" for verb in expected))


async def _channels(acting: Acting, receiver: FaultServer) -> None:
    """Of every kind that has secrets; one that posts to an address is tested as well."""
    path = "/api/v1/channels"
    receiver.answers(Given(status=500, body=acting.new().encode()))
    for plugin in [one for one in load_registry().plugins if one.manifest.category == "channel"]:
        sealed, model = _sealed(plugin), plugin.settings_model()
        if not sealed or model is None:
            continue

        def given(names: list[str] = sealed) -> dict[str, str]:
            return {name: acting.new() * 2 for name in names}

        plain = {"url": receiver.url("/in"), "secret_header": "X-Key"}
        settings = {name: value for name, value in plain.items() if name in model.model_fields} | given()
        body = {"type": plugin.kind, "name": "A channel", "assistant_id": acting.desk.assistant_id}
        made = await acting.json("POST", path, {**body, "settings": settings})
        one = f"{path}/{made['id']}"
        await acting.do("PATCH", one, {"settings": given()})
        if "url" in settings:
            await acting.do("POST", f"{one}/test")
        await acting.do("DELETE", one)
        await acting.do("POST", f"{one}/restore")
    body = {"type": "web", "name": "Site", "assistant_id": acting.desk.assistant_id}
    one = f"{path}/{(await acting.json('POST', path, body))['id']}/sign-in-secret"
    acting.shown((await acting.json("POST", one))["secret"])
    await acting.do("DELETE", one)
    expected = ("created", "updated", "tested", "deleted", "restored")
    secrets = ("sign_in_secret_made", "sign_in_secret_removed")
    await acting.check(*(f"channel.{verb}" for verb in (*expected, *secrets)))


async def _models(acting: Acting) -> None:
    """Of every service of models that takes a key."""
    for plugin in load_registry().of_capability("ChatModel"):
        path = f"/panel/ai/services/new?kind={plugin.manifest.id}"
        if "api_key" not in _sealed(plugin):
            continue
        fields = {
            "settings.base_url": "https://models.example/v1",
            **_defaults(plugin.settings_model()),
            "name": f"Our {plugin.manifest.id}",
            "settings.api_key": acting.new(),
            "models.standard": "m",
            "limits.answer_tokens": "500",
        }
        made = await acting.form(path, **fields)
        one = made.headers["Location"]
        await acting.form(one, **{**fields, "settings.api_key": acting.new(), "version": "1"})
        await acting.form(f"{one}/delete")
    await acting.check("ai_service.added", "ai_service.changed", "ai_service.removed")


def _defaults(model: Any) -> dict[str, str]:
    """What the form of a new one shows, and what it names as an example."""
    shown = {name: (field.examples or [field.default])[0] for name, field in model.model_fields.items()}
    shown |= {"project_id": str(UUID(int=1))} if "project_id" in shown else {}
    return {
        f"settings.{name}": "on" if value is True else str(value)
        for name, value in shown.items()
        if isinstance(value, str | int | float) and value is not False
    }


async def _mail(acting: Acting) -> None:
    path = "/api/v1/settings/mail"
    (kind,) = (await acting.json("GET", path))["kinds"]
    settings = {
        "host": "mail.example",
        "user_name": "desk",
        "password": acting.new(),
        "from_address": "a@b.example",
    }
    await acting.do(
        "PATCH", path, {"kind": kind["id"] if isinstance(kind, dict) else kind, "settings": settings}
    )
    await acting.do("PATCH", path, {"settings": {"password": acting.new()}})
    await acting.do("DELETE", path)
    await acting.check("mail.changed", "mail.removed")


async def _links(acting: Acting) -> None:
    await acting.desk.say("jo", "hi")
    path = f"/api/v1/conversations/{await conversation_of(acting.desk, 'jo')}/share"
    shared = await acting.json("POST", path)
    acting.shown(_token(shared))
    await acting.do("DELETE", path)
    await acting.check("conversation.shared", "conversation.unshared")


def _token(shown: dict[str, Any]) -> str:
    """What opens the link: its value, or the last part of its path."""
    link = urlsplit(next(str(value) for value in shown.values() if "://" in str(value)))
    values = [value for _, value in parse_qsl(link.query)] + [link.fragment, link.path.rpartition("/")[2]]
    return max(values, key=len)


async def _devices(acting: Acting) -> None:
    path = "/api/v1/me/push-subscriptions"
    async with PushService() as service:
        await acting.do("GET", f"{path}/key")
        subscription = service.browser(acting.new()).subscription
        made = await acting.json("POST", path, subscription)
        acting.shown(*subscription["keys"].values())
        await acting.do("DELETE", f"{path}/{made['id']}")
        await acting.do("POST", "/api/v1/workspace/push-key")
    await acting.check("account.push_on", "account.push_off", "workspace.push_key_made")


async def _assistant(acting: Acting) -> None:
    """Values of its environment go to calls, and may be what others keep secret."""
    one = f"/panel/ai/{acting.desk.assistant_id}/settings"
    page = (await acting.browser.get(one)).body.decode()
    if 'name="env"' in page:
        seen = page.partition('name="seen" value="')[2].partition('"')[0]
        await acting.form(one, seen=seen, name="Ours", hosts="", env=f"KEY={acting.new()}")
    else:
        await acting.do("PATCH", f"/api/v1/assistants/{acting.desk.assistant_id}", {"name": "Ours"})
    await acting.check("assistant.updated")


async def _accounts(acting: Acting) -> None:
    store, client, desk = acting.desk.program.running.store, acting.desk.program.client, acting.desk
    invited = await acting.json(
        "PUT", "/api/v1/invitations", {"email": f"{secrets.token_hex(8)}@example.com", "role": "viewer"}
    )
    acting.shown(_token(invited))
    chosen = acting.new()
    link = urlsplit(invited["link"])._replace(scheme="", netloc="").geturl()
    assert (await Browser(client).form(link, name="Bo", password=chosen)).status == 303
    again = await acting.json(
        "PUT", "/api/v1/invitations", {"email": f"{secrets.token_hex(8)}@example.com", "role": "viewer"}
    )
    acting.shown(_token(again))
    await acting.do("DELETE", f"/api/v1/invitations/{again['id']}")
    account = await make_account(store, desk.workspace, role="operator")
    people = f"/api/v1/people/{account.id}"
    await acting.do("PATCH", people, {"name": "Bob"})
    reset = await acting.json("PUT", f"{people}/reset-link")
    acting.shown(_token(reset))
    link, other = urlsplit(reset["link"])._replace(scheme="", netloc="").geturl(), acting.new()
    assert (await Browser(client).form(link, password=other)).status == 303
    bob = Browser(client)
    assert (await bob.sign_in(account.email, acting.new())).status == 401
    assert (await bob.sign_in(account.email, other)).status == 201
    acting.shown(bob.secret, bob.csrf)
    own, third = Acting(desk, bob), acting.new()
    await own.do("PUT", "/api/v1/me/password", {"password": other, "new_password": third})
    email = f"{secrets.token_hex(8)}@example.com"
    await own.do("PUT", "/api/v1/me/email", {"password": third, "email": email})
    begun = await own.json("PUT", "/api/v1/me/totp", {"password": third})
    on = await own.json("PUT", "/api/v1/me/totp/code", {"code": code_of(begun["secret"])})
    acting.shown(begun["secret"], *on["recovery_codes"])
    stranger, wrong = Browser(client), secrets.token_hex(8)
    acting.shown(wrong)
    refused = await stranger.post("/api/v1/session", json={"email": email, "password": third, "code": wrong})
    assert refused.status == 401, refused.body
    await own.do("POST", "/api/v1/me/totp/off", {"password": third, "code": on["recovery_codes"][0]})
    await own.do("DELETE", "/api/v1/me/sessions")
    await acting.do("DELETE", f"{people}/sessions")
    await acting.do("DELETE", "/api/v1/session")
    expected = (
        *("invited", "invitation_revoked", "updated", "reset_link_made", "password_reset", "sign_in_failed"),
        *(
            "signed_in",
            "password_changed",
            "email_changed",
            "totp_on",
            "totp_off",
            "sessions_ended",
            "signed_out",
        ),
    )
    await acting.check(*(f"account.{verb}" for verb in expected))
