"""Any server that speaks chat completions: a local one, a gateway, another vendor. The wire is `kit.completions_model`."""

from frontdesk.kit import model_settings
from frontdesk.kit.completions_model import CompletionsModel
from frontdesk.plugins.llm.custom.settings import CustomSettings
from frontdesk.ports.chat_model import ChatRequest


class Custom(CompletionsModel[CustomSettings]):
    settings = CustomSettings

    def address(self, own: CustomSettings) -> str:
        return own.base_url

    def key(self, own: CustomSettings) -> tuple[tuple[str, str], ...]:
        key = own.api_key.get_secret_value()
        if not key:
            return ()
        return ((own.key_header, key) if own.key_header else ("Authorization", f"Bearer {key}"),)

    def members(self, own: CustomSettings, request: ChatRequest) -> dict[str, object]:
        usage: dict[str, object] = {"stream_options": {"include_usage": True}} if own.usage_told else {}
        return {own.length_field: request.max_tokens, **usage, **model_settings.sampling(own.temperature)}
