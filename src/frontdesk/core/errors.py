"""The four ways in which something goes wrong. Vendor and driver errors are turned into these at the door.

`Refused`      the caller can mend it: 4xx and a stable code (catalogue: `CODES`)
`Unavailable`  passing trouble: warn, count, try again
`NeedsReauth`  a person has to sign in to an outside system again
`Bug`          ours; somebody is told
"""

from collections.abc import Mapping

CODES: dict[str, str] = {
    "already_taken": "Somebody else has the conversation; the details say who.",
    "asked_often": "A person was asked for several times just now; wait for the time in Retry-After.",
    "bad_request": "The request cannot be read.",
    "body_too_large": "The body is larger than this address takes.",
    "bot_invalid": "The bot's files have errors; each is listed with file, line and what to write instead.",
    "channel_taken": "The assistant has another channel of this type that is switched on.",
    "changed_hands": "Somebody was first: the conversation is not with whom you saw it; the details say who has it.",
    "code_needed": "The password is right; the account also wants a code of its app, or a recovery code.",
    "conflict": "What you want to change has changed meanwhile; read it again.",
    "conversation_moved_on": "Somebody has written meanwhile; the details hold what.",
    "cursor_invalid": "The cursor is not one that this list gave out.",
    "email_taken": "Another account has that e-mail address.",
    "forbidden": "The key or account has no permission for this.",
    "host_taken": "Another assistant of this installation answers at that host name already.",
    "idempotency_mismatch": "The same Idempotency-Key came with another body.",
    "idempotency_in_progress": "The first request with this Idempotency-Key is still running.",
    "in_bin": "It is in the bin, or what it needs is; the detail says what to restore.",
    "in_use": "Something still depends on it; the detail says what, and what to do instead.",
    "invalid": "A field is missing or has a value it cannot have.",
    "last_owner": "The workspace would be left without an owner; make somebody else one first.",
    "needs_reauth": "An outside account has to be connected again by a person.",
    "method_not_allowed": "This address does not take that method.",
    "not_found": "There is nothing at this address, or it is not yours to see.",
    "other_contact": "The conversations are of two contacts; merge the contacts first if they are one person.",
    "outbound_refused": "The address may not be reached from here.",
    "plan_limit": "The plan of the workspace does not have this, or not so much; the details say what.",
    "precondition_required": "Send If-Match with the ETag you last read.",
    "rate_limited": "The key has asked as often as it may in a minute; ask again after the time in Retry-After.",
    "sign_in_needed": "Only signed-in visitors may chat here, or the page has to say again who is signed in.",
    "sign_in_refused": "What is to show that a visitor is signed in does not; the detail says why.",
    "taken_unanswered": "The message has arrived, so do not send it again; its answer is no longer for who sent it.",
    "too_many_tries": "There were too many tries; none counts before the time in Retry-After has passed.",
    "task_incomplete": "The task lacks something that it needs to answer; the detail says what.",
    "task_taken": "The channel and the assistant have a task already.",
    "unauthenticated": "A valid key or session is needed.",
    "unsupported_media_type": "The body has to be JSON and say so: Content-Type: application/json.",
    "unavailable": "A part of the service is away for a moment; try again after the given time.",
    "internal": "Something broke on our side; the request id finds it in the log.",
}
"""Every stable error code and the sentence the docs give for it."""


class FrontdeskError(Exception):
    """What all of ours have in common: a sentence for people."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Refused(FrontdeskError):
    """The caller can mend this.

    Args:
        code: One of `CODES`.
        message: What is wrong and what to do, for people.
        field: The field at fault as a dotted path, where there is one.
        details: What a program needs to go on, where the code alone does not say it; plain JSON.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        field: str | None = None,
        details: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.field = field
        self.details = details


class LedAstray(Refused):
    """A host's name led to an address that may not be reached, where it may lead elsewhere later; code `outbound_refused`."""


class HeldBack(Refused):
    """Too often: the next time counts after `retry_after_s` seconds."""

    def __init__(
        self,
        message: str,
        *,
        retry_after_s: float,
        code: str = "too_many_tries",
        details: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(code, message, details=details)
        self.retry_after_s = retry_after_s


class Unavailable(FrontdeskError):
    """Passing trouble; trying again after `retry_after_s` seconds may work."""

    def __init__(self, message: str, *, retry_after_s: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class NeedsReauth(FrontdeskError):
    """The credentials for `account` no longer work; a person has to renew them."""

    def __init__(self, account: str, message: str) -> None:
        super().__init__(message)
        self.account = account


class Bug(FrontdeskError):
    """A state that cannot be; logged with its stack and told to the operator of the installation."""
