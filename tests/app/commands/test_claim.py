"""A data folder has one program; a second start is refused and changes nothing for the first."""

import json
from pathlib import Path

import pytest
from tests.app.commands.conftest import Place
from tests.app.running import command, free_port, up
from tests.doubles.http_client import http_client

from frontdesk.app.cannot_start import CannotStart
from frontdesk.app.claim import Claim, is_claimed

ADDRESS = "http://127.0.0.1:9999"


@pytest.fixture(scope="module")
def options() -> tuple[str, ...]:
    return ("--demo",)


@pytest.mark.parametrize("words", [("up", "--demo"), ("up",), ("web",)])
async def test_a_second_start_on_the_folder_is_refused_and_the_first_goes_on(
    place: Place, words: tuple[str, ...]
) -> None:
    kept = {name: (place.folder / name).read_text() for name in ("address", "demo.json")}
    ended = await command(place.folder, *words, PORT=str(free_port()))
    assert ended.code == 2
    assert f"Frontdesk already runs on the data folder {place.folder}" in ended.err
    assert place.client.base_url in ended.err
    assert "process " in ended.err
    assert {name: (place.folder / name).read_text() for name in kept} == kept
    base = json.loads(kept["demo.json"])["rest_webhook"].removeprefix(place.client.base_url)
    sent = {"sender": "claim", "message": "hello"}
    assert (await place.client.post(base, json=sent)).json()


def claim(folder: Path, *, shared: bool = False) -> Claim:
    return Claim(folder, ADDRESS, shared=shared)


def test_what_a_program_that_was_killed_left_holds_nobody_up(tmp_path: Path) -> None:
    (tmp_path / "running.lock").write_text("process 1, http://127.0.0.1:1\n")
    mine = claim(tmp_path)
    mine.take()
    with pytest.raises(CannotStart, match=f"process \\d+, {ADDRESS}"):
        claim(tmp_path).take()
    mine.release()
    claim(tmp_path).take()


def test_looking_whether_a_folder_is_claimed_claims_nothing(tmp_path: Path) -> None:
    assert not is_claimed(tmp_path / "nowhere")
    assert not is_claimed(tmp_path)
    assert list(tmp_path.iterdir()) == []
    mine = claim(tmp_path)
    mine.take()
    assert is_claimed(tmp_path)
    mine.release()
    assert not is_claimed(tmp_path)
    mine.take()


async def test_the_demo_is_told_only_while_it_runs(tmp_path: Path) -> None:
    async with up(tmp_path, "--demo"):
        told = json.loads((await command(tmp_path, "demo", "--json")).out)
        assert told["rasa_token"]
        body = {"task_id": told["task_id"], "chat_id": "7", "message": "account balance"}
        async with http_client(told["url"]) as client:
            answer = await client.post("/api/1.1/wf/send_message_external", json=body, key=told["send_token"])
            listed = await client.get("/api/v1/keys", key=told["api_key"])
        assert answer.status == 200
        assert answer.json()["response"]["thread"]["count_message"] > 1  # what was sent, and answers
        assert [one["name"] for one in listed.json()["data"] if one["scopes"] == ["admin"]] == [
            "Demo, everything"
        ]
    async with up(tmp_path):  # on another port, without the demo's system
        elsewhere = await command(tmp_path, "demo", "--json")
    for ended in (elsewhere, await command(tmp_path, "demo"), await command(tmp_path, "demo", "--json")):
        assert (ended.code, ended.out) == (2, "")
        assert "The demo is not running: start it with `make run` or `frontdesk up --demo`." in ended.err


def test_several_processes_that_only_answer_share_a_folder_and_none_with_one_that_does_more(
    tmp_path: Path,
) -> None:
    for _ in range(2):
        claim(tmp_path, shared=True).take()
    with pytest.raises(CannotStart, match="already runs"):
        claim(tmp_path).take()


def test_a_folder_that_is_not_there_yet_is_claimed_once_it_is(tmp_path: Path) -> None:
    mine = claim(tmp_path / "new")
    mine.take()
    (tmp_path / "new").mkdir()
    mine.take()
    with pytest.raises(CannotStart, match="already runs"):
        claim(tmp_path / "new").take()
