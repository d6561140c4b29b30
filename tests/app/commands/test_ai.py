"""AI services from a shell: added with a key that is never shown, tried out, changed, ordered, counted, removed."""

import base64
from pathlib import Path

import pytest
from tests.app.commands.conftest import Place
from tests.app.running import Ended, command
from tests.doubles.http_server import Answer, json_answer
from tests.plugins.llm import completions as wire

KEY = "sk-canary-shell-123456"
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 20


async def ended_of(place: Place, *words: str, typed: str = "") -> Ended:
    """A command asks by itself, so it has to be let out like the program beside it."""
    rules = {
        "FRONTDESK_EGRESS_ALLOW": f"ai=127.0.0.1:{place.outside.port}",
        "FRONTDESK_EGRESS_PORTS": str(place.outside.port),
    }
    return await command(place.folder, *words, typed=typed, **rules)


async def done(place: Place, *words: str, typed: str = "") -> str:
    ended = await ended_of(place, *words, typed=typed)
    assert ended.code == 0, ended
    return ended.out


async def added(place: Place, name: str, *more: str) -> str:
    base = place.outside.url("/v1")
    return await done(
        place, "ai", "add", "custom", "--name", name, "--set", f"base_url={base}", *more, typed=f"{KEY}\n"
    )


async def test_a_service_lives_its_life(place: Place, tmp_path: Path) -> None:
    """S004-199, S004-203 to S004-208"""
    said = [
        await added(
            place,
            "Mine",
            "--model",
            "standard=small",
            "--limit",
            "price_in=2.5",
            "--model",
            "image=pic",
            "--limit",
            "price_image=0.04",
        )
    ]
    place.outside.answers(wire.models("small", "pic"), wire.text(["ready"]))
    said.append(await done(place, "ai", "test", "Mine"))
    assert "ok    connection: it has 2 models" in said[-1]
    assert "ok    small: it answered: 'ready'" in said[-1]
    assert place.outside.received[-1].headers["authorization"] == f"Bearer {KEY}"
    said.append(await done(place, "ai", "list"))
    assert said[-1].startswith(
        "1. Mine  custom  standard: small, image: pic  answer_tokens 800, price_in 2.5, price_image 0.04\n"
    )
    said.append(await done(place, "ai", "change", "Mine", "--model", "complex=big", "--off"))
    assert "1. Mine  (off)  custom  standard: small, complex: big" in said[-1]
    await done(place, "ai", "change", "Mine", "--on", "--key", typed="another-key\n")
    await added(place, "Other")
    assert await done(place, "ai", "order", "Other") == "1. Other\n2. Mine\n"
    assert "tokens_a_day 5,000" in await done(place, "ai", "limits", "--day", "5000")
    said.append(await done(place, "ai", "usage"))
    assert "Mine  small  1 answered, 0 failed  12 + 5 tokens" in said[-1]
    place.outside.answers(json_answer({"data": [{"b64_json": base64.b64encode(PNG).decode()}]}))
    assert "image/png" in await done(place, "ai", "draw", "A bird", str(tmp_path / "bird.png"))
    assert (tmp_path / "bird.png").read_bytes() == PNG
    assert place.outside.received[-1].headers["authorization"] == "Bearer another-key"
    said.append(await done(place, "ai", "usage"))
    assert "0.04 by price" in said[-1]
    elsewhere = ("ai", "change", "Mine", "--set", "base_url=https://api.example.com/v1")
    refused = await ended_of(place, *elsewhere)
    assert (refused.code, "give the key again" in refused.err) == (2, True)
    await done(place, *elsewhere, "--key", typed="third-key\n")
    said += [await done(place, "ai", "remove", name) for name in ("Mine", "Other")]
    said.append(await done(place, "ai", "list"))
    assert "There are no AI services" in said[-1]
    await done(place, "ai", "limits", "--day", "0")
    assert KEY not in "".join(said)


