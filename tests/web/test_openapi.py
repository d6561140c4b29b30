"""The OpenAPI document is good enough to read and to generate from: plain names, and an example of everything."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from tools.gen_docs import application

from frontdesk.web import openapi

Media = tuple[str, dict[str, Any]]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return openapi.document(application().table, version="1", public_url="https://desk.example")


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, by_method in document["paths"].items():
        if path.startswith("/api/v1"):
            yield from ((f"{method.upper()} {path}", operation) for method, operation in by_method.items())


def media(document: dict[str, Any]) -> Iterator[Media]:
    for name, operation in operations(document):
        holders = {"body": operation.get("requestBody", {}), **operation["responses"]}
        for which, holder in holders.items():
            for kind, found in holder.get("content", {}).items():
                yield f"{name} {which} {kind}", found


def test_schemas_have_plain_names(document: dict[str, Any]) -> None:
    odd = [name for name in document["components"]["schemas"] if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", name)]
    assert not odd
    assert {"ConversationViewPage", "MailTriedView", "TaskView", "Problem"} <= document["components"][
        "schemas"
    ].keys()


def test_every_operation_has_a_name_and_a_summary(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, operation in operations(document)]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", name) for name in names)
    assert all(operation["summary"] for _, operation in operations(document))


def test_every_body_and_answer_has_an_example_that_its_schema_takes(document: dict[str, Any]) -> None:
    assert not [name for name, found in media(document) if not {"example", "examples"} & found.keys()]
    wrong = []
    for name, found in media(document):
        if "schema" in found and "json" in name:
            whole = {"components": document["components"], **found["schema"]}
            validator = Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)
            wrong += [
                f"{name}: {each.json_path} {each.message}" for each in validator.iter_errors(found["example"])
            ]
    assert not wrong, "\n".join(wrong)


def test_every_wire_shows_what_it_takes_and_what_it_answers(document: dict[str, Any]) -> None:
    bare = []
    for path, by_method in document["paths"].items():
        for method, operation in by_method.items():
            good = [each for status, each in operation["responses"].items() if status == "200"]
            for holder in (operation.get("requestBody"), *good):
                shown = [
                    {"example", "examples"} & found.keys()
                    for found in (holder or {}).get("content", {}).values()
                ]
                bare += [f"{method} {path}"] if holder and not (shown and all(shown)) else []
    assert bare == ["get /api/1.1/openapi.json"]


def test_every_parameter_of_a_path_has_an_example(document: dict[str, Any]) -> None:
    bare = [
        f"{name} {parameter['name']}"
        for name, operation in operations(document)
        for parameter in operation.get("parameters", [])
        if parameter.get("in") == "path" and not parameter.get("example")
    ]
    assert not bare


def test_what_is_always_answered_is_said_to_be(document: dict[str, Any]) -> None:
    assert document["components"]["schemas"]["KeyViewPage"]["required"] == ["data", "next_cursor"]
    assert "required" not in document["components"]["schemas"]["NewConversation"]


def test_every_operation_stands_under_a_heading_that_the_document_lists(document: dict[str, Any]) -> None:
    listed = {tag["name"] for tag in document["tags"]}
    assert "Other" not in listed
    for path in document["paths"].values():
        for operation in path.values():
            assert [tag in listed for tag in operation["tags"]] == [True], operation["operationId"]
