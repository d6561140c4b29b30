"""The page about signed-in visitors: its vectors hold, and its code makes them in each language."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from frontdesk.kit import web_tokens

PAGE = (Path(__file__).parents[2] / "docs" / "integrate" / "signed-in-visitors.md").read_text("utf-8")
LINES = PAGE.partition("### Test vectors\n\n```\n")[2].partition("\n```")[0].splitlines()
VECTOR: dict[str, str] = dict(re.findall(r"^(\S+) {2,}(.*)$", "\n".join(LINES), re.MULTILINE))
GIVEN = (VECTOR["secret"], VECTOR["assistant"], VECTOR["id"], VECTOR["about"], VECTOR["now"])


def code(language: str, what: str) -> str:
    blocks: list[str] = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    return next(block for block in blocks if what in block)


def ran(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout.strip()


def in_python() -> str:
    scope: dict[str, Callable[..., str]] = {}
    exec(code("python", "def sign_in_token"), scope)  # noqa: S102  # the page's own code
    secret, assistant, id_, about, now = GIVEN
    return scope["sign_in_token"](secret, assistant, {"id": id_, "about": json.loads(about)}, float(now))


def in_javascript() -> str:
    call = (
        "const [secret, assistant, id, about, now] = process.argv.slice(1);"
        "console.log(signInToken(secret, assistant, {id, about: JSON.parse(about)}, Number(now)));"
    )
    return ran("node", "-e", code("javascript", "function signInToken") + call, "--", *GIVEN)


def in_php() -> str:
    call = (
        "[, $secret, $assistant, $id, $about, $now] = $argv;"
        "echo sign_in_token($secret, $assistant, ['id' => $id, 'about' => json_decode($about, true)], (int) $now);"
    )
    return ran("php", "-r", code("php", "function sign_in_token") + call, "--", *GIVEN)


@pytest.mark.parametrize(
    ("makes", "needs"), [(in_python, "python3"), (in_javascript, "node"), (in_php, "php")]
)
def test_the_code_of_the_page_makes_the_token(makes: Callable[[], str], needs: str) -> None:
    if shutil.which(needs) is None:
        pytest.skip(f"{needs} is not installed")
    assert makes() == VECTOR["token"]


@pytest.mark.parametrize(
    ("needs", "command"),
    [
        (
            "python3",
            ("python3", "-c", "import hashlib, hmac, sys; secret, user_id = sys.argv[1:]; print({line})"),
        ),
        (
            "node",
            (
                "node",
                "-e",
                "const crypto = require('crypto'); const [secret, userId] = process.argv.slice(1); console.log({line})",
                "--",
            ),
        ),
        ("php", ("php", "-r", "[, $secret, $user_id] = $argv; echo {line};", "--")),
    ],
)
def test_the_hashes_of_the_page_are_the_vector(needs: str, command: tuple[str, ...]) -> None:
    if shutil.which(needs) is None:
        pytest.skip(f"{needs} is not installed")
    lines: dict[str, Any] = {
        "python3": r"Python `(hmac\.[^`]+)`",
        "node": r"`(crypto\.createHmac\([^`]+)`",
        "php": r"`(hash_hmac[^`]+)`",
    }
    (line,) = re.findall(lines[needs], PAGE)
    filled = (part.replace("{line}", line) for part in command)
    assert ran(*filled, VECTOR["secret"], VECTOR["id"]) == VECTOR["hash"]


def test_the_token_of_the_page_holds_for_its_five_minutes() -> None:
    key, audience = VECTOR["secret"].encode(), {VECTOR["assistant"]}

    def read(after_s: int) -> Any:
        at = datetime.fromtimestamp(int(VECTOR["now"]) + after_s, UTC)
        return web_tokens.claims_of(VECTOR["token"], [key], audience=audience, now=at)

    assert read(0)["sub"] == VECTOR["id"]
    assert read(300 + web_tokens.SKEW_S - 1)["email"] == "ada@example.com"
    with pytest.raises(web_tokens.NotTaken):
        read(300 + web_tokens.SKEW_S)
