"""OpenAI's chat completions, list of models and images; the wire itself is `kit.completions_model`."""

from frontdesk.kit import model_settings
from frontdesk.kit.completions_model import CompletionsModel
from frontdesk.plugins.llm.openai.settings import OpenAiSettings
from frontdesk.ports.chat_model import ChatRequest


class OpenAi(CompletionsModel[OpenAiSettings]):
    settings = OpenAiSettings

    def address(self, own: OpenAiSettings) -> str:
        return own.base_url

    def key(self, own: OpenAiSettings) -> tuple[tuple[str, str], ...]:
        given = (("OpenAI-Organization", own.organization), ("OpenAI-Project", own.project))
        return (
            ("Authorization", f"Bearer {own.api_key.get_secret_value()}"),
            *((name, value) for name, value in given if value),
        )

    def members(self, own: OpenAiSettings, request: ChatRequest) -> dict[str, object]:
        return {
            "max_completion_tokens": request.max_tokens,
            "stream_options": {"include_usage": True},
            **model_settings.sampling(own.temperature),
        }
