"""Tokens for an IBM Cloud API key: fetched when needed, kept until shortly before they run out.

Source: IBM Cloud API docs, IAM Identity Services, grant type `urn:ibm:params:oauth:grant-type:apikey`.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlencode

from frontdesk.kit import model_stream
from frontdesk.kit.outside import Outside
from frontdesk.plugins.llm.watson.settings import WatsonSettings
from frontdesk.ports.chat_model import Failed
from frontdesk.ports.http import HttpReply, HttpRequest

EARLY_S = 120.0
LONGEST_S = 3_600.0
MOST_KEPT = 1_000
_WITHIN_S = 10.0
_LONGEST_TOKEN = 8_000
_BAD_REQUEST = 400


class Tokens:
    def __init__(self, outside: Outside) -> None:
        self._outside = outside
        self._kept: dict[tuple[str, str], tuple[str, datetime]] = {}

    async def of(self, own: WatsonSettings, *, timeout_s: float) -> str | Failed:
        """A token that is still good, or why there is none."""
        kept = self._kept.get(_key(own))
        if kept is not None and self._outside.clock.now() < kept[1]:
            return kept[0]
        form = {
            "grant_type": "urn:ibm:params:oauth:grant-type:apikey",
            "apikey": own.api_key.get_secret_value(),
        }
        request = HttpRequest(
            method="POST",
            url=own.iam_url,
            headers=(
                ("Accept", "application/json"),
                ("Content-Type", "application/x-www-form-urlencoded"),
                ("User-Agent", self._outside.user_agent),
            ),
            body=urlencode(form).encode(),
            timeout_s=min(timeout_s, _WITHIN_S),
            max_bytes=100_000,
            purpose="ai",
        )
        answer = await model_stream.reply(self._outside.http, request, self._judge)
        return self._keep(own, answer) if isinstance(answer, HttpReply) else answer

    def forget(self, own: WatsonSettings) -> bool:
        """It was refused; whether it had been kept for a while, so that a fresh one may do."""
        kept = self._kept.pop(_key(own), None)
        return kept is not None and kept[1] - self._outside.clock.now() < timedelta(
            seconds=LONGEST_S - EARLY_S - 1
        )

    def _keep(self, own: WatsonSettings, answer: HttpReply) -> str | Failed:
        found = model_stream.json_of(answer.body)
        fields = found if isinstance(found, dict) else {}
        token, good_s = fields.get("access_token"), fields.get("expires_in")
        if not isinstance(token, str) or not 0 < len(token) <= _LONGEST_TOKEN or not token.isprintable():
            return Failed("malformed", "there is no token in the answer")
        if isinstance(good_s, bool) or not isinstance(good_s, int | float):
            good_s = EARLY_S
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        until = self._outside.clock.now() + timedelta(seconds=min(max(good_s - EARLY_S, 0.0), LONGEST_S))
        self._kept[_key(own)] = token, until
        return token

    def _judge(self, status: int, headers: Mapping[str, str], found: object) -> Failed:
        said = model_stream.word(found.get("errorCode")) if isinstance(found, dict) else ""
        failed = model_stream.judged(status, headers, self._outside.clock.now(), said)
        # An unknown key is a bad request there.
        return Failed("auth", failed.detail) if status == _BAD_REQUEST else failed


def _key(own: WatsonSettings) -> tuple[str, str]:
    return own.iam_url, hashlib.sha256(own.api_key.get_secret_value().encode()).hexdigest()
