"""IBM's watsonx.ai: the streamed chat and the list of models. Its wire is chat completions with other names around it."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing

from frontdesk.kit import chat_completions, completions_answer, model_settings, model_stream
from frontdesk.kit.outside import Outside
from frontdesk.plugins.llm.watson.settings import WatsonSettings
from frontdesk.plugins.llm.watson.tokens import Tokens
from frontdesk.ports.chat_model import ChatRequest, Checked, Failed, Piece
from frontdesk.ports.http import HttpRequest

_QUOTA = frozenset(
    {"token_quota_reached", "instance_quota_reached", "quota_exceeded", "entitlement_enforcement"}
)
_TOO_LONG = "cannot exceed the total tokens limit"
"""Its code for that is the one of every wrong argument."""
_AUTH = frozenset(
    {"authentication_token_expired", "authentication_token_not_valid", "authorization_rejected"}
)


class Watson:
    def __init__(self, outside: Outside) -> None:
        self._outside = outside
        self._tokens = Tokens(outside)

    async def chat(self, settings: Mapping[str, object], request: ChatRequest) -> AsyncGenerator[Piece, None]:
        own = model_settings.read(WatsonSettings, settings)
        if isinstance(own, Failed):
            yield own
            return
        for fresh in (False, True):
            token = await self._tokens.of(own, timeout_s=request.timeout_s)
            if isinstance(token, Failed):
                yield token
                return
            refused: Failed | None = None
            sent = self._request(own, request, token)
            async with aclosing(completions_answer.chat(self._outside.http, sent, self._judge)) as pieces:
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
        own = model_settings.read(WatsonSettings, settings)
        if isinstance(own, Failed):
            return own
        token = await self._tokens.of(own, timeout_s=model_stream.CHECK_S)
        if isinstance(token, Failed):
            return token
        found = await model_stream.models(
            self._outside.http,
            f"{own.base_url.rstrip('/')}/ml/v1/foundation_model_specs",
            self._headers(token),
            self._judge,
            query=(("version", own.version), ("limit", "200")),
            at=("resources", "model_id"),
        )
        if isinstance(found, Failed):
            self._tokens.forget(own)
        return found

    def _request(self, own: WatsonSettings, request: ChatRequest, token: str) -> HttpRequest:
        url = f"{own.base_url.rstrip('/')}/ml/v1/text/chat_stream"
        return model_stream.question(
            url, request, _body(own, request), self._headers(token), query=(("version", own.version),)
        )

    def _headers(self, token: str) -> model_stream.Headers:
        return model_stream.headers(self._outside, ("Authorization", f"Bearer {token}"))

    def _judge(self, status: int, headers: Mapping[str, str], found: object) -> Failed:
        said, told = "", ""
        match found:
            case {"errors": [{"code": code, **more}, *_]}:
                said, told = model_stream.word(code), str(more.get("message", ""))
        if said in _QUOTA:
            return Failed("quota", said)
        if said in _AUTH:
            return Failed("auth", said)
        if _TOO_LONG in told:
            return Failed("too_long", said)
        return model_stream.judged(status, headers, self._outside.clock.now(), said)


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
        **model_settings.sampling(own.temperature),
    }
    if request.tools:
        found |= {"tools": chat_completions.tools(request), "tool_choice_option": "auto"}
    return chat_completions.written(found).encode()
