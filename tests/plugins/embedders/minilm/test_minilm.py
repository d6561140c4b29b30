"""MiniLM: the file of the package and no other, vectors that mean something, and nothing of it on the event loop."""

import asyncio
import hashlib
import threading
from collections.abc import AsyncIterator
from importlib import metadata
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.doubles.http_server import FaultServer
from tests.doubles.outside import outside_of
from tests.plugins.embedders.embedder_rules import holds_to_the_port, knows_what_is_alike

from frontdesk.core.errors import Unavailable
from frontdesk.kit.model_file import ModelFile
from frontdesk.plugins.embedders.minilm.adapter import MODEL, MiniLm

installed = pytest.mark.skipif(bool(MODEL.trouble()), reason="the extra `semantic` is not installed")


@pytest.fixture(scope="module")
async def embedder() -> AsyncIterator[MiniLm]:
    async with FaultServer() as server, outside_of(server, "none") as outside:
        yield MiniLm(outside)


@installed
async def test_it_holds_to_the_port(embedder: MiniLm) -> None:
    await holds_to_the_port(embedder)


@installed
async def test_it_knows_what_is_alike(embedder: MiniLm) -> None:
    await knows_what_is_alike(
        embedder,
        [
            ("where is my parcel", "has the package been shipped yet", "what are your opening hours"),
            ("I want my money back", "please give me a refund", "I want to open an account"),
            ("the app crashes", "your application stops working", "the shop is closed on Sunday"),
        ],
    )


@installed
async def test_a_customer_does_not_wait_for_a_long_job(embedder: MiniLm) -> None:
    job = asyncio.create_task(embedder.embed_passages(["a long passage about parcels " * 30] * 200))
    await embedder.embed_queries(["where is it"])
    assert not job.done()
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job


@installed
async def test_the_event_loop_does_none_of_it(embedder: MiniLm) -> None:
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0)
            beats += 1

    beating = asyncio.create_task(beat())
    await embedder.embed_passages(["some text of a usual length"] * 64)
    beating.cancel()
    assert beats > 20
    assert threading.current_thread() is threading.main_thread()


def package(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    found = SimpleNamespace(locate_file=lambda path: folder / path)
    monkeypatch.setattr(metadata, "distribution", lambda _: found)


def test_a_file_with_another_content_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package(monkeypatch, tmp_path)
    (tmp_path / "model.onnx").write_bytes(b"someone else's")
    wanted = ModelFile("pkg", "model.onnx", "0" * 64, "semantic")
    assert wanted.trouble() == ""
    with pytest.raises(Unavailable, match="is not the model file that this release was made for"):
        wanted.checked()


def test_the_right_file_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package(monkeypatch, tmp_path)
    (tmp_path / "model.onnx").write_bytes(b"ours")
    wanted = ModelFile("pkg", "model.onnx", hashlib.sha256(b"ours").hexdigest(), "semantic")
    assert wanted.checked() == tmp_path / "model.onnx"


def test_what_is_not_installed_says_what_to_install() -> None:
    wanted = ModelFile("no-such-package-of-ours", "model.onnx", "0" * 64, "semantic")
    assert "pip install 'frontdesk[semantic]'" in wanted.trouble()
    with pytest.raises(Unavailable, match="is not installed"):
        wanted.checked()
