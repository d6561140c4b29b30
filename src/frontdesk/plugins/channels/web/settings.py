"""What the operator of a site says of its widget: where it may be, how it looks and what it says first."""

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from frontdesk.kit.origins import origin_of
from frontdesk.kit.plugin_faults import Wrong
from frontdesk.kit.visitor_files import MOST_MB, USUAL, USUAL_MB, Choice

MOST_STARTERS, MOST_STARTER = 4, 80
_COLOR = re.compile(r"#[0-9a-f]{6}", re.ASCII)


class WebSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    origins: str = Field(
        default="",
        title="Pages",
        description="Origins of the pages that may show the widget, such as https://shop.example.com, with blanks "
        "between them. Empty: every page.",
        max_length=4000,
        examples=["https://shop.example.com https://www.example.com"],
        json_schema_extra={"place": "usual"},
    )
    title: str = Field(
        default="",
        title="Title",
        description="What stands at the top of the window. Empty: the assistant's name.",
        max_length=60,
        json_schema_extra={"place": "usual"},
    )
    welcome_message: str = Field(
        default="",
        title="Welcome message",
        description="What visitors read before anybody has written. Empty: a short greeting in their language.",
        max_length=500,
        json_schema_extra={"place": "usual"},
    )
    starters: str = Field(
        default="",
        title="First questions",
        description=f"Up to {MOST_STARTERS} questions that visitors ask with one tap, each on a line of its own.",
        max_length=400,
        json_schema_extra={"place": "usual"},
    )
    primary_color: str = Field(
        default="#0071e3",
        title="Color",
        description="The brand's color, such as #0071e3. Text on it stays readable, whatever it is.",
        json_schema_extra={"place": "usual"},
    )
    theme: Literal["auto", "light", "dark"] = Field(
        default="auto",
        title="Theme",
        description="Light, dark, or as the visitor's system has it.",
        json_schema_extra={"choices": {"auto": "As the system", "light": "Light", "dark": "Dark"}},
    )
    position: Literal["bottom-right", "bottom-left", "top-right", "top-left"] = Field(
        default="bottom-right",
        title="Corner",
        description="Where the button is.",
        json_schema_extra={
            "choices": {
                "bottom-right": "Bottom right",
                "bottom-left": "Bottom left",
                "top-right": "Top right",
                "top-left": "Top left",
            }
        },
    )

    sound: bool = Field(
        default=True,
        title="Sound",
        description="Two soft tones when something is said while the window is closed. Each visitor can switch them off.",
    )

    files: Choice = Field(
        default=USUAL,
        title="Files of visitors",
        description="Which files visitors can send. What one is, its content says; programs, archives and pages never get in.",
        json_schema_extra={
            "choices": {
                "off": "None",
                "pictures": "Pictures",
                "documents": "Pictures and documents",
                "media": "Pictures, documents, sound and film",
            }
        },
    )
    files_mb: int = Field(
        default=USUAL_MB,
        ge=1,
        le=MOST_MB,
        title="Largest file, in MB",
        description=f"Of one file, up to {MOST_MB}.",
    )

    @field_validator("origins")
    @classmethod
    def _are_origins(cls, given: str) -> str:
        found = [origin_of(each) for each in given.split()]
        if None in found:
            raise Wrong(
                "web.origin",
                "each has to be like https://shop.example.com, without a path or slash at the end",
            )
        return " ".join(filter(None, found))

    @field_validator("primary_color")
    @classmethod
    def _is_color(cls, given: str) -> str:
        if not _COLOR.fullmatch(given.strip().lower()):
            raise Wrong("web.color", "write six hexadecimal digits after a #, such as #0071e3")
        return given.strip().lower()

    @field_validator("starters")
    @classmethod
    def _are_few(cls, given: str) -> str:
        lines = [line.strip() for line in given.splitlines() if line.strip()]
        if len(lines) > MOST_STARTERS or any(len(line) > MOST_STARTER for line in lines):
            raise Wrong(
                "web.starters",
                f"write up to {MOST_STARTERS} questions of up to {MOST_STARTER} characters, each on a line of its own",
            )
        return "\n".join(lines)
