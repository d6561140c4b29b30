"""IBM's watsonx.ai: the streamed chat and the list of models. Its wire is chat completions with other names around it."""

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing

from pydantic import ValidationError

from frontdesk.kit import chat_completions, model_stream
from frontdesk.kit.outside import Outside
from frontdesk.plugins.llm.watson.settings import WatsonSettings
from frontdesk.plugins.llm.watson.tokens import Tokens
from frontdesk.ports.chat_model import ChatRequest, Checked, Failed, Piece
from frontdesk.ports.http import HttpReply, HttpRequest

_WRONG = Failed("misconfigured", "the service's settings are wrong")
_CHECK_S = 10.0
_QUOTA = frozenset(
    {"token_quota_reached", "instance_quota_reached", "quota_exceeded", "entitlement_enforcement"}
)
_AUTH = frozenset(
    {"authentication_token_expired", "authentication_token_not_valid", "authorization_rejected"}
)


class Watson:
    def __init__(self, outside: Outside) -> None:
        self._outside = outside
        self._tokens = Tokens(outside)

    async def chat(self, settings: Mapping[str, object], request: ChatRequest) -> AsyncGenerator[Piece, None]:
        own = _read(settings)
        if own is None:
            yield _WRONG
            return
        for fresh in (False, True):
            token = await self._tokens.of(own, timeout_s=request.timeout_s)
            if isinstance(token, Failed):
                yield token
                return
            refused: Failed | None = None
            sent = self._request(own, request, token)
            async with aclosing(chat_completions.chat(self._outside, sent, judge_by=_judge)) as pieces:
                async for piece in pieces:
                    # A token that was kept may have been taken back meanwhile; nothing has been asked then.
                    if isinstance(piece, Failed) and piece.trouble == "auth":
                        refused = piece
                        break
                    yield piece
            if refused is None:
                return
            if fresh or not self._tokens.forget(own):
                yield refused
                return

    async def check(self, settings: Mapping[str, object]) -> Checked | Failed:
        own = _read(settings)
        if own is None:
            return _WRONG
        token = await self._tokens.of(own, timeout_s=_CHECK_S)
        if isinstance(token, Failed):
            return token
        request = HttpRequest(
            method="GET",
            url=f"{own.base_url.rstrip('/')}/ml/v1/foundation_model_specs",
            query=(("version", own.version), ("limit", "200")),
            headers=self._headers(token),
            timeout_s=_CHECK_S,
            max_bytes=4_000_000,
            purpose="ai",
        )
        answer = await model_stream.reply(self._outside.http, request, _judge(self._outside))
        if not isinstance(answer, HttpReply):
            self._tokens.forget(own)
            return answer
        found = model_stream.json_of(answer.body)
        rows = found.get("resources") if isinstance(found, dict) else None
        if not isinstance(rows, list):
            return Failed("malformed", "the list of models cannot be read")
        names = (row.get("model_id") for row in rows if isinstance(row, dict))
        return Checked(tuple(sorted(name for name in names if isinstance(name, str) and name.isprintable())))

    def _request(self, own: WatsonSettings, request: ChatRequest, token: str) -> HttpRequest:
        return HttpRequest(
            method="POST",
            url=f"{own.base_url.rstrip('/')}/ml/v1/text/chat_stream",
            query=(("version", own.version),),
            headers=self._headers(token),
            body=_body(own, request),
            timeout_s=request.timeout_s,
            idle_s=request.idle_s,
            max_bytes=model_stream.MAX_ANSWER_BYTES,
            purpose="ai",
        )

    def _headers(self, token: str) -> tuple[tuple[str, str], ...]:
        return (
            ("Authorization", f"Bearer {token}"),
            ("Content-Type", "application/json"),
            ("User-Agent", self._outside.user_agent),
        )


def _body(own: WatsonSettings, request: ChatRequest) -> bytes:
    messages = chat_completions.messages(request)
    for message in messages:
        if message["role"] == "user":
            message["content"] = [{"type": "text", "text": message["content"]}]
    found: dict[str, object] = {
        "model_id": request.model,
        "messages": messages,
        "max_tokens": request.max_tokens,
        "time_limit": round(request.timeout_s * 1000),
        **({"project_id": own.project_id} if own.project_id else {"space_id": own.space_id}),
    }
    if own.temperature >= 0:
        found["temperature"] = own.temperature
    if request.tools:
        found |= {"tools": chat_completions.tools(request), "tool_choice_option": "auto"}
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()


def _judge(outside: Outside) -> model_stream.Judge:
    def judged(status: int, headers: Mapping[str, str], found: object) -> Failed:
        said = ""
        match found:
            case {"errors": [{"code": code}, *_]}:
                said = model_stream.word(code)
        if said in _QUOTA:
            return Failed("quota", said)
        if said in _AUTH:
            return Failed("auth", said)
        return model_stream.judged(status, headers, outside.clock.now(), said)

    return judged


def _read(settings: Mapping[str, object]) -> WatsonSettings | None:
    try:
        return WatsonSettings.model_validate(settings)
    except ValidationError:
        return None
