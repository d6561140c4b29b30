"""The published JSON Schemas, put to a bot's files."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]

from frontdesk.dialog.problems import Problems
from frontdesk.dialog.yaml import read

FOLDER = Path(__file__).parents[2] / "docs" / "reference" / "schemas"


@cache
def validator(name: str) -> jsonschema.Draft7Validator:
    schema = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


def kind(path: str) -> str | None:
    """The schema for a file of a bot; None where there is none."""
    if path == "bot.yaml":
        return "bot"
    if not path.endswith(".yaml"):
        return None
    return {"flows": "flow", "actions": "action", "tests": "tests"}.get(path.partition("/")[0])


def refused(files: Mapping[str, str]) -> list[str]:
    """What the schemas have against the files, with each file."""
    found: list[str] = []
    for path, text in files.items():
        schema, node = kind(path), read(text, path, Problems())
        if schema is not None and node is not None:
            errors = validator(schema).iter_errors(node.plain())
            found += [f"{path}: {error.json_path}: {error.message[:300]}" for error in errors]
    return found
