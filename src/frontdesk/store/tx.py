"""The name by which other rooms speak of a unit of work's connection; they may not import the driver."""

from typing import TypeAlias

from sqlalchemy.ext.asyncio import AsyncConnection

Tx: TypeAlias = AsyncConnection
