"""One address for the driver, for SQLAlchemy and for PostgreSQL's own programs."""

from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from frontdesk.app.postgres import Dsn, parse_dsn, start

SOCKET = Dsn("/srv/a b/ж&=?#%", 5433, "fr@nt:desk", "p/w:o@r d%", "front/desk")


@pytest.mark.parametrize(
    "dsn",
    [
        SOCKET,
        Dsn("db.example.org", 5432, "frontdesk", "secret", "frontdesk", (("sslmode", "require"),)),
        Dsn("::1", 6432, "frontdesk", "", "frontdesk"),
    ],
    ids=["socket", "name", "ipv6"],
)
def test_what_is_written_is_read_again(dsn: Dsn) -> None:
    assert parse_dsn(dsn.url()) == dsn


def test_a_password_is_shown_to_nobody_by_accident() -> None:
    for shown in (repr(SOCKET), str(SOCKET), SOCKET.url(with_password=False)):
        assert "p/w" not in shown
        assert "p%2Fw" not in shown


def test_usual_addresses_are_read() -> None:
    assert parse_dsn("postgres://u:p%40@host/db?sslmode=verify-full&application_name=x") == Dsn(
        "host", 5432, "u", "p@", "db", (("sslmode", "verify-full"), ("application_name", "x"))
    )
    assert parse_dsn("postgresql+asyncpg:///db?host=/run/pg&user=u&password=p").url() == (
        "postgresql://u:p@/db?host=%2Frun%2Fpg&port=5432"
    )


@pytest.mark.parametrize("url", ["mysql://host/db", "frontdesk", "postgresql://host:port/db"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"postgresql://|[Pp]ort"):
        parse_dsn(url)


async def test_asyncpg_and_sqlalchemy_reach_the_server_by_it(home: Path) -> None:
    server = await start(home / "with spaces & ж")
    connection = await asyncpg.connect(server.program.url())
    assert await connection.fetchval("SELECT current_user") == "frontdesk"
    await connection.close()
    engine = create_async_engine(server.program.url().replace("postgresql://", "postgresql+asyncpg://", 1))
    async with engine.connect() as other:
        assert await other.scalar(text("SELECT current_user")) == "frontdesk"
    await engine.dispose()
    await server.stop()
