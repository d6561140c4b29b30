"""What the OpenAPI document says of Rasa's HTTP API: parameters, bodies and answers, each with an example.

The examples go together: an assistant that tells the balance of an account. A test sends each of them.
"""

from typing import Any

Json = dict[str, Any]

_AT = 1790899200.0
_SAID = "EXTERNAL: account_balance"
_PARSED: Json = {
    "intent": {"name": "account_balance", "confidence": 1.0},
    "entities": [],
    "text": _SAID,
    "message_id": "msg_01jd6r2x9cf8pbx5z0m3t7w4qa",
    "metadata": {},
}
_TRACKER: Json = {
    "sender_id": "jhon",
    "slots": {"accountNumber": "123456", "session_started_metadata": None},
    "latest_message": _PARSED,
    "latest_event_time": _AT,
    "followup_action": None,
    "paused": False,
    "events": [
        {"event": "session_started", "timestamp": _AT, "metadata": {}},
        {
            "event": "user",
            "timestamp": _AT,
            "metadata": {},
            "text": _SAID,
            "parse_data": _PARSED,
            "input_channel": "rest",
            "message_id": _PARSED["message_id"],
        },
        {"event": "slot", "timestamp": _AT, "metadata": {}, "name": "accountNumber", "value": "123456"},
    ],
    "latest_input_channel": "rest",
    "active_loop": {},
    "latest_action": {"action_name": "action_listen"},
    "latest_action_name": "action_listen",
}
_TURN: Json = {
    "tracker": _TRACKER,
    "messages": [{"recipient_id": "jhon", "text": "There are 120 euros on your account."}],
}
_PREDICTED: Json = {
    "scores": [
        {"action": "action_listen", "score": 1.0},
        {"action": "account_balance", "score": 0.0},
        {"action": "action_restart", "score": 0.0},
    ],
    "policy": "policy_0_Flows",
    "confidence": 1.0,
    "tracker": _TRACKER,
}
_STORY = """version: '3.1'
stories:
- story: jhon
  steps:
  - intent: account_balance
    user: |-
      What is on my account?
  - action: account_balance
"""
_DOMAIN: Json = {
    "version": "3.1",
    "config": {"store_entities_as_slots": True},
    "session_config": {"session_expiration_time": 60, "carry_over_slots_to_new_session": False},
    "intents": ["account_balance"],
    "entities": [],
    "slots": {
        "accountNumber": {
            "type": "text",
            "initial_value": None,
            "influence_conversation": False,
            "mappings": [{"type": "custom"}],
        }
    },
    "responses": {},
    "actions": ["action_listen", "action_restart", "account_balance"],
    "forms": {},
    "e2e_actions": [],
}

_EVENT: Json = {
    "type": "object",
    "required": ["event"],
    "properties": {
        "event": {"type": "string", "description": "A kind of Rasa's: `slot`, `restart`, `user`, `bot`, ..."},
        "name": {"type": "string", "description": "Of a slot."},
        "value": {"description": "Of a slot; `null` empties it."},
        "text": {"type": "string", "description": "Of `user` and `bot`: kept, and sent nowhere."},
    },
}
_NAME: Json = {"type": "string", "minLength": 1, "maxLength": 100}
_ENTITIES: Json = {
    "description": "Slots that are set: an object, or a list of what Rasa calls entities.",
    "oneOf": [{"type": "object"}, {"type": "array", "items": {"type": "object"}}],
}


def json_content(example: object, schema: Json | None = None) -> Json:
    """The content of a body or an answer in JSON."""
    return {"application/json": {"schema": schema or {"type": "object"}, "example": example}}


def text_content(example: str, media_type: str = "text/plain") -> Json:
    return {media_type: {"schema": {"type": "string"}, "example": example}}


def _body(example: object, schema: Json) -> Json:
    return {"required": True, "content": json_content(example, schema)}


