"""Visitors who are signed in: what proves it and what does not, what is known of them then, and that nobody is somebody else."""

import base64
import hmac
import json
import time
from dataclasses import dataclass, replace
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from tests.doubles.http_client import Answer
from tests.doubles.sse_client import listening
from tests.program import Desk, Program
from tests.web.test_widget import begin, say, texts

GREETS = {
    "bot.yaml": """
format: assistant/v1
assistant: {id: greets, name: Greets}
fallback:
  steps: [{say: "Hello {{ contact.name }}, {{ contact.tier }}, {{ contact.user_id }}."}]
"""
}
ROUTES = (
    ("POST", "session"),
    ("GET", "lines"),
    ("POST", "messages"),
    ("POST", "acts"),
    ("POST", "files"),
    ("GET", "transcript"),
    ("POST", "mail"),
    ("POST", "typing"),
    ("GET", "stream"),
)


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def token(claims: object, key: Any, *, alg: str = "HS256", header: dict[str, object] | None = None) -> str:
    head = {"alg": alg, "typ": "JWT"} if header is None else header
    signed = f"{b64(json.dumps(head).encode())}.{b64(json.dumps(claims).encode())}"
    return f"{signed}.{b64(_signature(signed.encode(), key))}"


def _signature(signed: bytes, key: Any) -> bytes:
    if isinstance(key, str | bytes):
        secret = key.encode() if isinstance(key, str) else key
        return hmac.digest(secret, signed, "sha256") if secret else b""
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(signed, padding.PKCS1v15(), hashes.SHA256())
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    r, s = decode_dss_signature(key.sign(signed, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32) + s.to_bytes(32)


def pem(key: Any) -> str:
    shape = serialization.PublicFormat.SubjectPublicKeyInfo
    found: bytes = key.public_key().public_bytes(serialization.Encoding.PEM, shape)
    return found.decode()


@dataclass(frozen=True)
class Shop:
    """A site with the widget and the secret of its channel."""

    desk: Desk
    channel_id: str
    key: str
    secret: str

    def claims(self, **more: object) -> dict[str, object]:
        good = {"sub": "42", "aud": self.desk.assistant_id, "exp": int(time.time()) + 300}
        return {name: value for name, value in {**good, **more}.items() if value is not None}

    def token(self, **more: object) -> str:
        return token(self.claims(**more), self.secret)

    async def session(self, user: object, *, held: str = "") -> Answer:
        return await self.desk.program.client.post(
            f"/widget/{self.desk.assistant_id}/session",
            json={"user": user},
            headers={"authorization": f"Bearer {held}"} if held else {},
        )

    async def signed_in(self, **more: object) -> str:
        answer = await self.session({"token": self.token(**more)})
        assert answer.status in {200, 201}, answer.body
        return str(answer.json()["token"])

    async def settings(self, **changed: object) -> Answer:
        client = self.desk.program.client
        path = f"/api/v1/channels/{self.channel_id}"
        seen = await client.get(path, key=self.key)
        answer = await client.send(
            "PATCH",
            path,
            json={"settings": changed},
            key=self.key,
            headers={"If-Match": seen.headers["ETag"]},
        )
        self.desk.program.forget_entrances()
        return answer

    async def lines(self, held: str) -> Answer:
        return await self.desk.program.client.get(
            f"/widget/{self.desk.assistant_id}/lines", headers={"authorization": f"Bearer {held}"}
        )


async def open_shop(program: Program, slug: str = "greets") -> Shop:
    desk = await program.desk(GREETS, slug=slug)
    channel_id = await desk.channel("web", {})
    program.forget_entrances()
    key = await desk.key("api", "admin")
    made = await program.client.post(f"/api/v1/channels/{channel_id}/sign-in-secret", key=key)
    assert made.status == 201, made.body
    assert made.json()["old_counts_until"] is None
    return Shop(desk, channel_id, key, made.json()["secret"])


@pytest.fixture
async def shop(program: Program) -> Shop:
    return await open_shop(program)


async def test_what_a_token_says_is_known_to_the_bot_and_to_people(shop: Shop) -> None:
    said = {
        "name": "Ada Park",
        "email": "Ada@Example.com",
        "phone": "+1 650 253 0000",
        "attributes": {"tier": "gold"},
    }
    held = await shop.signed_in(**said)
    answer = await say(shop.desk, held, "hello")
    assert answer.status == 200, answer.body
    assert texts(answer.json())[-1] == ("ai", "Hello Ada Park, gold, 42.")
    (contact,) = (await shop.desk.program.client.get("/api/v1/contacts", key=shop.key)).json()["data"]
    assert (contact["name"], contact["email"], contact["phone"]) == (
        "Ada Park",
        "Ada@example.com",
        said["phone"],
    )
    assert contact["attributes"] == {"tier": "gold", "user_id": "42"}
    # What the site says later takes the place of it; what it says nothing of stays.
    await shop.session({"token": shop.token(name="Ada Lee")}, held=held)
    (contact,) = (await shop.desk.program.client.get("/api/v1/contacts", key=shop.key)).json()["data"]
    assert (contact["name"], contact["email"]) == ("Ada Lee", "Ada@example.com")


async def test_the_same_person_goes_on_with_the_conversation_on_another_device(shop: Shop) -> None:
    desk_top, phone = await shop.signed_in(), await shop.signed_in()
    assert desk_top != phone
    await say(shop.desk, desk_top, "from the desk")
    seen = (await shop.lines(phone)).json()
    assert texts(seen)[0] == ("you", "from the desk")
    await say(shop.desk, phone, "from the phone", id_="message-2")
    assert ("you", "from the phone") in texts((await shop.lines(desk_top)).json())
    assert len(await shop.desk.rows("conversations")) == 1
    other = await shop.signed_in(sub="43")
    assert (await shop.lines(other)).json()["lines"] == []


async def test_who_signs_in_is_not_taken_for_who_wrote_before_and_the_other_way_round(shop: Shop) -> None:
    anonymous = await begin(shop.desk)
    await say(shop.desk, anonymous, "somebody else was here")
    entered = await shop.session({"token": shop.token()}, held=anonymous)
    held = entered.json()["token"]
    assert held != anonymous
    assert (await shop.lines(held)).json()["lines"] == []
    await say(shop.desk, held, "my order", id_="message-2")
    assert texts((await shop.lines(anonymous)).json())[0] == ("you", "somebody else was here")
    # Another person's proof beside a signed-in token opens that person's conversation.
    second = (await shop.session({"token": shop.token(sub="43")}, held=held)).json()["token"]
    assert (await shop.lines(second)).json()["lines"] == []
    # Signing out ends this device's token; nothing opens the conversation without proof any more.
    assert (await shop.session(None, held=held)).status == 200
    assert (await shop.lines(held)).status == 401
    assert (await shop.session(None, held=anonymous)).status == 200
    assert (await shop.lines(anonymous)).status == 200


async def test_a_hash_proves_the_id_alone(shop: Shop) -> None:
    right = hmac.new(shop.secret.encode(), b"visitor:42", "sha256").hexdigest()
    user = {"user_id": "42", "hash": right, "name": "Ada", "attributes": {"tier": "gold", "user_id": "1"}}
    entered = await shop.session(user)
    assert entered.status in {200, 201}, entered.body
    answer = await say(shop.desk, entered.json()["token"], "hello")
    assert texts(answer.json())[-1] == ("ai", "Hello Ada, , 42.")
    # Whoever edits the page changes no name that is known.
    await shop.session(user | {"name": "Eve"}, held=entered.json()["token"])
    (contact,) = (await shop.desk.program.client.get("/api/v1/contacts", key=shop.key)).json()["data"]
    assert contact["name"] == "Ada"
    bad: tuple[object, ...] = (
        right.replace(right[0], "0" if right[0] != "0" else "1", 1),
        hmac.new(b"another", b"visitor:42", "sha256").hexdigest(),
        hmac.new(shop.secret.encode(), b"42", "sha256").hexdigest(),
        right[:-2],
        "",
        None,
        "é" * 64,
        ["a"],
    )
    for given in bad:
        refused = await shop.session(user | {"hash": given})
        assert (refused.status, refused.json()["code"]) == (401, "sign_in_refused"), given
    for named in ("43", "", " 42", "4\u00002", "x" * 201, None, 42.0, True, ["42"]):
        refused = await shop.session(user | {"user_id": named})
        assert refused.status in {400, 401}, named


def _bad(shop: Shop, other: Shop) -> dict[str, str]:
    now, private = int(time.time()), rsa.generate_private_key(65537, 2048)
    good, claims = shop.token(), shop.claims()
    head, body, signature = good.split(".")
    none = f"{b64(json.dumps({'alg': 'none'}).encode())}.{body}."
    changed = b64(json.dumps(claims | {"sub": "1"}).encode())
    return {
        "no token": "",
        "no token at all": "a.b.c",
        "two parts": f"{head}.{body}",
        "four parts": f"{good}.{signature}",
        "alg none": none,
        "alg none with a signature": none + signature,
        "alg None": f"{b64(json.dumps({'alg': 'None'}).encode())}.{body}.{signature}",
        "no alg": token(claims, shop.secret, header={"typ": "JWT"}),
        "another alg over the same secret": token(claims, shop.secret, alg="HS512"),
        "alg that is a list": token(claims, shop.secret, header={"alg": ["HS256"]}),
        "an RSA token where a secret is": token(claims, private, alg="RS256"),
        "signed with an empty secret": token(claims, b"\0"),
        "signed with another secret": token(claims, "another"),
        "signed with the secret of another channel": token(claims, other.secret),
        "for another assistant": other.token(),
        "aud of another assistant": shop.token(aud=other.desk.assistant_id),
        "no aud": shop.token(aud=None),
        "aud that is an object": shop.token(aud={"a": shop.desk.assistant_id}),
        "changed after signing": f"{head}.{changed}.{signature}",
        "no signature": f"{head}.{body}.",
        "a part of the signature": good[:-8],
        "over": shop.token(exp=now - 61),
        "no exp": shop.token(exp=None),
        "exp that is a text": shop.token(exp=str(now + 60)),
        "exp that is true": shop.token(exp=True),
        "for a week": shop.token(exp=now + 7 * 86400),
        "not begun": shop.token(nbf=now + 3600),
        "made tomorrow": shop.token(iat=now + 3600),
        "no sub": shop.token(sub=None),
        "an empty sub": shop.token(sub=""),
        "sub that is a list": shop.token(sub=["42"]),
        "sub that is too long": shop.token(sub="x" * 201),
        "critical headers": token(claims, shop.secret, header={"alg": "HS256", "crit": ["exp"]}),
        "claims that are a list": token([claims], shop.secret),
        "a key of its own in the header": token(
            claims, private, header={"alg": "RS256", "jwk": {"kty": "RSA", "n": "AQAB", "e": "AQAB"}}
        ),
        "spaces": f" {good}",
        "padding": f"{good}=",
        "very long": good + "A" * 9000,
        "another alphabet": good.replace(".", "é", 1),
    }


async def test_no_bad_token_signs_anybody_in(program: Program, shop: Shop) -> None:
    other = await open_shop(program, "others")
    wrong = {}
    for name, bad in _bad(shop, other).items():
        answer = await shop.session({"token": bad})
        if (answer.status, answer.json().get("code")) != (401, "sign_in_refused"):
            wrong[name] = (answer.status, answer.body)
        if len(bad.rpartition(".")[2]) > 20 and bad.rpartition(".")[2][:20] in answer.body.decode():
            wrong[name] = (answer.status, b"quotes it")
    assert not wrong
    odd: tuple[object, ...] = ({"token": 1}, {"token": None}, {}, "42", [], 1, True)
    for user in odd:
        answer = await shop.session(user)
        assert answer.status in {401, 422}, user
    assert not await shop.desk.rows("visitor_sessions")
    # Clocks may be a minute apart.
    now = int(time.time())
    assert (await shop.session({"token": shop.token(exp=now - 5, nbf=now + 50, iat=now + 50)})).status in {
        200,
        201,
    }


async def test_tokens_by_a_private_key_count_where_the_channel_has_the_public_one(shop: Shop) -> None:
    for private, alg in (
        (rsa.generate_private_key(65537, 2048), "RS256"),
        (ec.generate_private_key(ec.SECP256R1()), "ES256"),
    ):
        before = await shop.session({"token": token(shop.claims(), private, alg=alg)})
        assert before.status == 401
        assert (await shop.settings(sign_in_key=pem(private))).status == 200
        answer = await shop.session({"token": token(shop.claims(), private, alg=alg)})
        assert answer.status in {200, 201}, answer.body
        # The public key is known to everybody: it is no secret for HS256.
        for secret in (pem(private), pem(private).strip()):
            confused = await shop.session({"token": token(shop.claims(), secret)})
            assert (confused.status, confused.json()["code"]) == (401, "sign_in_refused")
        wrong_half = token(shop.claims(), private, alg="ES256" if alg == "RS256" else "RS256")
        assert (await shop.session({"token": wrong_half})).status == 401
    for bad in (
        "nonsense",
        pem(rsa.generate_private_key(65537, 1024)),  # noqa: S505  # what is refused
        pem(ec.generate_private_key(ec.SECP384R1())),
    ):
        refused = await shop.settings(sign_in_key=bad)
        assert (refused.status, refused.json()["field"]) == (422, "settings.sign_in_key")


async def test_where_only_signed_in_visitors_may_write_everybody_else_is_refused_everywhere(
    shop: Shop,
) -> None:
    anonymous, client = await begin(shop.desk), shop.desk.program.client
    await say(shop.desk, anonymous, "before the switch")
    assert (await shop.settings(only_signed_in=True)).status == 200
    for headers in ({}, {"authorization": f"Bearer {anonymous}"}, {"authorization": "Bearer forged"}):
        for method, name in ROUTES:
            path = f"/widget/{shop.desk.assistant_id}/{name}"
            body: Any = (
                {"id": "message-9", "text": "hi", "do": "person"} if name in {"messages", "acts"} else {}
            )
            answer = await client.send(
                method, path, headers=headers, **({"json": body} if method == "POST" else {})
            )
            assert (answer.status, answer.json()["code"]) == (401, "sign_in_needed"), (name, headers)
    # Nor does the page that does without scripts begin a conversation.
    form = {"origin": client.base_url, "content-type": "application/x-www-form-urlencoded"}
    page = f"/chat/{shop.desk.assistant_id}"
    written = await client.post(page, headers=form, body=b"id=form-0123456789&text=hello")
    assert written.status == 401, written.body
    # What the window needs to say so is open.
    assert (await client.get(f"/widget/{shop.desk.assistant_id}/config")).json()["sign_in"] is True
    held = await shop.signed_in()
    assert (await say(shop.desk, held, "hello")).status == 200
    assert (await shop.lines(held)).status == 200


async def test_signing_in_counts_for_a_day_and_ends_with_the_secret(shop: Shop) -> None:
    held = await shop.signed_in()
    await say(shop.desk, held, "hello")
    over = "UPDATE visitor_sessions SET proved_until = now() - interval '1 second' WHERE workspace_id = $1"
    await shop.desk.program.execute(over, shop.desk.workspace)
    answer = await shop.lines(held)
    assert (answer.status, answer.json()["code"]) == (401, "sign_in_needed")
    again = await shop.session({"token": shop.token()}, held=held)
    assert (again.status, again.json()["token"]) == (200, held)
    assert (await shop.lines(held)).status == 200
    # A secret that is replaced counts for a day more; one that is removed counts no more, nor do those signed in by it.
    client, path = shop.desk.program.client, f"/api/v1/channels/{shop.channel_id}/sign-in-secret"
    replaced = await client.post(path, key=shop.key)
    assert replaced.json()["old_counts_until"]
    newer = replace(shop, secret=replaced.json()["secret"])
    assert (await shop.session({"token": shop.token()})).status in {200, 201}
    assert (await newer.session({"token": newer.token()})).status in {200, 201}
    shown = (await client.get(f"/api/v1/channels/{shop.channel_id}", key=shop.key)).json()
    assert (shown["has_sign_in_secret"], shown["secret_names"]) == (True, [])
    assert shop.secret not in json.dumps(shown)
    assert (await client.send("DELETE", path, key=shop.key)).status == 204
    assert (await shop.lines(held)).status == 401
    assert (await newer.session({"token": newer.token()})).status == 401
    shown = (await client.get(f"/api/v1/channels/{shop.channel_id}", key=shop.key)).json()
    assert shown["has_sign_in_secret"] is False


async def test_only_channels_with_visitors_have_such_a_secret(shop: Shop) -> None:
    client = shop.desk.program.client
    every = (await client.get("/api/v1/channels", key=shop.key)).json()["data"]
    (rest,) = [each for each in every if each["type"] == "rest"]
    refused = await client.post(f"/api/v1/channels/{rest['id']}/sign-in-secret", key=shop.key)
    assert (refused.status, refused.json()["code"]) == (422, "invalid")


async def test_the_id_of_somebody_who_is_signed_in_is_no_word_to_other_processes(shop: Shop) -> None:
    held = await shop.signed_in(sub="x at:ws_other:conv_other:acct_other:10:9999999999999 y")
    await say(shop.desk, held, "hello")
    async with listening(shop.desk.program.client.base_url, shop.key) as feed:
        answer = await shop.desk.program.client.post(
            f"/widget/{shop.desk.assistant_id}/typing", headers={"authorization": f"Bearer {held}"}
        )
        assert answer.status == 204
        told = (await feed.next("typing")).data
        assert (told["author"], told["person"]["id"].split("_")[0]) == ("contact", "visit")
