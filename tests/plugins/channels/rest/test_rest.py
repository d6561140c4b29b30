"""API Rest as a plug-in: what its page promises is what the shared translation makes."""

import json
from pathlib import Path

from frontdesk.core.message import Attachment, Button, Buttons, Custom, Image, Text
from frontdesk.kit.rasa_bubbles import bubbles
from frontdesk.plugins.channels import rest

README = Path(rest.__path__[0]) / "README.md"


def test_s000_23_to_28_the_answers_shown_in_the_readme_are_the_answers_given() -> None:
    shown = [
        json.loads(line)
        for line in README.read_text("utf-8").splitlines()
        if line.startswith('{"recipient_id"')
    ]
    parts = (
        Text("I can help you work smarter, rather than harder"),
        Buttons("Could you rate my service??", (Button("Yes", "yes"), Button("No", "no"))),
        Image("https://files.example.com/picture.png"),
        Attachment("https://files.example.com/form.pdf"),
        Custom({"anything": "that the bot's author put there"}),
    )
    assert [bubble for part in parts for bubble in bubbles("jhon", (part,))] == shown
