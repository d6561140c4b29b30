"""Everything that is written comes back as it was: YAML through our reader, texts through our templates."""

import re

from hypothesis import example, given
from hypothesis import strategies as st
from tests.made_up import examples

from frontdesk.dialog.paths import Names
from frontdesk.dialog.problems import Problems
from frontdesk.dialog.templates import Ref, compile_template
from frontdesk.dialog.yaml import read
from frontdesk.studio.importing.findings import Report
from frontdesk.studio.importing.texts import Texts
from frontdesk.studio.importing.vocabulary import Vocabulary
from frontdesk.studio.importing.yaml_text import Yaml, write_yaml

AWKWARD = st.sampled_from(
    [
        "yes",
        "on",
        "0123",
        "12:30",
        "a: b",
        "- x",
        "a #b",
        "~",
        "null",
        "true",
        "1",
        "1.5",
        "a:",
        "'",
        '"q"',
        "\\d{6}",
        "*x*",
        "{$query}",
        "---",
        "&a",
        "!x",
        "%",
        "@",
        "`",
        "key :v",
        "<<",
        "日本語",
        "é: ü",
        "\n    $.a.b",
        "(a",
        "b)",
        "[1]",
        "{}",
        "?",
        "> x",
        "+1555",
        "=",
        ".5",
        "../x",
    ]
) | st.sampled_from(
    [
        "",
        " ",
        "a\n",
        "a\n\nb",
        "  a\nb",
        "a \nb",
        "\n",
        "a\r\nb",
        "a\tb\nc",
        "word " * 40,
        "a  b " * 40,
        "x" * 300,
    ]
)
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60) | AWKWARD
KEY = TEXT.filter(lambda key: key != "<<")
VALUE = st.recursive(
    TEXT | st.booleans() | st.none() | st.integers(-(10**13), 10**13),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEY, inner, max_size=4),
    max_leaves=15,
)


@examples(300)
@given(st.dictionaries(KEY, VALUE, min_size=1, max_size=4))
def test_yaml_reads_back_as_what_was_written(value: dict[str, Yaml]) -> None:
    problems = Problems()
    node = read(write_yaml(value), "written.yaml", problems)
    assert problems.found == []
    assert node is not None
    assert node.plain() == value


def test_long_texts_are_folded_and_lines_stay_lines() -> None:
    written = write_yaml({"say": "word " * 30 + "end", "text": "one\ntwo", "plain": "yes, you"})
    assert written.startswith("say: >-\n  word word")
    assert max(map(len, written.splitlines())) <= 100
    assert "text: |-\n  one\n  two\nplain: yes, you\n" in written


NAMES = Names(slots=frozenset({"who"}), fields={"Bal": frozenset({"x"})}, responses={"Bal": "Bal"})
PIECES = st.sampled_from(
    [
        "{",
        "}",
        "\\",
        "$",
        "a",
        ".",
        " ",
        "{$query}",
        "{$query }",
        "{a.b}",
        "{Bal.x}",
        "{Old.x}",
        "{{x}}",
        "{$no}",
        "{a.\\ }",
        "|",
    ]
)


@examples(500)
@given(st.lists(PIECES, max_size=14).map("".join))
@example("{a\\}")
@example("{{$query}}")
@example("\\{$query}")
def test_only_known_notations_are_places_and_everything_else_is_shown_as_it_was(text: str) -> None:
    texts = Texts(NAMES, {"Old": "Bal"}, Vocabulary(), Report())
    template = compile_template(texts.template(text, "here"), NAMES)
    shown = "".join(f"<{piece.path}>" if isinstance(piece, Ref) else piece for piece in template.pieces)
    expected = re.sub(r"\{\$query ?\}", "<message.text>", text)
    assert shown == re.sub(r"\{(?:Bal|Old)\.x\}", "<Bal.x>", expected)


def test_a_notation_that_nobody_knows_is_reported_once() -> None:
    report = Report()
    texts = Texts(NAMES, {}, Vocabulary(), report)
    assert texts.template("{$no} {$no} {Bal.y}", "here") == "\\{$no} \\{$no} \\{Bal.y}"
    assert [found.what for found in report.findings()] == [
        "The notation '{$no}' has no value here; it is shown as it is.",
        "The notation '{Bal.y}' has no value here; it is shown as it is.",
    ]
