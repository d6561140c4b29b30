"""SQL stands in `store` and `jobs`, and in the plug-in that offers SQL databases as a data source."""

from collections.abc import Iterator, Mapping

from tools.lint.source import Finding, Source
from tools.lint.text import is_sql, strings

NAME = "sql-place"
REASON = "Who may read what is decided in one room; a query elsewhere is a lost workspace filter."
ALLOWED: Mapping[str, str] = {}

ROOMS = ("src/frontdesk/store", "src/frontdesk/jobs", "src/frontdesk/plugins/sources/sql")


def check(source: Source) -> Iterator[Finding]:
    if not source.under("src/frontdesk") or source.under(*ROOMS):
        return
    for node, text in strings(source.tree):
        if is_sql(text):
            head = " ".join(text.split())[:40]
            yield Finding(
                str(source.path),
                node.lineno,
                f"SQL outside store and jobs: {head!r}",
                "write a function for it in store/ and call that",
            )
