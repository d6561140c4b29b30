"""Signatures on what we post, so that a receiver can tell that it is ours, whole, and fresh.

Two forms over the same secret: that of Standard Webhooks, which libraries check, and the one of our guide. While a
secret is being replaced, old and new sign.
"""

import base64
import binascii
import hmac
import secrets
from collections.abc import Sequence

PREFIX = "whsec_"
SECRET_BYTES = 32
_FEWEST, _MOST = 24, 64


def new_secret() -> str:
    """Make a signing secret.

    Returns:
        `whsec_` and 32 random bytes in base64, as libraries for Standard Webhooks take it.
    """
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def key_of(secret: str) -> bytes:
    """The bytes that sign.

    Args:
        secret: With its prefix or without.

    Returns:
        24 to 64 bytes.

    Raises:
        ValueError: It is no such secret; the message does not quote it.
    """
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not _FEWEST <= len(key) <= _MOST:
        raise ValueError("write whsec_ and 24 to 64 bytes in base64")
    return key


def headers(keys: Sequence[bytes], post_id: str, at_s: int, body: bytes) -> tuple[tuple[str, str], ...]:
    """Sign one attempt.

    Args:
        keys: The current one first.
        post_id: The same on each attempt.
        at_s: The moment of this attempt, in seconds since 1970.
        body: The bytes that go out.

    Returns:
        `webhook-timestamp`, `webhook-signature` and `x-ai-assistant-signature`; `webhook-id` is the caller's.

    Source: Standard Webhooks 1.0.0, section Signature scheme; integration guide, Webhook Security.
    """
    signed = f"{post_id}.{at_s}.".encode() + body
    standard = " ".join(f"v1,{base64.b64encode(hmac.digest(key, signed, 'sha256')).decode()}" for key in keys)
    stamped = f"{at_s}.".encode() + body
    guide = "".join(f",v1={hmac.digest(key, stamped, 'sha256').hex()}" for key in keys)
    return (
        ("webhook-timestamp", str(at_s)),
        ("webhook-signature", standard),
        ("x-ai-assistant-signature", f"t={at_s}{guide}"),
    )
