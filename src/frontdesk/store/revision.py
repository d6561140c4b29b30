"""Which revision of the tables a database has, and which one this program needs; without loading Alembic."""

from pathlib import Path

import asyncpg

from frontdesk.store.connect import away_is_unavailable


def newest_revision() -> str:
    """The number that the last migration's file name begins with."""
    versions = Path(__file__).with_name("migrations") / "versions"
    return max(path.name.partition("_")[0] for path in versions.glob("[0-9]*_*.py"))


async def revision_of(url: str) -> str | None:
    """The database's revision; None when it has no tables of ours yet."""
    async with away_is_unavailable():
        connection = await asyncpg.connect(url, timeout=10)
    try:
        await connection.execute("SET ROLE frontdesk_app")
        revision: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
    except (asyncpg.UndefinedTableError, asyncpg.InvalidParameterValueError, asyncpg.UndefinedObjectError):
        return None
    except asyncpg.InsufficientPrivilegeError:
        return None
    finally:
        await connection.close()
    return revision
