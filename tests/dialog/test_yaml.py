"""YAML as authors mean it, and what is refused."""

import pytest
from tests.dialog.driver import HEAD, problems_of

from frontdesk.dialog.problems import Problem, Problems
from frontdesk.dialog.yaml import MAX_FILE_BYTES, read, scalar


def plain(text: str) -> object:
    problems = Problems()
    node = read(text, "x.yaml", problems)
    assert problems.found == []
    assert node is not None
    return node.plain()


def refused(text: str) -> Problem:
    problems = Problems()
    read(text, "x.yaml", problems)
    assert problems.found
    return problems.found[0]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("yes", "yes"),
        ("No", "No"),
        ("on", "on"),
        ("off", "off"),
        ("true", True),
        ("false", False),
        ("True", "True"),
        ("null", None),
        ("~", None),
        ("Null", "Null"),
        ("0123", "0123"),
        ("0o17", "0o17"),
        ("0x1f", "0x1f"),
        ("12:30", "12:30"),
        ("190:20:30", "190:20:30"),
        ("+15551234", "+15551234"),
        ("2026-03-01", "2026-03-01"),
        ("2026-03-01T10:00:00Z", "2026-03-01T10:00:00Z"),
        ("1_000", "1_000"),
        ("42", 42),
        ("-7", -7),
        ("3.5", 3.5),
        ("1e3", 1000.0),
        (".5", ".5"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("1.2.3", "1.2.3"),
        ("12345678901234567890", "12345678901234567890"),
        ("=", "="),
    ],
)
def test_a_plain_word_is_text_unless_json_says_otherwise(written: str, meant: object) -> None:
    found = plain(f"key: {written}")
    assert found == {"key": meant}
    assert type(scalar(written)) is type(meant)


def test_keys_are_words_too() -> None:
    assert plain("on: 1\nyes: 2\n123: 3\nnull: 4") == {"on": 1, "yes": 2, "123": 3, "null": 4}


def test_quoted_is_always_text() -> None:
    assert plain('["true", \'null\', "1"]') == ["true", "null", "1"]
    assert plain("key: |\n  true\n") == {"key": "true\n"}


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: 1\nb: !!int '2'", 2, "Tags"),
        ("a: !!python/object:os.system {}", 1, "Tags"),
        ("a: !local x", 1, "Tags"),
        ("a: &a {x: 1}\nb:\n  <<: *a", 3, "Merge keys"),
        ("a: 1\nb: 2\na: 3", 3, "twice"),
        ("a: 1\n---\nb: 2", 2, "more than one document"),
        ("a: [1, 2", 1, "not YAML"),
        ("a: b: c", 1, "not YAML"),
        ("a:\n\t- x", 2, "not YAML"),
        ("{a: 1}: 2", 1, "plain word"),
        ("a: *nowhere", 1, "no anchor"),
        ("\n" + "[" * 60 + "]" * 60, 2, "deeper"),
        ("- &a [x]\n" + "- *a\n" * 11, 12, "aliases"),
        ("- &a [x]\n- &b [*a]\n", 2, "anchored"),
        ("a: 1\nb: \x07", 2, "characters"),
        ("a: 1\nb: x\0y", 2, "characters"),
        ("a: 1\nb: '\ud800'", 2, "Unicode"),
        ('a: 1\nb: "x\\0y"', 2, "NUL"),
        ('a: 1\nb: "x\\x00y"', 2, "NUL"),
        ('a: 1\n"x\\u0000y": 2', 2, "NUL"),
        ('a: 1\nb: "\\ud800"', 2, "escape"),
        ('a: 1\nb: ["\\uD83D\\uDE00"]', 2, "escape"),
        ('a: 1\nb: "\\q"', 2, "escape"),
    ],
)
def test_what_is_refused_names_the_line(text: str, line: int, says: str) -> None:
    problem = refused(text)
    assert says in problem.message
    assert problem.line == line
    assert problem.fix


