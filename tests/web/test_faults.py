"""A field that is wrong is told in plain words, whatever kind of model a body or a plug-in's settings have."""

from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Annotated, Any, Literal, get_args

import pytest
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    HttpUrl,
    SecretStr,
    TypeAdapter,
    ValidationError,
)
from pydantic_core.core_schema import ErrorType
from tests.doubles.http_client import HttpClient

from frontdesk.web.faults import SENTENCES, sentence


class Colour(Enum):
    RED = "red"


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")
    size: int = 1


class FromThings(BaseModel):
    model_config = ConfigDict(from_attributes=True)


def _odd(value: int) -> int:
    if not value % 2:
        raise ValueError("write an odd number")
    return value


def _positive(value: int) -> int:
    if value > 0:
        return value
    raise AssertionError("write one that is above zero!")


def _silent(_: int) -> int:
    raise ValueError


CASES: list[tuple[Any, object, str]] = [
    (Inner, {"sise": 2}, "There is no such field; leave it out, or look how it is spelt."),
    (Inner, [], "Write a JSON object."),
    (FromThings, 3, "Write a JSON object."),
    (dict[str, int], [], "Write a JSON object."),
    (str, 3, "Write text, in quotes."),
    (SecretStr, 3, "Write text, in quotes."),
    (Annotated[str, Field(min_length=1)], "", "Write at least 1 character."),
    (Annotated[SecretStr, Field(min_length=2)], "", "This is too short: give at least 2 characters."),
    (Annotated[str, Field(min_length=3)], "", "Write at least 3 characters."),
    (Annotated[str, Field(max_length=1)], "ab", "Write no more than 1 character."),
    (Annotated[str, Field(pattern="^[a-z]+$")], "A", "It has to match the pattern ^[a-z]+$"),
    (bool, [], "Write true or false."),
    (bool, "maybe", "Write true or false."),
    (int, [], "Write a whole number."),
    (int, "x", "Write a whole number."),
    (int, "9" * 5000, "Write a smaller number."),
    (int, 1.5, "Write a whole number."),
    (float, [], "Write a number."),
    (float, "x", "Write a number."),
    (Annotated[float, Field(allow_inf_nan=False)], "nan", "Write a number."),
    (Annotated[int, Field(gt=0)], 0, "Write more than 0."),
    (Annotated[int, Field(ge=1)], 0, "Write 1 or more."),
    (Annotated[int, Field(lt=9)], 9, "Write less than 9."),
    (Annotated[int, Field(le=100)], 101, "Write 100 or less."),
    (Annotated[int, Field(multiple_of=5)], 4, "Write a multiple of 5."),
    (list[str], "x", "Write a list."),
    (tuple[str, ...], "x", "Write a list."),
    (set[str], "x", "Write a list."),
    (frozenset[str], "x", "Write a list."),
    (Annotated[list[str], Field(min_length=1)], [], "This is too short: give at least 1."),
    (Annotated[list[str], Field(max_length=1)], ["a", "b"], "This is too long: give no more than 1."),
    (Literal["api", "rasa"], "x", "Write one of 'api' or 'rasa'."),
    (Colour, "blue", "Write one of 'red'."),
    (None, 1, "Write null, or leave it out."),
    (HttpUrl, 3, "Write a whole address, such as https://www.example.com/page."),
    (HttpUrl, "x", "Write a whole address, such as https://www.example.com/page."),
    (HttpUrl, "ftp://x.test", "Write an address that begins with 'http' or 'https'."),
    (HttpUrl, "https://x.test/" + "x" * 3000, "Write an address of no more than 2083 characters."),
    (AwareDatetime, [], "Write a date with time and zone, such as 2026-03-01T12:00:00Z."),
    (AwareDatetime, "2026-03-01T12:00:0x", "Write a date with time and zone, such as 2026-03-01T12:00:00Z."),
    (AwareDatetime, "soon", "Write a date with time and zone, such as 2026-03-01T12:00:00Z."),
    (AwareDatetime, "2026-03-01T12:00:00", "Write a date with time and zone, such as 2026-03-01T12:00:00Z."),
    (date, [], "Write a date, such as 2026-03-01."),
    (date, "soon", "Write a date, such as 2026-03-01."),
    (Annotated[int, AfterValidator(_odd)], 2, "Write an odd number."),
    (Annotated[int, AfterValidator(_positive)], 0, "Write one that is above zero!"),
    (Annotated[int, AfterValidator(_silent)], 0, "This value cannot be used here."),
]


def fault_of(model: Any, given: object) -> Mapping[str, Any]:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(model).validate_python(given)
    (fault,) = refused.value.errors()
    return fault


@pytest.mark.parametrize(("model", "given", "expected"), CASES)
def test_each_kind_of_fault_is_a_sentence(model: Any, given: object, expected: str) -> None:
    assert sentence(fault_of(model, given)) == expected


def test_every_sentence_is_one_that_some_model_leads_to() -> None:
    met = {fault_of(model, given)["type"] for model, given, _ in CASES} | {"missing"}
    assert SENTENCES.keys() - met == set()


def test_of_a_kind_without_a_sentence_nothing_of_the_librarys_words_gets_out() -> None:
    for kind in set(get_args(ErrorType)) - SENTENCES.keys() - {"value_error", "assertion_error"}:
        fault = {"type": kind, "msg": "Input should be a thing", "ctx": {"error": "x"}}
        assert sentence(fault) == "This value cannot be used here."


async def test_the_sentences_are_what_the_api_says(client: HttpClient, key: str, assistant_id: str) -> None:
    body = {
        "type": "pigeon",
        "name": "",
        "assistant_id": assistant_id,
        "owls": 1,
        "settings": {"loft": ""},
    }
    answer = (await client.post("/api/v1/channels", key=key, json=body)).json()
    assert answer["detail"] == "name: Write at least 1 character."
    assert answer["errors"][1]["message"].startswith("There is no such field")
    del body["owls"]
    answer = (await client.post("/api/v1/channels", key=key, json=body | {"name": "A"})).json()
    assert answer["detail"] == "settings.loft: Write at least 1 character."
    answer = (await client.post("/api/v1/channels", key=key, json={})).json()
    assert answer["detail"] == "type: This is needed."
    answer = (await client.get("/api/v1/channels?limit=x", key=key)).json()
    assert answer["detail"] == "limit: Write a whole number."
