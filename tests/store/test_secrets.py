"""Secrets at rest: unreadable without the master key, bound to their place. Reliability promise 17."""

import base64
import json
import multiprocessing
import os
import pickle
import stat
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from frontdesk.core.errors import Bug, Refused
from frontdesk.core.ids import WorkspaceId
from frontdesk.core.redacted import Redacted
from frontdesk.store.connect import Store
from frontdesk.store.master_key import load_master_key
from frontdesk.store.secrets import (
    Vault,
    delete_secrets,
    list_secrets,
    put_secrets,
    reveal_secrets,
    unreadable_secrets,
)

VAULT = Vault(b"k" * 32)


async def put(store: Store, workspace: WorkspaceId, owner: str, vault: Vault = VAULT, **values: str) -> None:
    async with store.unit_of_work(workspace) as tx:
        secrets = {name: Redacted(value) for name, value in values.items()}
        await put_secrets(workspace, tx, vault, owner, secrets)


async def read(
    store: Store, workspace: WorkspaceId, owner: str, *names: str, vault: Vault = VAULT
) -> dict[str, str]:
    async with store.unit_of_work(workspace) as tx:
        found = await reveal_secrets(workspace, tx, vault, owner, list(names))
    return {name: secret.reveal() for name, secret in found.items()}


async def test_what_is_put_in_comes_out_for_its_owner(store: Store, workspace: WorkspaceId) -> None:
    await put(store, workspace, "chan_1", token="tö\x00ken", other="o")
    await put(store, workspace, "chan_1", token="changed")
    await put(store, workspace, "chan_2", token="theirs")
    assert await read(store, workspace, "chan_1", "token", "missing") == {"token": "changed"}
    async with store.unit_of_work(workspace) as tx:
        assert [secret.name for secret in await list_secrets(workspace, tx, "chan_1")] == ["other", "token"]
        await delete_secrets(workspace, tx, "chan_1", ["token"])
    assert await read(store, workspace, "chan_1", "token", "other") == {"other": "o"}
    assert await read(store, workspace, "chan_2", "token") == {"token": "theirs"}


@pytest.mark.parametrize(
    "move",
    [
        "UPDATE secrets SET name = 'moved' WHERE workspace_id = $1",
        "UPDATE secrets SET owner_id = 'chan_2' WHERE workspace_id = $1",
        "UPDATE secrets SET sealed = sealed || '\\x00' WHERE workspace_id = $1",
        "UPDATE secrets SET sealed = set_byte(sealed, 20, (get_byte(sealed, 20) + 1) % 256) WHERE workspace_id = $1",
    ],
)
async def test_a_sealed_secret_opens_in_its_place_alone(
    store: Store, workspace: WorkspaceId, move: str
) -> None:
    await put(store, workspace, "chan_1", token="secret")
    async with store.turn_work(workspace) as connection:
        await connection.execute(move, workspace)
    with pytest.raises(Bug, match="altered or moved"):
        await read(store, workspace, "chan_1", "token", "moved") or await read(
            store, workspace, "chan_2", "token"
        )


async def test_another_master_key_opens_nothing(store: Store, workspace: WorkspaceId) -> None:
    await put(store, workspace, "chan_1", token="secret")
    other = Vault(b"n" * 32)
    assert await read(store, workspace, "chan_1", "token", vault=other) == {}
    async with store.unit_of_work(workspace) as tx:
        assert await unreadable_secrets(workspace, tx, VAULT) == []
        (lost,) = await unreadable_secrets(workspace, tx, other)
    assert (lost.owner_id, lost.name, lost.key_id) == ("chan_1", "token", VAULT.key_id)
    assert await read(store, workspace, "chan_1", "token") == {"token": "secret"}


