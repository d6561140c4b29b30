"""Notices sealed for one browser (RFC 8291, in the format of RFC 8188) and signed as ours (RFC 8292)."""

import hashlib
import hmac
import json
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from frontdesk.core.redacted import Redacted

CURVE = ec.SECP256R1()
POINT_BYTES = 65
AUTH_BYTES = 16
RECORD_BYTES = 4096
_TAG_BYTES = 16
MOST_BYTES = RECORD_BYTES - _TAG_BYTES - 1 - (16 + 4 + 1 + POINT_BYTES)
"""The longest text of a notice: push services take bodies of 4096 bytes in all, this format's head included."""
STEP_BYTES = 256
"""Notices are filled up to a multiple of this, so that their length tells nothing."""
SIGNED_FOR_S = 12 * 3600
"""RFC 8292 allows a day."""
_SCALAR_BYTES = 32
_TOPIC_CHARS = 32


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def unb64(text: str) -> bytes:
    """
    Raises:
        ValueError: It is no base64url.
    """
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def key_text(key: ec.EllipticCurvePrivateKey) -> Redacted:
    return Redacted(b64(key.private_numbers().private_value.to_bytes(_SCALAR_BYTES)))


def key_of(text: Redacted) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(unb64(text.reveal())), CURVE)


def point_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a notice is sealed for."""

    point: bytes
    auth: bytes

    @classmethod
    def of(cls, p256dh: str, auth: str) -> "Reader":
        """
        Raises:
            ValueError: That is no point of the curve, or no secret.
        """
        found = cls(unb64(p256dh), unb64(auth))
        if len(found.point) != POINT_BYTES or len(found.auth) != AUTH_BYTES:
            raise ValueError("a public key has 65 bytes, and a secret 16")
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, found.point)
        return found


def filled(plain: bytes) -> bytes:
    """With the mark of the last record, and zeros up to the next step."""
    wanted = min(-(-(len(plain) + 1) // STEP_BYTES) * STEP_BYTES, MOST_BYTES + 1)
    return (plain + b"\x02").ljust(wanted, b"\0")


def sealed(text: bytes, reader: Reader, own: ec.EllipticCurvePrivateKey, salt: bytes) -> bytes:
    """One record, `text` with its mark and filling. `own` and `salt` are used once."""
    point = point_of(own)
    shared = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, reader.point))
    # RFC 8291, 3.4: both keys are bound into what the content key is made of.
    mixed = _expand(
        _mac(reader.auth, shared), b"WebPush: info\0" + reader.point + point, hashlib.sha256().digest_size
    )
    # RFC 8188, 2.2 and 2.3.
    made = _mac(salt, mixed)
    content_key = _expand(made, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _expand(made, b"Content-Encoding: nonce\0", 12)
    head = salt + struct.pack(">IB", RECORD_BYTES, len(point)) + point
    return head + AESGCM(content_key).encrypt(nonce, text, None)


def signature(
    endpoint: str, key: ec.EllipticCurvePrivateKey, *, now_s: float, subject: str
) -> tuple[str, str]:
    """The header that says who sends: RFC 8292, an ES256 token for the push service at `endpoint`."""
    place = urlsplit(endpoint)
    claims: dict[str, object] = {
        "aud": f"{place.scheme}://{place.netloc}",
        "exp": int(now_s) + SIGNED_FOR_S,
    }
    if subject:
        claims["sub"] = subject
    said = f"{_json({'typ': 'JWT', 'alg': 'ES256'})}.{_json(claims)}"
    r, s = decode_dss_signature(key.sign(said.encode(), ec.ECDSA(hashes.SHA256())))
    token = f"{said}.{b64(r.to_bytes(_SCALAR_BYTES) + s.to_bytes(_SCALAR_BYTES))}"
    return "authorization", f"vapid t={token}, k={b64(point_of(key))}"


def topic(auth: str, subject: str) -> str:
    """32 letters that say to nobody what they stand for, nor that two devices hear of the same."""
    return b64(_mac(auth.encode(), subject.encode()))[:_TOPIC_CHARS]


def _expand(key: bytes, info: bytes, length: int) -> bytes:
    """HKDF-Expand of RFC 5869 for no more than one block."""
    return _mac(key, info + b"\x01")[:length]


def _mac(key: bytes, data: bytes) -> bytes:
    return hmac.digest(key, data, "sha256")


def _json(value: object) -> str:
    return b64(json.dumps(value, separators=(",", ":")).encode())
