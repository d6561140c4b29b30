"""The page about webhooks: its vectors are what we send, and its code accepts those and nothing else."""

import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from standardwebhooks.webhooks import Webhook

from frontdesk.kit import signatures

PAGE = (Path(__file__).parents[2] / "docs" / "integrate" / "webhooks.md").read_text("utf-8")
LINES = PAGE.partition("### Test vectors\n\n```\n")[2].partition("\n```")[0].splitlines()
VECTOR: dict[str, str] = dict(re.findall(r"^(\S+(?: \S+)*?) {2,}(.*)$", "\n".join(LINES), re.MULTILINE))
BODY = VECTOR["body"].encode()
GUIDE = VECTOR["X-AI-Assistant-Signature"]
AT = int(VECTOR["webhook-timestamp"])


def code(language: str, what: str) -> str:
    blocks: list[str] = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return next(block for block in blocks if what in block)


def test_the_vectors_are_what_we_send() -> None:
    keys = [signatures.key_of(VECTOR[name]) for name in ("secret", "the one before it")]
    made = dict(signatures.headers(keys, VECTOR["webhook-id"], AT, BODY))
    assert made["webhook-signature"] == VECTOR["webhook-signature"]
    assert made["x-ai-assistant-signature"] == GUIDE
    for name in ("secret", "the one before it"):
        wanted = Webhook(VECTOR[name]).sign(
            VECTOR["webhook-id"], datetime.fromtimestamp(AT, UTC), BODY.decode()
        )
        assert wanted in VECTOR["webhook-signature"].split(" ")


def in_python(secret: str, header: str, body: bytes, now: int) -> bool:
    scope: dict[str, Callable[..., bool]] = {}
    exec(code("python", "def is_ours"), scope)  # noqa: S102  # the page's own code
    return scope["is_ours"](secret, header, body, now)


def said(output: str) -> bool:
    """What the code said, and nothing beside it: no warning either."""
    assert output.strip() in {"true", "false"}, output
    return output.strip() == "true"


def in_javascript(secret: str, header: str, body: bytes, now: int) -> bool:
    call = "console.log(isOurs(process.argv[1], process.argv[2], process.argv[3], Number(process.argv[4])))"
    script = code("javascript", "function isOurs") + call
    ran = subprocess.run(
        ["node", "-e", script, "--", secret, header, body.decode(), str(now)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return said(ran.stdout)


def in_php(secret: str, header: str, body: bytes, now: int) -> bool:
    call = "echo is_ours($argv[1], $argv[2], $argv[3], (int) $argv[4]) ? 'true' : 'false';"
    ran = subprocess.run(
        ["php", "-r", code("php", "function is_ours") + call, "--", secret, header, body.decode(), str(now)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return said(ran.stdout)


@pytest.mark.parametrize(
    ("runs", "needs"), [(in_python, "python3"), (in_javascript, "node"), (in_php, "php")]
)
def test_the_code_of_the_page_takes_ours_and_refuses_everything_else(
    runs: Callable[[str, str, bytes, int], bool], needs: str
) -> None:
    if shutil.which(needs) is None:
        pytest.skip(f"{needs} is not installed")
    secret, before = VECTOR["secret"], VECTOR["the one before it"]
    assert runs(secret, GUIDE, BODY, AT)
    assert runs(before, GUIDE, BODY, AT + 299)
    assert not runs(secret, GUIDE, BODY, AT + 301)
    assert not runs(secret, GUIDE, BODY.replace(b"Chrome", b"Chrone"), AT)
    assert not runs(secret, GUIDE.replace(str(AT), str(AT + 1)), BODY, AT)
    assert not runs(signatures.new_secret(), GUIDE, BODY, AT)
    for odd in ("", "v1=00", "t=,v1=", f"t={AT}", f"t={AT},v1=é", GUIDE.partition(",")[2], "€"):
        assert not runs(secret, odd, BODY, AT), odd
