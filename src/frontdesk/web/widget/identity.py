"""Who a visitor is where they are signed in: proved by the site, with a token or a hash, and never by the visitor alone.

A token (`kit/web_tokens.py`) vouches for all that it says. A hash vouches for the id; what comes beside it may have been
written by anybody, so that it only fills gaps.
"""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass

from frontdesk.core import mail_address
from frontdesk.core.contact import CONSENT, CONSENT_AT, USER_ID, Introduced
from frontdesk.core.errors import Refused
from frontdesk.kit.web_tokens import Key, NotTaken, claims_of, public_key
from frontdesk.store import webhook_secrets
from frontdesk.store.directory import Entrance
from frontdesk.store.secrets import Vault
from frontdesk.turn.line import Line

MOST_ID, MOST_NAME, MOST_VALUE = 200, 100, 500
MOST_ATTRIBUTES = 30
SIGN_IN_KEY = "sign_in_key"
"""The setting of a channel that has the public key of tokens."""
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_PHONE = re.compile(r"\+?[0-9 ().-]{5,39}", re.ASCII)
_ATTRIBUTE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}", re.ASCII)
_OURS = frozenset({"name", "email", "phone", USER_ID})


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`vouched`: the site stands for `about` too, not only for the id."""

    user_id: str
    about: Introduced
    vouched: bool


class Identities:
    """One a process."""

    def __init__(self, line: Line, vault: Vault) -> None:
        self._line, self._vault = line, vault

    async def proved(self, at: Entrance, given: object) -> SignedIn:
        """
        Raises:
            Refused: Nothing of it proves who the visitor is (`sign_in_refused`); why is for the site's author.
        """
        if not isinstance(given, dict):
            raise Refused("invalid", "user has to be an object.", field="user")
        secrets = await self._secrets(at)
        try:
            if "token" in given:
                return self._by_token(at, given["token"], secrets)
            return _by_hash(given, secrets)
        except NotTaken as reason:
            raise Refused("sign_in_refused", str(reason)) from None

    async def _secrets(self, at: Entrance) -> list[bytes]:
        now = self._line.clock.now()
        async with self._line.store.unit_of_work(at.workspace) as tx:
            found = await webhook_secrets.signing(
                at.workspace, tx, self._vault, at.channel_id, now, prefix=webhook_secrets.VISITORS
            )
        return [secret.reveal().encode() for secret in found]

    def _by_token(self, at: Entrance, token: object, secrets: list[bytes]) -> SignedIn:
        pem = str(at.settings.get(SIGN_IN_KEY, ""))
        keys: list[Key] = [*secrets, *([public_key(pem)] if pem else [])]
        if not keys:
            raise NotTaken("The channel has no secret and no public key to check a token with.")
        if not isinstance(token, str):
            raise NotTaken("token has to be a text.")
        claims = claims_of(token, keys, audience={at.assistant_id, at.slug}, now=self._line.clock.now())
        user_id = _id_of(claims.get("sub"), "sub")
        return SignedIn(user_id, introduced(claims, _attributes(claims, user_id)), vouched=True)


def _by_hash(given: Mapping[str, object], secrets: list[bytes]) -> SignedIn:
    if not secrets:
        raise NotTaken("The channel has no secret to check a hash with.")
    user_id = _id_of(given.get(USER_ID), USER_ID)
    said = given.get("hash")
    if not isinstance(said, str) or not _HASH.fullmatch(said.lower()):
        raise NotTaken("hash has to be the HMAC-SHA256 of visitor: and user_id, in 64 hexadecimal digits.")
    # Of what is no beginning of a token: who chooses their id would have tokens signed otherwise.
    proof = f"visitor:{user_id}".encode()
    right = (hmac.digest(secret, proof, "sha256").hex() for secret in secrets)
    if not any(hmac.compare_digest(each, said.lower()) for each in right):
        raise NotTaken("The hash was made with another secret, or of another user_id.")
    return SignedIn(user_id, introduced(given, {USER_ID: user_id}), vouched=False)


def _id_of(given: object, name: str) -> str:
    found = str(given) if isinstance(given, str | int) and not isinstance(given, bool) else ""
    if not 0 < len(found) <= MOST_ID or not found.isprintable() or found != found.strip():
        raise NotTaken(f"{name} has to be an id of 1 to {MOST_ID} characters.")
    return found


def introduced(given: Mapping[str, object], attributes: dict[str, str]) -> Introduced:
    """What is said of a person, as far as it can be that; the rest is left out."""
    name, email, phone = (
        value if isinstance(value := given.get(key), str) else "" for key in ("name", "email", "phone")
    )
    return Introduced(
        "".join(each for each in " ".join(name.split()) if each.isprintable())[:MOST_NAME],
        mail_address.read(email) or "",
        phone.strip() if _PHONE.fullmatch(phone.strip()) else "",
        attributes,
    )


def _attributes(claims: Mapping[str, object], user_id: str) -> dict[str, str]:
    given = claims.get("attributes")
    found = {USER_ID: user_id}
    for name, value in given.items() if isinstance(given, dict) else ():
        if len(found) > MOST_ATTRIBUTES or name in _OURS or not _ATTRIBUTE.fullmatch(name):
            continue
        if isinstance(value, bool):
            found[name] = "true" if value else "false"
        elif isinstance(value, str | int | float):
            found[name] = str(value)[:MOST_VALUE]
    return found


def joined(before: Introduced, now: Introduced, *, vouched: bool) -> Introduced:
    """What is known from both; `vouched`: what is said now goes before. Who agrees to the same again has agreed before."""
    first, second = (now, before) if vouched else (before, now)
    attributes = {**before.attributes, **now.attributes}
    if CONSENT_AT in before.attributes and attributes.get(CONSENT) == before.attributes.get(CONSENT):
        attributes[CONSENT_AT] = before.attributes[CONSENT_AT]
    return Introduced(
        first.name or second.name,
        first.email or second.email,
        first.phone or second.phone,
        attributes,
    )
