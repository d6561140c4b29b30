"""The address of a database: what a driver, SQLAlchemy or a command of PostgreSQL needs to reach it."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit


@dataclass(frozen=True)
class Dsn:
    """`host` is a name, an address or, beginning with a slash, the folder of a unix socket."""

    host: str
    port: int
    user: str
    password: str
    database: str
    options: tuple[tuple[str, str], ...] = ()

    def url(self, *, with_password: bool = True) -> str:
        """`postgresql://...`, the same for asyncpg, SQLAlchemy and libpq."""
        secret = f":{quote(self.password, safe='')}" if with_password and self.password else ""
        query = [("host", self.host), ("port", str(self.port)), *self.options]
        if not self.host.startswith("/"):
            query = list(self.options)
        place = "" if self.host.startswith("/") else f"{self._bracketed()}:{self.port}"
        asked = f"?{urlencode(query, quote_via=quote)}" if query else ""
        return (
            f"postgresql://{quote(self.user, safe='')}{secret}@{place}/{quote(self.database, safe='')}{asked}"
        )

    def _bracketed(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host

    def __repr__(self) -> str:
        return f"Dsn({self.url(with_password=False)!r})"


def parse(url: str) -> Dsn:
    """A `DATABASE_URL` in parts. `ValueError` when it is no PostgreSQL address."""
    parts = urlsplit(url)
    if parts.scheme.partition("+")[0] not in {"postgresql", "postgres"}:
        raise ValueError("DATABASE_URL must begin with postgresql://")
    query = dict(parse_qsl(parts.query))
    return Dsn(
        host=query.pop("host", "") or parts.hostname or "localhost",
        port=int(query.pop("port", "") or parts.port or 5432),
        user=query.pop("user", "") or unquote(parts.username or ""),
        password=query.pop("password", "") or unquote(parts.password or ""),
        database=unquote(parts.path.removeprefix("/")) or query.pop("dbname", ""),
        options=tuple(query.items()),
    )