async def test_the_list_says_when_a_value_was_last_changed(store: Store, workspace: WorkspaceId) -> None:
    await put(store, workspace, "chan_1", token="secret", other="o")
    async with store.unit_of_work(workspace) as tx:
        before = {secret.name: secret.changed_at for secret in await list_secrets(workspace, tx, "chan_1")}
    await put(store, workspace, "chan_1", token="changed")
    async with store.unit_of_work(workspace) as tx:
        after = {secret.name: secret.changed_at for secret in await list_secrets(workspace, tx, "chan_1")}
    assert after["other"] == before["other"]
    assert after["token"] > before["token"]


def test_the_same_secret_is_never_sealed_alike() -> None:
    assert len({VAULT.seal(Redacted("x"), "p") for _ in range(50)}) == 50


def test_derived_keys_differ_by_purpose_and_by_master_key() -> None:
    assert len({VAULT.derive("a"), VAULT.derive("b"), Vault(b"n" * 32).derive("a"), b"k" * 32}) == 4


def test_a_short_master_key_is_a_bug() -> None:
    with pytest.raises(Bug):
        Vault(b"short")


def test_a_redacted_text_shows_nowhere() -> None:
    secret = Redacted("hunter2")
    shown = [str(secret), repr(secret), f"{secret}", f"{secret!r:>20}", "%s" % secret, repr([{"k": secret}])]  # noqa: UP031  # one of the ways
    assert not any("hunter2" in text for text in shown)
    for encode in (json.dumps, msgspec.json.encode, pickle.dumps):
        with pytest.raises(TypeError):
            encode(secret)
    with pytest.raises(TypeError):
        hash(secret)
    assert secret == Redacted("hunter2")
    assert secret != "hunter2"
    assert secret.reveal() == "hunter2"


def test_the_first_start_makes_a_key_file_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        key = load_master_key(tmp_path, None, make=True)
    finally:
        os.umask(before)
    assert len(key) == 32
    assert load_master_key(tmp_path, None, make=True) == key
    assert stat.S_IMODE((tmp_path / "master.key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["master.key"]


def test_who_does_not_start_the_program_makes_no_key(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"no master key here .*set FRONTDESK_MASTER_KEY"):
        load_master_key(tmp_path, None, make=False)
    assert list(tmp_path.iterdir()) == []
    key = load_master_key(tmp_path, None, make=True)
    assert load_master_key(tmp_path, None, make=False) == key


async def test_after_a_lost_key_what_is_set_again_can_be_read(store: Store, workspace: WorkspaceId) -> None:
    await put(store, workspace, "chan_1", token="first", other="o")
    new = Vault(b"o" * 32)
    await put(store, workspace, "chan_1", new, token="second")
    assert await read(store, workspace, "chan_1", "token", "other", vault=new) == {"token": "second"}


def _load(folder: Path) -> bytes:
    return load_master_key(folder, None, make=True)


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        assert len(set(pool.map(_load, [tmp_path] * 16))) == 1


@pytest.mark.parametrize(
    "encode", [bytes.hex, lambda b: base64.b64encode(b).decode(), lambda b: f" {b.hex()}\n"]
)
def test_the_environment_goes_before_the_file(tmp_path: Path, encode: Callable[[bytes], str]) -> None:
    key = bytes(range(32))
    assert load_master_key(tmp_path, encode(key), make=True) == key
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["short", "x" * 64, "aa" * 31, "ä"])
def test_an_unreadable_key_says_where_it_is(tmp_path: Path, text: str) -> None:
    with pytest.raises(Refused, match="FRONTDESK_MASTER_KEY"):
        load_master_key(tmp_path, text, make=True)
    (tmp_path / "master.key").write_text(text)
    (tmp_path / "master.key").chmod(0o600)
    with pytest.raises(Refused, match=r"master\.key"):
        load_master_key(tmp_path, None, make=True)


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    load_master_key(tmp_path, None, make=True)
    (tmp_path / "master.key").chmod(0o640)
    with pytest.raises(Refused, match="chmod 600"):
        load_master_key(tmp_path, None, make=True)
