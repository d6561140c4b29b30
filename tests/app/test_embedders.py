"""Which of the installed embedders is taken for texts in some languages, and that none is where there is nothing to compare."""

import asyncio
import os
import secrets
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from tests.database import migrated
from tests.doubles.http_server import Answer, FaultServer
from tests.doubles.outside import outside_of
from tests.program import test_settings as settings_in

from frontdesk.app.answers import embedders_of
from frontdesk.app.embedders import InstalledEmbedders
from frontdesk.app.postgres import PostgresServer
from frontdesk.app.registry import load_registry
from frontdesk.core.errors import Unavailable
from frontdesk.plugins.embedders.e5.adapter import E5
from frontdesk.plugins.embedders.e5.adapter import PROFILE as MANY
from frontdesk.plugins.embedders.minilm.adapter import MODEL
from frontdesk.plugins.embedders.minilm.adapter import PROFILE as ENGLISH

if TYPE_CHECKING:
    from frontdesk.ports.embedder import Embedder

ROOT = Path(__file__).parents[2]
CHILD = """
import asyncio, os, sys
from pathlib import Path
from typing import TYPE_CHECKING, cast
from frontdesk.app.settings import Settings
from frontdesk.app.wiring import wired
from frontdesk.core.ids import WorkspaceId
from frontdesk.store import workspaces
from frontdesk.store.ids import mint

async def main():
    settings = Settings(_env_file=None, frontdesk_data=Path(os.environ["DATA"]), disk_floor_mb=0)
    async with wired(settings, os.environ["URL"], first=True) as running:
        workspace = WorkspaceId(mint("ws"))
        async with running.store.unit_of_work(workspace) as tx:
            await workspaces.create(workspace, tx, name="Empty")
        await running.upkeep.indexing.sweep()
        await running.upkeep.indexing.run_job({"workspace": workspace})
    heavy = ("onnxruntime", "tokenizers", "frontdesk.plugins.embedders")
    print(*(name for name in sys.modules if name.startswith(heavy)))

asyncio.run(main())
"""

Made = Callable[[str], InstalledEmbedders]


@pytest.fixture
async def made() -> AsyncIterator[Made]:
    """`made("auto")`: those of this machine under that setting."""
    async with FaultServer() as server, outside_of(server, "embedding") as outside:
        yield lambda chosen: InstalledEmbedders(load_registry(), outside, chosen)


async def test_what_was_made_before_the_setting_changed_is_compared_with_its_own_model(made: Made) -> None:
    for chosen, other in (("e5", ENGLISH), ("minilm", MANY)):
        embedders = made(chosen)
        found = embedders.of(("en",))
        assert found is not None
        assert found.profile.id == chosen
        former = embedders.by(other.fingerprint)
        assert former is not None
        assert former.profile == other
        assert [each.profile.id for each in embedders.every] == [chosen]
    assert made("openai").by(MANY.fingerprint) is not None
    assert made("auto").by("nobody:1") is None


async def test_every_embedder_that_asks_a_service_says_that_texts_leave() -> None:
    async with FaultServer() as server, outside_of(server, "embedding") as outside:
        for plugin in load_registry().of_capability("Embedder"):
            embedder = cast("Embedder", plugin.load()(outside))
            assert embedder.profile.is_outside is bool(plugin.manifest.purposes), plugin.manifest.id


async def test_how_often_and_how_long_a_service_is_tried_is_set(tmp_path: Path) -> None:
    async with FaultServer() as server, outside_of(server, "embedding") as outside:
        server.answers(Answer(silent=True))
        settings = settings_in(
            tmp_path,
            frontdesk_embedder="openai",
            frontdesk_embedder_url=server.url("/v1"),
            frontdesk_embedder_model="m",
            frontdesk_embedder_attempts=3,
            frontdesk_embedder_timeout_s=0.2,
            frontdesk_embedder_within_s=0.1,
        )
        embedder = embedders_of(settings, load_registry(), outside).of(("en",))
        assert embedder is not None
        with pytest.raises(Unavailable, match=r"within 0\.2 s"):
            await embedder.embed_passages(["one", "two"])
        assert len(server.received) == 3
        embedder = embedders_of(settings, load_registry(), outside).of(("en",))
        assert embedder is not None
        with pytest.raises(Unavailable, match=r"within 0\.09 s"):
            await embedder.embed_queries(["one"])


async def test_none_means_none(made: Made) -> None:
    embedders = made("none")
    assert embedders.of(("en",)) is None
    assert embedders.by(ENGLISH.fingerprint) is None


@pytest.mark.skipif(bool(MODEL.trouble()), reason="without the extra `semantic`")
async def test_english_alone_is_for_the_smallest_that_knows_it_other_languages_for_one_that_knows_them(
    made: Made,
) -> None:
    def of(*languages: str) -> str:
        found = made("auto").of(languages)
        return "" if found is None else found.profile.id

    assert of("en") == of("en-GB", "en") == "minilm"
    async with FaultServer() as server, outside_of(server, "embedding") as outside:
        many = "" if E5(outside).trouble() else "e5"
    assert of("en", "ru") == of("uz") == many


async def test_a_program_without_articles_loads_no_model_and_no_code_for_one(
    server: PostgresServer, tmp_path: Path
) -> None:
    database = await migrated(server, f"empty_{secrets.token_hex(4)}")
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "URL": database.url, "DATA": str(tmp_path)}
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", CHILD),
        env=environment,
        cwd=tmp_path,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, wrong = await child.communicate()
    assert child.returncode == 0, wrong.decode()
    assert said.decode().splitlines()[-1].strip() == "", said.decode()
