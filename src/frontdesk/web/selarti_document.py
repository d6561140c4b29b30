"""The OpenAPI 3.0.3 document of the external messenger's endpoint, as its source publishes it (S003-1 to S003-5).

Generated clients of the source's document keep working: names, tag, server roles and the thread's keys are its own.
"""

from typing import Any

from frontdesk.core.errors import CODES
from frontdesk.web.errors import STATUS

PATH = "/api/1.1/wf/send_message_external"
FILE = "send-message-external.openapi.json"
SUMMARY = "send message external"
OPERATION_ID = "sendMessageExternal"
_REFUSALS = (
    "bad_request",
    "unauthenticated",
    "forbidden",
    "not_found",
    "task_incomplete",
    "body_too_large",
    "unsupported_media_type",
    "invalid",
    "unavailable",
)
"""Everything that is said instead of 200; `invalid` and `idempotency_mismatch` share a status."""
_NOT_BLANK: dict[str, object] = {"minLength": 1, "pattern": "\\S"}
_STRINGS = ("Created By", "_id", "ai_thread_id", "chat_id", "company", "contact", "task", "title")
_NUMBERS = ("Created Date", "Modified Date", "count_message")
_FLAGS = (
    "close",
    "get_contact",
    "interest",
    "is_bot",
    "operator",
    "success",
    "user_replied",
    "wh_get_contact",
    "wh_interest",
    "wh_success",
)
_MEANINGS = {
    "Created By": "The contact who wrote first.",
    "Created Date": "Milliseconds since 1970.",
    "Modified Date": "Milliseconds since 1970.",
    "_id": "The conversation.",
    "chat_id": "As it was sent.",
    "company": "The workspace.",
    "contact": "Phone and e-mail as far as they are known, else the chat id.",
    "count_message": "Messages of the customer, the assistant and people so far.",
    "operator": "People answer.",
    "title": "The customer's name, else one made of the chat id.",
    "user_replied": "The customer has written after an answer.",
    "wh_get_contact": "The webhook about the contact was sent.",
    "wh_interest": "The webhook about interest was sent.",
    "wh_success": "The webhook about success was sent.",
}


def document(public_url: str, version: str) -> dict[str, Any]:
    """The whole document; the server of its paths is this installation."""
    return {
        "openapi": "3.0.3",
        "info": {"title": "Frontdesk public api", "version": version},
        "tags": [{"name": "Send message", "description": f"**Base URL:** {public_url}"}],
        "servers": [
            {"url": public_url, "description": "Main API server (for /api/1.1/wf/* endpoints)"},
            {"url": f"{public_url}/api", "description": "Advanced API server (for /v1/* endpoints)"},
        ],
        "security": [{"bearerAuth": []}],
        "components": {
            "securitySchemes": {"bearerAuth": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Problem": _problem()},
        },
        "paths": {
            PATH: {
                "post": {
                    "tags": ["Send message"],
                    "summary": SUMMARY,
                    "description": "🇬🇧 Send external message\n\n🇷🇺 Отправить внешнее сообщение\n\n🇺🇿 Tashqi xabar yuborish",
                    "operationId": OPERATION_ID,
                    "parameters": [_key()],
                    **operation("#/components/schemas/Problem"),
                }
            }
        },
    }


def operation(problem: str = "#/components/schemas/Problem") -> dict[str, Any]:
    """Body and answers; `problem` is where the shape of errors stands."""
    return {
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "properties": {
                            "task_id": {"type": "string", **_NOT_BLANK},
                            "chat_id": {
                                "type": "string",
                                "description": "unique chat_id in your system",
                                "maxLength": 255,
                                **_NOT_BLANK,
                            },
                            "message": {"type": "string", **_NOT_BLANK},
                        },
                        "required": ["task_id", "chat_id", "message"],
                    },
                    "example": {
                        "task_id": "task_01jd6r2x9cf8pbx5z0m3t7w4qa",
                        "chat_id": "123456789",
                        "message": "Test message via api",
                    },
                }
            },
        },
        "responses": {"200": _answer(), **_problems(problem)},
    }


def _key() -> dict[str, Any]:
    return {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "Any text of your own; the same message with the same key is taken in once.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    }


def _answer() -> dict[str, Any]:
    thread: dict[str, dict[str, str]] = {
        name: {"type": kind}
        for kind, names in (("string", _STRINGS), ("number", _NUMBERS), ("boolean", _FLAGS))
        for name in names
    }
    for name, meaning in _MEANINGS.items():
        thread[name]["description"] = meaning
    properties = {name: thread[name] for name in sorted(thread)}
    response = {
        "type": "object",
        "required": ["thread"],
        "properties": {"thread": {"type": "object", "required": sorted(thread), "properties": properties}},
    }
    return {
        "description": "The message is kept and the conversation is as its turn left it.",
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["status", "response"],
                    "properties": {"response": response, "status": {"type": "string", "enum": ["success"]}},
                }
            }
        },
    }


def _problems(problem: str) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": problem}}}
    return {
        str(STATUS[code]): {"description": CODES[code], "content": content}
        for code in sorted(_REFUSALS, key=STATUS.__getitem__)
    }


def _problem() -> dict[str, Any]:
    """RFC 9457."""
    return {
        "type": "object",
        "required": ["type", "title", "status", "detail", "code", "request_id"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string", "description": "What is wrong and what to do, for people."},
            "code": {"type": "string"},
            "request_id": {"type": "string"},
            "field": {"type": "string", "description": "The field at fault, where it is one."},
        },
    }
