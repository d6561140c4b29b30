"""Tokens in which another system says who somebody is: JSON Web Tokens (RFC 7519), held to a key of that system. Pure.

What signs is said by the key alone, never by the token: a secret takes HS256, an RSA key RS256, a key on the curve P-256
ES256, and nothing takes `none`.
"""

import base64
import binascii
import hmac
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from frontdesk.core.strict_json import NotJson, loads

MOST_CHARS = 8_000
SKEW_S = 60
"""How far the clocks of two systems may be apart."""
LONGEST_S = 24 * 3600
"""The furthest end of a token from now: one that was stolen is of no use for longer."""
FEWEST_RSA_BITS = 2048
_ES256_BYTES = 64
_SHAPE = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)", re.ASCII)

Key = bytes | rsa.RSAPublicKey | ec.EllipticCurvePublicKey


class NotTaken(ValueError):
    """A token does not hold; the message says why, in a sentence for whoever makes such tokens, and quotes none of it."""


def public_key(pem: str) -> Key:
    """Read the key that tokens of a system are held to.

    Args:
        pem: `-----BEGIN PUBLIC KEY-----` and so on.

    Returns:
        An RSA key of 2048 bits or more, or a key on the curve P-256.

    Raises:
        ValueError: It is neither.
    """
    try:
        found = load_pem_public_key(pem.strip().encode())
    except (ValueError, TypeError, binascii.Error):
        raise ValueError("no public key") from None
    if isinstance(found, rsa.RSAPublicKey) and found.key_size >= FEWEST_RSA_BITS:
        return found
    if isinstance(found, ec.EllipticCurvePublicKey) and isinstance(found.curve, ec.SECP256R1):
        return found
    raise ValueError("no key of a kind that is taken")


def claims_of(
    token: str, keys: Sequence[Key], *, audience: Collection[str], now: datetime
) -> Mapping[str, object]:
    """What a token says, once it holds.

    Args:
        token: Anything.
        keys: Those that it may be signed with.
        audience: One of these has to be in its `aud`.
        now: The present moment.

    Returns:
        Its claims: signed by one of the keys, meant for this audience, begun, and over within a day.

    Raises:
        NotTaken: It is no such token.

    Source: RFC 7519 section 4.1, RFC 7515 section 5.2, RFC 8725.
    """
    read = _SHAPE.fullmatch(token) if len(token) <= MOST_CHARS else None
    if read is None:
        raise NotTaken("That is no JSON Web Token: three parts in base64url, with dots between them.")
    header, signature = _object(read[1]), _bytes(read[3])
    if "crit" in header:
        raise NotTaken("The token has critical headers, which are not known here.")
    known = sorted({_method_of(key) for key in keys})
    if header.get("alg") not in known:
        raise NotTaken(f"Sign the token with {' or '.join(known)}.")
    signed = token.rpartition(".")[0].encode()
    if not any(_method_of(key) == header["alg"] and _holds(key, signature, signed) for key in keys):
        raise NotTaken("The token was signed with another key, or changed since.")
    claims = _object(read[2])
    _refuse_audience(claims, audience)
    _refuse_moment(claims, now.timestamp())
    return claims


def _method_of(key: Key) -> str:
    if isinstance(key, bytes):
        return "HS256"
    return "RS256" if isinstance(key, rsa.RSAPublicKey) else "ES256"


def _holds(key: Key, signature: bytes, signed: bytes) -> bool:
    if isinstance(key, bytes):
        return hmac.compare_digest(hmac.digest(key, signed, "sha256"), signature)
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
            return True
        if len(signature) != _ES256_BYTES:
            return False
        half = _ES256_BYTES // 2
        numbers = int.from_bytes(signature[:half]), int.from_bytes(signature[half:])
        key.verify(encode_dss_signature(*numbers), signed, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def _refuse_audience(claims: Mapping[str, object], audience: Collection[str]) -> None:
    given = claims.get("aud")
    named = given if isinstance(given, list) else [given]
    if not any(isinstance(each, str) and each in audience for each in named):
        raise NotTaken("The token is for somebody else: aud has to be the id of this assistant.")


def _refuse_moment(claims: Mapping[str, object], now_s: float) -> None:
    moments = {name: claims.get(name) for name in ("exp", "nbf", "iat")}
    for name, at in moments.items():
        if at is not None and (isinstance(at, bool) or not isinstance(at, int | float)):
            raise NotTaken(f"{name} has to be a number of seconds since 1970.")
    ends, begins, made = moments.values()
    if not isinstance(ends, int | float):
        raise NotTaken("The token needs exp, the moment when it ends.")
    if ends <= now_s - SKEW_S:
        raise NotTaken("The token is over: exp has passed.")
    if ends > now_s + LONGEST_S + SKEW_S:
        raise NotTaken("exp has to be within 24 hours from now.")
    for moment in (begins, made):
        if isinstance(moment, int | float) and moment > now_s + SKEW_S:
            raise NotTaken("The token has not begun yet: nbf or iat is to come.")


def _object(part: str) -> dict[str, object]:
    try:
        found = loads(_bytes(part))
    except NotJson:
        found = None
    if not isinstance(found, dict):
        raise NotTaken("A part of the token is no JSON object.")
    return found


def _bytes(part: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except (binascii.Error, ValueError):
        raise NotTaken("A part of the token is not in base64url.") from None
