"""The catalogue of what the WordPress plug-in says, for translators: languages/*.pot, and its translations beside it.

python -m tools.wordpress_texts            writes the .pot anew and makes each .po into what WordPress reads
python -m tools.wordpress_texts --check    writes nothing; says which are stale, and fails if any is
"""

import hashlib
import json
import re
import struct
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from frontdesk.web.site_files import WORDPRESS

PLUGIN = Path(__file__).resolve().parents[1] / "integrations" / "wordpress" / WORDPRESS
LANGUAGES = PLUGIN / "languages"
EDITOR = "block/editor.js"
_TEXT = r"'((?:[^'\\]|\\.)*)'"
_ONE = re.compile(rf"\b(?:__|_e|esc_html__|esc_html_e|esc_attr__|esc_attr_e)\( {_TEXT}, '{WORDPRESS}' \)")
_MANY = re.compile(rf"\b_n\( {_TEXT}, {_TEXT}, ")
_OF_BLOCK = {"title": "block title", "description": "block description"}


@dataclass(frozen=True, slots=True)
class Text:
    """`many`: its plural. `context`: what WordPress says of it when it asks for the translation."""

    one: str
    many: str = ""
    context: str | None = None

    @property
    def id(self) -> str | tuple[str, str]:
        return (self.one, self.many) if self.many else self.one


def said() -> dict[Text, list[tuple[str, int]]]:
    """Every text, with the places where it stands."""
    found: dict[Text, list[tuple[str, int]]] = {}
    for path in sorted([*PLUGIN.rglob("*.php"), *PLUGIN.rglob("*.js")]):
        name = path.relative_to(PLUGIN).as_posix()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            for text in _in_line(line):
                found.setdefault(text, []).append((name, number))
    block = json.loads((PLUGIN / "block" / "block.json").read_text("utf-8"))
    texts = [Text(block[name], context=context) for name, context in _OF_BLOCK.items()]
    texts += [Text(word, context="block keyword") for word in block["keywords"]]
    return found | {text: [("block/block.json", 1)] for text in texts}


def _in_line(line: str) -> Iterator[Text]:
    yield from (Text(_plain(text)) for text in _ONE.findall(line))
    yield from (Text(_plain(one), _plain(many)) for one, many in _MANY.findall(line))


def _plain(literal: str) -> str:
    return re.sub(r"\\(.)", r"\1", literal)


def files() -> Mapping[Path, bytes]:
    """What has to be in the folder of languages: the .pot, and of each .po its .mo and the editor's own."""
    template = Catalog(project=WORDPRESS, charset="utf-8", fuzzy=False)
    for text, places in said().items():
        template.add(text.id, locations=places, context=text.context)
    made = {LANGUAGES / f"{WORDPRESS}.pot": _po(template)}
    for path in sorted(LANGUAGES.glob("*.po")):
        catalog = read_po(BytesIO(path.read_bytes()), locale=path.stem.removeprefix(f"{WORDPRESS}-"))
        made[path.with_suffix(".mo")] = _mo(catalog)
        made[LANGUAGES / f"{path.stem}-{hashlib.md5(EDITOR.encode()).hexdigest()}.json"] = _editor(catalog)  # noqa: S324  # as WordPress names it
    return made


def _mo(catalog: Catalog) -> bytes:
    """As WordPress reads it: it takes no file that says that its table of sums begins at 0, as Babel's do."""
    head = f"Language: {catalog.locale}\nContent-Type: text/plain; charset=utf-8\nPlural-Forms: {catalog.plural_forms}\n"
    texts = {b"": head.encode()} | dict(
        _pair(message) for message in catalog if message.id and message.string
    )
    originals, translations = sorted(texts), [texts[each] for each in sorted(texts)]
    place = 28 + 16 * len(texts)
    index = b""
    for each in (*originals, *translations):
        index += struct.pack("<2I", len(each), place)
        place += len(each) + 1
    second = 28 + 8 * len(texts)
    start = struct.pack("<7I", 0x950412DE, 0, len(texts), 28, second, 0, 28 + 16 * len(texts))
    return start + index + b"".join(each + b"\0" for each in (*originals, *translations))


def _pair(message: Message) -> tuple[bytes, bytes]:
    """Its name in the file, with context and plural, and what it is translated to."""
    name = "\0".join([message.id] if isinstance(message.id, str) else message.id)
    given = message.string or ""
    texts = "\0".join([given] if isinstance(given, str) else given)
    return (f"{message.context}\4{name}" if message.context else name).encode(), texts.encode()


def _po(catalog: Catalog) -> bytes:
    written = BytesIO()
    write_po(written, catalog, width=120, omit_header=True, include_lineno=False)
    header = 'msgid ""\nmsgstr ""\n"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
    return (
        f'{header}"Content-Transfer-Encoding: 8bit\\n"\n"X-Domain: {WORDPRESS}\\n"\n\n'.encode()
        + written.getvalue().lstrip()
    )


def _editor(catalog: Catalog) -> bytes:
    """What the editor's script says, as WordPress hands it to browsers."""
    own = {text.one for text, places in said().items() if any(name == EDITOR for name, _ in places)}
    texts = {text: [catalog[text].string] for text in own if text in catalog}
    head = {"domain": WORDPRESS, "lang": str(catalog.locale), "plural-forms": catalog.plural_forms}
    data = {"domain": WORDPRESS, "locale_data": {WORDPRESS: {"": head, **texts}}}
    return (json.dumps(data, ensure_ascii=False, sort_keys=True) + "\n").encode()


def stale() -> list[str]:
    """Files that are not what the texts make them; also translations that lack a text."""
    wrong = [
        path.name for path, content in files().items() if not path.exists() or path.read_bytes() != content
    ]
    for path in sorted(LANGUAGES.glob("*.po")):
        catalog = read_po(BytesIO(path.read_bytes()), locale=path.stem.removeprefix(f"{WORDPRESS}-"))
        wrong += [f"{path.name}: {text.one}" for text in said() if not _is_translated(catalog, text)]
    return wrong


def _is_translated(catalog: Catalog, text: Text) -> bool:
    message = catalog.get(text.id, text.context)
    given = message.string if message else ""
    return bool(given) if isinstance(given, str) else all(given or [""])


def main(arguments: list[str]) -> None:
    if arguments == ["--check"]:
        sys.exit("\n".join(found) if (found := stale()) else 0)
    LANGUAGES.mkdir(exist_ok=True)
    for path, content in files().items():
        path.write_bytes(content)


if __name__ == "__main__":
    main(sys.argv[1:])