@pytest.mark.parametrize(
    ("text", "line", "fix"),
    [
        ("patterns: [*balance*]", 1, '"*balance*"'),
        ("patterns: [a, *(bill|pay) me*, b]", 1, '"*(bill|pay) me*"'),
        ("patterns:\n  - *balance*  # all\n  - b", 2, '"*balance*"'),
        ("patterns: *balance*", 1, '"*balance*"'),
        ("patterns: [*balance]", 1, '"*balance"'),
        ("patterns:\n  - *", 2, '"*"'),
        ("say: @home, sweet", 1, '"@home, sweet"'),
        ("say: `hello`", 1, '"`hello`"'),
        ('say: %d "pieces"', 1, "'%d \"pieces\"'"),
        ("steps:\n\t- say: x", 2, "Indent with blanks."),
        ("steps:\n  - say:\n\t  text: x", 3, "Indent with blanks."),
        ("steps:\n  - say: x\n\t- say: y", 3, "Indent with blanks."),
        ("say: {Balance.balance}", 1, '"{Balance.balance}"'),
        ("say: {$query}", 1, '"{$query}"'),
        ("set: {a: {{ slots.b | upper }}}", 1, '"{{slots.b | upper}}"'),
        ("a: 1\nsay: {$query} is what?", 2, '"{$query} is what?"'),
        ("- ask: {Balance.balance} is it\n  slot: x", 1, '"{Balance.balance} is it"'),
        ("say: {{ slots.a }} is it", 1, '"{{ slots.a }} is it"'),
        ("say: [x] y", 1, '"[x] y"'),
        ("say: 'it's'", 1, "a ' is written ''"),
    ],
)
def test_text_that_needs_quotes_is_shown_with_them(text: str, line: int, fix: str) -> None:
    """S001: the tutorial's own pattern and texts, as somebody types them first."""
    problem = refused(text)
    assert fix in problem.fix
    assert problem.line == line


def test_of_text_without_quotes_nothing_more_is_said() -> None:
    found = problems_of("flows: {f: {trigger: {patterns: [x]}, steps: [{say: {$query}}, {sai: y}]}}")
    assert [problem.message for problem in found] == [
        "'{$query}' has no quotes, which text in braces needs.",
        "'sai' is not a step.",
    ]


def test_every_text_without_quotes_is_told_of_a_file_that_is_no_yaml_too() -> None:
    problems = Problems()
    read("say: {$query}\nask: {Balance.balance} is it", "x.yaml", problems)
    assert [problem.line for problem in problems.found] == [1, 2]


def test_a_refused_character_comes_with_what_to_write() -> None:
    assert "\\0" in refused('a: "x\\0y"').fix
    assert "\\U0001F600" in refused('a: "\\uD83D\\uDE00"').fix
    assert plain('a: "\\U0001F600 \\t \\x41"') == {"a": "\U0001f600 \t A"}


def test_a_few_aliases_are_fine() -> None:
    assert plain("- &yes (yes|yah)\n- *yes\n- {a: *yes}") == ["(yes|yah)", "(yes|yah)", {"a": "(yes|yah)"}]


def test_an_alias_bomb_is_refused() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n"
        for old, new in zip("abcdefg", "bcdefgh", strict=True)
    )
    assert "anchored" in refused(bomb).message


def test_a_file_that_is_too_large_is_refused() -> None:
    assert "larger than" in refused("# " + "\u00e9" * (MAX_FILE_BYTES // 2)).message


@pytest.mark.parametrize("text", ["[" * 200_000, "{a: " * 100_000, "- " * 100_000, "? " * 50_000])
def test_deep_nesting_is_refused_without_recursion(text: str) -> None:
    assert refused(text).line == 1


def test_too_many_values_are_refused() -> None:
    assert "values" in refused("[" + "1," * 150_000 + "]").message


def test_an_empty_file_is_nothing() -> None:
    problems = Problems()
    assert read("# only a comment\n", "x.yaml", problems) is None
    assert problems.found == []


def test_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    assert plain("\ufeffa: 1\r\nb: x\r\n") == {"a": 1, "b": "x"}


def test_numbers_and_truths_do_as_text() -> None:
    assert (
        problems_of(
            "flows: {f: {trigger: {patterns: [007, 12, true]}, steps: [{say: 512.10}, {say: null}]}}"
        )[0].line
        == 3
    )
    assert (
        problems_of(
            {"bot.yaml": HEAD + "flows: {f: {trigger: {patterns: [007, 12]}, steps: [{say: 512.10}]}}"}
        )
        == []
    )
