"""Files stay readable in one sitting."""

from collections.abc import Iterator, Mapping

from tools.lint.source import Finding, Source

NAME = "file-length"
REASON = "A file that needs scrolling and searching is two files; one god file is how rooms become knots."
ALLOWED: Mapping[str, str] = {}

SOFT, HARD = 400, 500


def check(source: Source) -> Iterator[Finding]:
    lines = len(source.text.splitlines())
    if lines > SOFT:
        yield Finding(
            str(source.path),
            1,
            f"{lines} lines; {SOFT} is the aim, more than {HARD} fails",
            "split it by noun or by station, so that its header needs no 'and'",
            note=lines <= HARD,
        )
