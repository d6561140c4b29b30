"""What the operator of a site says of its widget: where it may be, how it looks and what it says first."""

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic.config import JsonDict

from frontdesk.core.widget_languages import names
from frontdesk.kit.origins import origin_of
from frontdesk.kit.plugin_faults import Wrong
from frontdesk.kit.visitor_files import MOST_MB, USUAL, USUAL_MB, Choice
from frontdesk.kit.web_tokens import public_key

MOST_STARTERS, MOST_STARTER = 4, 80
MOST_PATHS, MOST_PATH = 100, 200
_BEGINS = ("/", "*")
_PATHS: JsonDict = {"most": MOST_PATHS, "longest": MOST_PATH, "begins": list(_BEGINS)}
_COLOR = re.compile(r"#[0-9a-f]{6}", re.ASCII)
_PAGE = re.compile(r"https?://[^\s<>\"']{3,}", re.ASCII)
Asked = Literal["no", "optional", "required"]
_ASKED: JsonDict = {
    "choices": {"no": "No", "optional": "May be left empty", "required": "Needed"},
    "place": "more",
}


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
        json_schema_extra={"place": "usual", "long": True},
    )
    starters: str = Field(
        default="",
        title="First questions",
        description=f"Up to {MOST_STARTERS} questions that visitors ask with one tap, each on a line of its own.",
        max_length=400,
        json_schema_extra={
            "place": "usual",
            "long": True,
            "lines": {"most": MOST_STARTERS, "longest": MOST_STARTER},
        },
    )
    primary_color: str = Field(
        default="#0071e3",
        title="Color",
        description="The brand's color, such as #0071e3. Text on it stays readable, whatever it is.",
        json_schema_extra={"place": "usual", "color": True},
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

    language: str = Field(
        default="auto",
        title="Language",
        description="Of the window's own words. Auto: as the page says of itself, else as the visitor's browser.",
        # Languages are called in themselves everywhere.
        json_schema_extra={"choices": {"auto": "Auto", **names()}, "same_everywhere": list(names())},
    )
    show_avatar: bool = Field(
        default=True,
        title="Pictures",
        description="The assistant's picture at the top of the window and beside what it says.",
    )
    width: int = Field(
        default=380,
        title="Width",
        description="Of the window, in pixels, 300 to 520. On phones it fills the screen.",
        ge=300,
        le=520,
    )
    height: int = Field(
        default=620,
        title="Height",
        description="Of the window, in pixels, 400 to 800, as far as the screen has them.",
        ge=400,
        le=800,
    )
    auto_open: bool = Field(
        default=False,
        title="Open by itself",
        description="On phones the welcome message shows above the button instead.",
    )
    auto_open_delay_ms: int = Field(
        default=3000,
        title="Open after",
        description="How long after the page was loaded it opens by itself, up to 600000.",
        ge=0,
        le=600_000,
    )
    hide_on_mobile: bool = Field(
        default=False,
        title="Hide on phones",
        description="On small screens there is no button and no window.",
    )
    show_on_paths: str = Field(
        default="",
        title="Show only on",
        description="Paths of pages, each on a line of its own, such as /products/*; the star stands for anything. "
        "Empty: on all.",
        max_length=4000,
        json_schema_extra={"lines": _PATHS},
    )
    hide_on_paths: str = Field(
        default="",
        title="Hide on",
        description="Paths of pages that have no chat, each on a line of its own, such as /checkout or /account/*.",
        max_length=4000,
        json_schema_extra={"lines": _PATHS},
    )
    page_context: bool = Field(
        default=True,
        title="Tell which page",
        description="Title and address of the page go along with each message, so that the answer can be about it.",
    )
    sound: bool = Field(
        default=True,
        title="Sound",
        description="Two soft tones when something is said while the window is closed. Each visitor can switch them off.",
    )

    ask_name: Asked = Field(
        default="no",
        title="Ask for the name",
        description="Before the first message, from visitors of whom nothing is known yet.",
        json_schema_extra=_ASKED,
    )
    ask_email: Asked = Field(
        default="no",
        title="Ask for the e-mail address",
        description="In the same form.",
        json_schema_extra=_ASKED,
    )
    ask_phone: Asked = Field(
        default="no",
        title="Ask for the phone number",
        description="In the same form.",
        json_schema_extra=_ASKED,
    )
    ask_why: str = Field(
        default="",
        title="Why you ask",
        description="A sentence above the form, such as: So that we can find your order and write back.",
        max_length=200,
        json_schema_extra={"place": "more"},
    )
    consent: str = Field(
        default="",
        title="Consent",
        description="What visitors have to agree to before they write, such as: I agree that this chat is stored. When they "
        "agreed, and to what, is kept with the contact. Empty: nothing.",
        max_length=400,
        json_schema_extra={"place": "more"},
    )
    consent_page: str = Field(
        default="",
        title="Page about it",
        description="The address that a link after that sentence opens, such as your privacy notice.",
        max_length=500,
        examples=["https://www.example.com/privacy"],
        json_schema_extra={"place": "more", "written": _PAGE.pattern},
    )
    away_form: bool = Field(
        default=True,
        title="Leave a message",
        description="When a visitor waits for a person and nobody is there, a form takes their address and what to answer.",
    )
    mail_copies: bool = Field(
        default=True,
        title="Copies by mail",
        description="Visitors can have the conversation sent to an e-mail address, where the workspace sends mail.",
    )
    only_signed_in: bool = Field(
        default=False,
        title="Only signed-in visitors",
        description="Nobody else can write here. Your pages say who is signed in, and prove it with the secret of this "
        "channel or a token.",
    )
    sign_in_key: str = Field(
        default="",
        title="Public key of sign-in tokens",
        description="Where your system signs tokens with RS256 or ES256: the public key to check them with, in PEM. Not "
        "needed for the secret of this channel.",
        max_length=4000,
        examples=["-----BEGIN PUBLIC KEY----- ... -----END PUBLIC KEY-----"],
        json_schema_extra={"place": "more"},
    )

    @field_validator("consent_page")
    @classmethod
    def _is_page(cls, given: str) -> str:
        if given.strip() and not _PAGE.fullmatch(given.strip()):
            raise Wrong("web.consent_page", "write an address that begins with https://")
        return given.strip()

    @field_validator("sign_in_key")
    @classmethod
    def _is_key(cls, given: str) -> str:
        if given.strip():
            try:
                public_key(given)
            except ValueError:
                raise Wrong(
                    "web.sign_in_key",
                    "paste the whole public key in PEM: RSA with 2048 bits or more, or the curve P-256",
                ) from None
        return given.strip()

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

    @field_validator("language")
    @classmethod
    def _is_spoken(cls, given: str) -> str:
        code = given.strip().lower()
        if code != "auto" and code not in names():
            raise Wrong("web.language", f"write auto, or one of {', '.join(names())}")
        return code

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

    @field_validator("show_on_paths", "hide_on_paths")
    @classmethod
    def _are_paths(cls, given: str) -> str:
        lines = [line.strip() for line in given.splitlines() if line.strip()]
        if len(lines) > MOST_PATHS or any(
            len(line) > MOST_PATH or not line.startswith(_BEGINS) for line in lines
        ):
            raise Wrong(
                "web.paths",
                f"write up to {MOST_PATHS} paths that begin with /, such as /checkout or /account/*, each on a line of its own",
            )
        return "\n".join(lines)