def answered(content: Json, description: str) -> Json:
    """The answers of an endpoint: the good one, and what all of them may say."""
    return {
        "200": {"description": description, "content": content},
        "400": {"description": "A parameter or the body is wrong."},
        "404": {"description": "There is no such conversation or assistant."},
        "409": {"description": "The assistant has no published version."},
    }


_TRACKED = answered(json_content(_TRACKER), "The tracker.")
_ACTED = answered(json_content(_TURN), "The tracker and, of the REST channel, what was said.")


def _operation(*queries: str, responses: Json, body: Json | None = None) -> Json:
    names = [("path", "conversation_id"), *(("query", name) for name in queries)]
    parameters = [
        {"name": name, "in": place, "required": place == "path", "schema": {"type": "string"}}
        for place, name in names
    ]
    parameters[0]["example"] = "jhon"
    return {
        "parameters": parameters,
        "responses": responses,
        **({} if body is None else {"requestBody": body}),
    }


HELLO: Json = {
    "responses": {
        "200": {"description": "The greeting.", "content": text_content("Hello from Frontdesk: 1.0.0")},
        "303": {"description": "A browser is led to the panel."},
    }
}
VERSION: Json = {
    "responses": {
        "200": {
            "description": "The version.",
            "content": json_content({"version": "1.0.0", "minimum_compatible_version": "0.1.0"}),
        }
    }
}
STATUS: Json = {
    "responses": answered(
        json_content(
            {
                "model_file": "billing@4",
                "model_id": "bot_01jd6r2x9cf8pbx5z0m3t7w4qa",
                "num_active_training_jobs": 0,
            }
        ),
        "The version that answers.",
    )
}
TRACKER = _operation("include_events", "until", responses=_TRACKED)
EVENTS = _operation(
    "include_events",
    responses=_TRACKED,
    body=_body(
        [{"event": "slot", "name": "accountNumber", "value": "123456"}],
        {"oneOf": [_EVENT, {"type": "array", "items": _EVENT, "maxItems": 1000}]},
    ),
)
MESSAGE = _operation(
    "include_events",
    responses=_TRACKED,
    body=_body(
        {"text": "I called you yesterday", "sender": "user"},
        {
            "type": "object",
            "required": ["text", "sender"],
            "properties": {"text": {"type": "string"}, "sender": {"const": "user"}},
        },
    ),
)
TRIGGER = _operation(
    "include_events",
    "output_channel",
    responses=_ACTED,
    body=_body(
        {"name": "account_balance", "entities": {"accountNumber": "123456"}},
        {
            "type": "object",
            "required": ["name"],
            "properties": {"name": {**_NAME, "description": "Of an intent."}, "entities": _ENTITIES},
        },
    ),
)
EXECUTE = _operation(
    "include_events",
    "output_channel",
    responses=_ACTED,
    body=_body(
        {"name": "account_balance"},
        {
            "type": "object",
            "required": ["name"],
            "properties": {"name": {**_NAME, "description": "Of a flow, or `action_restart`."}},
        },
    ),
)
STORY = _operation(
    "until", "all_sessions", responses=answered(text_content(_STORY), "The conversation, as YAML.")
)
PREDICT = _operation("include_events", responses=answered(json_content(_PREDICTED), "What comes next."))
DOMAIN: Json = {
    "responses": {
        **answered(
            {**json_content(_DOMAIN), **text_content("version: '3.1'\n", "application/x-yaml")},
            "Intents, entities, slots and actions.",
        ),
        "406": {"description": "Accept names neither JSON nor YAML."},
    }
}
PARSE: Json = {
    "requestBody": _body(
        {"text": "What is on my account?"},
        {
            "type": "object",
            "required": ["text"],
            "properties": {"text": {"type": "string"}, "message_id": {"type": "string"}},
        },
    ),
    "responses": answered(
        json_content(
            {
                "text": "What is on my account?",
                "intent": {"name": "account_balance", "confidence": 0.93},
                "entities": [],
                "intent_ranking": [{"name": "account_balance", "confidence": 0.93}],
                "band": "accept",
            }
        ),
        "What it means.",
    ),
}
