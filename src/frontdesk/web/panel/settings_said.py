"""What pages of people's accounts say when something cannot be: by code and field, in the reader's language."""

from frontdesk.access import passwords, totp
from frontdesk.core.errors import HeldBack, Refused
from frontdesk.web.panel.alone import waiting_text
from frontdesk.web.panel.plan_said import limit_said
from frontdesk.web.panel.shell import Visit

_BY_CODE = {
    "conflict": "settings.changed",
    "email_taken": "access.email_taken",
    "forbidden": "settings.not_yours",
    "in_use": "settings.switched_off_already",
    "last_owner": "settings.last_owner",
    "not_found": "settings.gone",
}
_BY_FIELD = {
    "code": "access.code.wrong",
    "email": "access.email_wrong",
    "name": "access.name_wrong",
    "password": "settings.wrong_password",
    "role": "settings.not_yours",
}


def problem_of(visit: Visit, error: Refused) -> str:
    """One line; what has no line of its own is a mistake of ours and is raised again."""
    if isinstance(error, HeldBack):
        return waiting_text(visit.viewer.language, error.retry_after_s)
    if error.field == "new_password":
        why = next((word for word, said in passwords.UNFIT.items() if said == error.message), "short")
        return visit.say(f"access.unfit.{why}")
    if error.message == totp.USED:
        return visit.say("access.code.used")
    if error.code == "plan_limit" and error.details:
        return limit_said(error.details, visit.viewer.language)
    key = _BY_CODE.get(error.code) or _BY_FIELD.get(error.field or "")
    if key is None:
        raise error
    return visit.say(key)
