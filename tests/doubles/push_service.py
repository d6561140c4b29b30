"""A push service on loopback with browsers behind it: opens what it is sent with the browser's own key, as browsers do.

async with PushService() as service:
    browser = service.browser()                       # `browser.subscription` is what a page would post
    service.answers(Answer(status=410))               # as `FaultServer` does; 201 otherwise
    ... service.notices[0].json()
"""

import hashlib
import hmac
import json
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.doubles.http_server import Answer, FaultServer, Received

CURVE = ec.SECP256R1()


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def unb64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass(frozen=True)
class FakeBrowser:
    """One subscription, with what only its browser knows."""

    endpoint: str
    key: ec.EllipticCurvePrivateKey
    auth: bytes

    @property
    def point(self) -> bytes:
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def subscription(self) -> dict[str, Any]:
        keys = {"p256dh": b64(self.point), "auth": b64(self.auth)}
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": keys}

    def opened(self, body: bytes) -> bytes:
        """RFC 8291 from the other side; written apart from the program's own way."""
        salt, (size, named) = body[:16], struct.unpack(">IB", body[16:21])
        assert size >= len(body) - 21 - named
        assert len(body) <= 4096
        sender = body[21 : 21 + named]
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, sender))
        secret = hkdf(self.auth, shared, b"WebPush: info\0" + self.point + sender, 32)
        content_key = hkdf(salt, secret, b"Content-Encoding: aes128gcm\0", 16)
        nonce = hkdf(salt, secret, b"Content-Encoding: nonce\0", 12)
        plain = AESGCM(content_key).decrypt(nonce, body[21 + named :], None).rstrip(b"\0")
        assert plain.endswith(b"\x02")
        return plain[:-1]


def hkdf(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    made = hmac.new(salt, secret, hashlib.sha256).digest()
    return hmac.new(made, info + b"\x01", hashlib.sha256).digest()[:length]


def verified(header: str) -> tuple[dict[str, Any], str]:
    """The claims of a VAPID header whose signature is right, and the key that signed."""
    scheme, _, rest = header.partition(" ")
    assert scheme == "vapid"
    given = dict(part.strip().split("=", 1) for part in rest.split(","))
    head, claims, signature = given["t"].split(".")
    assert json.loads(unb64(head)) == {"typ": "JWT", "alg": "ES256"}
    raw = unb64(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    public = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, unb64(given["k"]))
    public.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    return json.loads(unb64(claims)), given["k"]


@dataclass
class PushService:
    server: FaultServer = field(default_factory=FaultServer)
    browsers: dict[str, FakeBrowser] = field(default_factory=dict)

    async def __aenter__(self) -> Self:
        await self.server.__aenter__()
        self.server.answers(Answer(status=201))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.server.__aexit__(kind, error, trace)

    def browser(self, name: str = "") -> FakeBrowser:
        path = f"/push/{name or len(self.browsers)}"
        made = FakeBrowser(
            self.server.url(path), ec.generate_private_key(CURVE), hashlib.sha256(path.encode()).digest()[:16]
        )
        self.browsers[path] = made
        return made

    def answers(self, *answers: Answer) -> None:
        self.server.answers(*answers)

    @property
    def received(self) -> list[Received]:
        return self.server.received

    @property
    def notices(self) -> list[dict[str, Any]]:
        """What each request said to its browser; every one is checked on the way."""
        return [self.read(request) for request in self.received]

    def read(self, request: Received) -> dict[str, Any]:
        claims, _ = verified(request.headers["authorization"])
        assert claims["aud"] == self.server.url("")
        found: dict[str, Any] = json.loads(self.browsers[request.target].opened(request.body))
        return found
