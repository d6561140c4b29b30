"""Forms drawn from settings models: every kind of field, what was sent of it, what is shown again."""

from typing import Literal

import pytest
from pydantic import BaseModel, Field, SecretStr, ValidationError

from frontdesk.core.errors import Refused
from frontdesk.web.panel.fields import Mistakes, again, drawn, given
from frontdesk.web.panel.form import Sent
from frontdesk.web.panel.mistakes import also_in, mistakes_of


class Dovecote(BaseModel):
    url: str = Field(title="Address", description="Where.", json_schema_extra={"purpose": "callback"})
    key: SecretStr = SecretStr("")
    birds: int = 3
    rest_s: float = Field(default=2.5, gt=0)
    loud: bool = False
    colour: Literal["white", "grey"] = Field(
        default="white", json_schema_extra={"choices": {"white": "White ones"}}
    )
    month: Literal["1", "2", "3", "4", "5"] = "1"
    names: list[str] = []
    perches: dict[str, str] = {}
    note: str = Field(default="", max_length=2000)
    code: str = Field(default="", pattern="^[a-z]*$")
    nickname: str | None = None


def test_each_type_has_its_kind_of_field() -> None:
    fields = {field.name: field for field in drawn(Dovecote, {"url": "https://a.example"}, secrets=["key"])}
    kinds = {name.removeprefix("settings."): field.kind for name, field in fields.items()}
    assert kinds == {
        "url": "url",
        "key": "secret",
        "birds": "number",
        "rest_s": "number",
        "loud": "switch",
        "colour": "radio",
        "month": "select",
        "names": "list",
        "perches": "map",
        "note": "long",
        "code": "code",
        "nickname": "text",
    }
    assert fields["settings.url"].label == "Address"
    assert fields["settings.url"].value == "https://a.example"
    assert fields["settings.key"].stored
    assert fields["settings.key"].value == ""
    assert fields["settings.rest_s"].unit == "seconds"
    assert fields["settings.colour"].choices[0].label == "White ones"


def test_needed_fields_come_first_and_those_with_a_default_are_folded() -> None:
    fields = drawn(Dovecote, {})
    assert fields[0].name == "settings.url"
    assert {field.name for field in fields if not field.more} == {
        "settings.url",
        "settings.key",
        "settings.note",
        "settings.code",
        "settings.nickname",
    }


def test_what_was_sent_is_read_by_the_kind_of_its_field() -> None:
    sent = Sent(
        [
            ("settings.url", " https://b.example "),
            ("settings.birds", ""),
            ("settings.loud", "on"),
            ("settings.names", "Ann"),
            ("settings.names", " "),
            ("settings.perches.key", "top"),
            ("settings.perches.value", "one"),
            ("settings.note", "two\nlines"),
        ]
    )
    read = given(drawn(Dovecote, {}, secrets=["key"]), sent)
    assert read["url"] == "https://b.example"
    assert read["birds"] is None
    assert read["loud"] is True
    assert read["names"] == ["Ann"]
    assert read["perches"] == {"top": "one"}
    assert read["note"] == "two\nlines"
    assert "key" not in read, "a secret that is not replaced stays"


def test_a_secret_that_was_replaced_is_sent_and_never_shown() -> None:
    fields, sent = drawn(Dovecote, {}, secrets=["key"]), Sent([("settings.key", "hush")])
    assert given(fields, sent)["key"] == "hush"
    shown, _ = again(fields, sent, Mistakes({"settings.url": "Fill this in."}))
    secret = next(field for field in shown if field.name == "settings.key")
    assert secret.value == ""
    assert secret.retype


def test_mistakes_stand_at_their_fields_and_the_others_with_the_whole() -> None:
    with pytest.raises(ValidationError) as caught:
        Dovecote.model_validate({"names": [1], "rest_s": 0})
    mistakes = mistakes_of(caught.value, "en")
    mistakes = Mistakes(
        {f"settings.{name}": text for name, text in mistakes.by_field.items()} | {"x": "Odd."}
    )
    shown, mistakes = again(drawn(Dovecote, {}), Sent([]), mistakes)
    problems = {field.name.removeprefix("settings."): field.problem for field in shown if field.problem}
    assert problems.keys() == {"url", "names", "rest_s"}
    assert mistakes.general == "Odd."
    assert [field.name for field in shown if field.autofocus] == ["settings.url"]


def test_what_others_stored_meanwhile_is_shown_beside() -> None:
    mine = Sent(
        [("settings.url", "https://mine.example"), ("settings.birds", "3"), ("settings.names", "Ann")]
    )
    now = drawn(Dovecote, {"url": "https://theirs.example", "birds": 3, "names": ["Bo", "Cy"]})
    shown, _ = again(drawn(Dovecote, {}), mine, Mistakes({}, code="conflict", status=412), now)
    theirs = {field.name: field.theirs for field in shown if field.theirs is not None}
    assert theirs["settings.url"] == "https://theirs.example"
    assert theirs["settings.names"] == "Bo, Cy"
    assert "settings.birds" not in theirs
    assert shown[0].value == "https://mine.example"


def test_settings_are_looked_at_also_when_the_rest_is_wrong() -> None:
    found = also_in(Dovecote, {}, Mistakes({"name": "Fill this in."}), "en")
    assert found.by_field == {"name": "Fill this in.", "settings.url": "Fill this in."}


def test_a_refusal_keeps_its_field() -> None:
    found = mistakes_of(Refused("outbound_refused", "It may not.", field="settings.url"), "en")
    assert (found.by_field, found.general, found.status) == ({"settings.url": "It may not."}, "", 422)
    found = mistakes_of(Refused("channel_taken", "There is another."), "en")
    assert (found.by_field, found.general, found.status) == ({}, "There is another.", 409)