async def test_a_test_that_fails_says_so_and_ends_with_1(place: Place) -> None:
    await added(place, "Wrong", "--model", "standard=small")
    place.outside.answers(Answer(401))
    ended = await ended_of(place, "ai", "test", "Wrong")
    assert (ended.code, ended.out.split("(")[0]) == (
        1,
        "FAIL  connection: The service does not take the credentials. ",
    )
    doctor = await ended_of(place, "doctor")
    assert "FAIL  AI services: Wrong of " in doctor.out
    place.outside.answers(wire.models("small"), Answer(503))
    ended = await ended_of(place, "ai", "test", "Wrong")
    assert "ok    connection: it has 1 model (" in ended.out
    said = await done(place, "ai", "usage")
    assert "Wrong  small  0 answered, 1 failed" in said
    assert "\n    1 time: The service does not answer, or its answer broke off.\n" in said
    assert KEY not in doctor.out + doctor.err + ended.out + ended.err
    await done(place, "ai", "remove", "Wrong")
    assert "ok    AI services: none is set up" in (await ended_of(place, "doctor")).out


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("add", "nonsense"), "There is no kind of AI service 'nonsense'"),
        (("add", "custom"), "base_url: Field required"),
        (("add", "custom", "--set", "base_url"), "write name=value"),
        (("add", "custom", "--set", "base_url=http://10.0.0.1/v1"), "FRONTDESK_EGRESS_ALLOW=ai=10.0.0.1:80"),
        (
            ("add", "custom", "--set", "base_url=https://a.example", "--limit", "tokens_a_day=many"),
            "write a number",
        ),
        (
            ("add", "custom", "--set", "base_url=https://a.example", "--limit", "tokens_a_year=1"),
            "tokens_a_year",
        ),
        (("add", "custom", "--set", "base_url=https://a.example", "--model", "best=x"), "best"),
        (("add", "custom", "--set", "base_ulr=https://a.example"), "did you mean base_url?"),
        (
            ("add", "custom", "--set", "base_url=https://a.example", "--set", "colour=red"),
            "There is no 'colour' in settings: there are base_url, ",
        ),
        (
            ("add", "custom", "--set", "base_url=https://a.example", "--limit", "token_a_day=1"),
            "did you mean tokens_a_day?",
        ),
        (
            ("add", "custom", "--set", "base_url=https://a.example", "--model", "standart=x"),
            "did you mean standard?",
        ),
        (("test", "nobody"), "There is no such AI service."),
        (("change", "nobody", "--key"), "There is no such AI service."),
        (("remove", "nobody"), "There is no such AI service."),
        (("draw", "A bird", "/nowhere/x.png", "--size", "huge"), "write square, portrait or landscape"),
        (("draw", "A bird", "/nowhere/bird.png"), "no AI service is set up that draws"),
    ],
)
async def test_what_cannot_be_done_is_one_line(place: Place, words: tuple[str, ...], why: str) -> None:
    ended = await ended_of(place, "ai", *words, typed=f"{KEY}\n")
    assert (ended.code, ended.err.count("\n")) == (2, 1), ended
    assert why in ended.err
    assert KEY not in ended.err


async def test_kinds_are_listed(place: Place) -> None:
    said = await done(place, "ai", "kinds")
    assert "custom  Custom AI API, draws too" in said


BOT = """format: assistant/v1
assistant: {id: tired, name: Tired, language: en}
fallback: {steps: [{agent: {instructions: Be kind.}, on_error: {say: Sorry.}}]}
"""


async def test_a_service_that_the_program_leaves_alone_is_listed_so_by_the_command_beside_it(
    place: Place, tmp_path: Path
) -> None:
    await place.set_up()
    (tmp_path / "bot.yaml").write_text(BOT)
    await place.done("bot", "publish", str(tmp_path))
    await added(place, "Tired", "--model", "standard=small")
    place.outside.answers(Answer(503))
    assert await place.say("", "hello") == ["Sorry."]
    assert "left alone" not in await done(place, "ai", "list")
    assert await place.say("", "hello") == ["Sorry."]
    said = await done(place, "ai", "list")
    assert "\n   It is left alone since " in said
    assert " UTC: The service does not answer, or its answer broke off. (status 503)\n" in said
    await done(place, "ai", "change", "Tired", "--limit", "price_in=1")
    assert "left alone" not in await done(place, "ai", "list")
    await done(place, "ai", "remove", "Tired")
