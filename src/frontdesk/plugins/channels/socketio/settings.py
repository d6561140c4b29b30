"""What the operator of a socket channel says; draws the panel's form and is read whenever a connection opens."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from frontdesk.kit.origins import origin_of
from frontdesk.kit.plugin_faults import Wrong

LEAST_KEY = 32


class SocketSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    origins: str = Field(
        default="",
        title="Pages",
        description="Origins of the pages that may connect, such as https://shop.example.com, with blanks between "
        "them. Empty: every page.",
        max_length=4000,
        examples=["https://shop.example.com https://help.example.com"],
        json_schema_extra={"place": "usual"},
    )
    session_persistence: bool = Field(
        default=True,
        title="Keep conversations",
        description="Who comes back with the same session id goes on with the same conversation. Off: each connection "
        "is a new one.",
        json_schema_extra={"place": "usual"},
    )
    jwt_key: SecretStr = Field(
        default=SecretStr(""),
        title="Token key",
        description="When set, only who brings a JSON Web Token signed with this key may connect. 32 characters or more.",
    )
    jwt_method: Literal["HS256", "HS384", "HS512"] = Field(
        default="HS256",
        title="Token signature",
        description="How the tokens are signed.",
        json_schema_extra={"choices": {"HS256": "HS256", "HS384": "HS384", "HS512": "HS512"}},
    )

    @field_validator("origins")
    @classmethod
    def _are_origins(cls, given: str) -> str:
        found = [origin_of(each) for each in given.split()]
        if None in found:
            raise Wrong(
                "socketio.origin",
                "each has to be like https://shop.example.com, without a path or slash at the end",
            )
        return " ".join(filter(None, found))

    @model_validator(mode="after")
    def _is_long(self) -> Self:
        key = self.jwt_key.get_secret_value()
        if key and len(key) < LEAST_KEY:
            raise Wrong("socketio.key", f"the token key needs {LEAST_KEY} characters or more")
        return self
