"""What a model says about a conversation counts when it is exactly what was asked for."""

from collections.abc import Mapping

import pytest

from frontdesk.core.conversation import Mark
from frontdesk.hub.judge import read

QUESTIONS: Mapping[Mark, str] = {"interest": "They ask for a price.", "success": "They got it."}


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ('{"interest": true, "success": false}', {"interest"}),
        ('{"success": true, "interest": true}', {"interest", "success"}),
        (' {"interest": false, "success": false}\n', set()),
        ('```json\n{"interest": true, "success": false}\n```', {"interest"}),
        ('```\n{"interest": true, "success": false}\n```\n', {"interest"}),
    ],
)
def test_a_yes_or_no_to_each_question_is_read(said: str, shown: set[str]) -> None:
    found = read(said, QUESTIONS)
    assert found is not None
    assert set(found) == shown


@pytest.mark.parametrize(
    "said",
    [
        "yes",
        "",
        "{}",
        "null",
        '{"interest": true}',
        '{"interest": true, "success": true, "is_bot": true}',
        '{"interest": true, "success": "false"}',
        '{"interest": 1, "success": 0}',
        '{"interest": true, "success": null}',
        '{"interest": true, "interest": false, "success": false}',
        '[{"interest": true, "success": true}]',
        'Sure! {"interest": true, "success": true}',
        '{"interest": true, "success": true} Anything else?',
        '```json\n{"interest": true, "success": true}\n``` ```',
        '{"interest": true, "success": true',
        '{"interest": true, "success": NaN}',
        "[" * 5_000,
    ],
)
def test_anything_else_is_no_answer(said: str) -> None:
    assert read(said, QUESTIONS) is None
