"""How a channel's settings have the widget look and behave, in the words of `Config` in `ui/loader/src/options.ts`."""

from collections.abc import Mapping

PLAIN = (
    "primary_color",
    "theme",
    "position",
    "show_avatar",
    "width",
    "height",
    "auto_open",
    "auto_open_delay_ms",
    "hide_on_mobile",
    "page_context",
    "sound",
)
TEXTS = ("title", "welcome_message", "language")
FIELDS = ("name", "email", "phone")
"""What visitors may be asked before their first message."""
LINES = ("starters", "show_on_paths", "hide_on_paths")


def look_of(settings: Mapping[str, object], name: str) -> dict[str, object]:
    """`name`: of the assistant, which stands at the top where there is no other title. What is not set is as it is by itself."""
    told = {each: settings[each] for each in PLAIN if each in settings}
    texts = {each: settings[each] for each in TEXTS if settings.get(each)}
    lines = {each: str(settings.get(each) or "").splitlines() for each in LINES}
    locked = {"sign_in": True} if settings.get("only_signed_in") else {}
    listed = {each: some for each, some in lines.items() if some}
    return {"title": name, **told, **texts, **listed, **locked, **_asked(settings)}


def _asked(settings: Mapping[str, object]) -> dict[str, object]:
    """What the window asks of visitors besides messages."""
    asked = {name: settings.get(f"ask_{name}", "no") for name in FIELDS}
    form = {name: how for name, how in asked.items() if how in {"optional", "required"}}
    consent = settings.get("consent", "")
    found: dict[str, object] = {"away_form": settings.get("away_form", True)}
    if form or consent:
        found["ask"] = {
            **form,
            "why": settings.get("ask_why", ""),
            "consent": consent,
            "page": settings.get("consent_page", ""),
        }
    return found
