"""Authors' regular expressions: Unicode where they expect it, RE2 underneath."""

import time

import pytest

from frontdesk.dialog.regexes import Regex, RegexError

EMAIL = r"^\w+([\.-]?\w+)*@\w+([\.-]?\w+)*(\.\w{2,3})+$"
ACCOUNT = r"^\b\d{6}\b"


@pytest.mark.parametrize(
    ("regex", "text", "found"),
    [
        (ACCOUNT, "123456", "123456"),
        (ACCOUNT, "123456 please", "123456"),
        (ACCOUNT, "123456-78", "123456"),
        (ACCOUNT, "12345", None),
        (ACCOUNT, "1234567", None),
        (ACCOUNT, "my number is 123456", None),
        (ACCOUNT, "\u0661\u0662\u0663\u0664\u0665\u0666", None),
        (EMAIL, "fred@home.com", "fred@home.com"),
        (EMAIL, "fred+x@home.com", None),
        (EMAIL, "fred@home.info", None),
        (EMAIL, "fr\u00e9d@home.com", "fr\u00e9d@home.com"),
        (EMAIL, "fred@home.com\n", None),
        (r"\w+", "\u00e9t\u00e9 chaud", "\u00e9t\u00e9"),
        (r"\W", "\u00e9t\u00e9", None),
        (r"^\W+$", " .,!", " .,!"),
        (r"\s", "a\u00a0b", "\u00a0"),
        (r"\S+", "\u00a0ab\u00a0", "ab"),
        (r"\D+", "12ab", "ab"),
        (r"[\w.-]+", "\u0430\u0431.\u0432-1!", "\u0430\u0431.\u0432-1"),
        (r"[^\w]+", "\u0430!?\u0431", "!?"),
        (r"[\W]", "\u00e9 x", " "),
        (r"[\Dx]", "1x", "x"),
        (r"[a\-z]+", "-az", "-az"),
        (r"[a-]", "-", "-"),
        (r"[]a]+", "]a", "]a"),
        (r"[\b]", "\b", "\b"),
        (r"\u00e9", "\u00e9", "\u00e9"),
        (r"\x41\x{e9}", "A\u00e9", "A\u00e9"),
        (r"\/\-\_", "/-_", "/-_"),
        (r"(?i)YES", "yes", "yes"),
        (r"a(?i)B(?-i)C", "abC", "abC"),
        (r"(?i:a)b", "Ab", "Ab"),
        (r"(?i:a)b", "AB", None),
        (r"(?s)a.b", "a\nb", "a\nb"),
        (r"a.b", "a\nb", None),
        (r"(?m)^b$", "a\nb", "b"),
        (r"(?<year>\d{4})", "in 2026", "2026"),
        (r"a{2,3}?", "aaa", "aa"),
        (r"a{,2}", "a{,2}", "a{,2}"),
        (r"x*", "abc", ""),
        (r"\Aab\z", "ab", "ab"),
        (r"\p{Lu}\pN", "\u00c93", "\u00c93"),
        ("", "anything", ""),
    ],
)
def test_regex(regex: str, text: str, found: str | None) -> None:
    assert Regex(regex).find(text) == found


@pytest.mark.parametrize(
    ("regex", "text", "found"),
    [
        (r"\b\u00e9t\u00e9\b", "un \u00e9t\u00e9 chaud", "\u00e9t\u00e9"),
        (r"\b\u00e9t\u00e9\b", "pr\u00e9\u00e9t\u00e9", None),
        (r"\bcaf\b", "caf\u00e9", None),
        (r"\bcaf\b", "caf \u00e9", "caf"),
        (r"caf\B", "caf\u00e9", "caf"),
        (r"\B\u00e9", "caf\u00e9", "\u00e9"),
        (
            r"\b\u043c\u043e\u0439\b.*\b\u0441\u0447\u0451\u0442\b",
            "\u0433\u0434\u0435 \u043c\u043e\u0439 \u0441\u0447\u0451\u0442?",
            "\u043c\u043e\u0439 \u0441\u0447\u0451\u0442",
        ),
        (r"(?i)\bCAF\u00c9\b", "le caf\u00e9", "caf\u00e9"),
        (r"(?i)\b[a-c]+\b", "\u00e9 ABC", "ABC"),
        (r"\b\d{6}\b", "n\u00b0 123456", "123456"),
        (r"\b\d{6}\b", "\u00e9123456", None),
        (r"^\b\w+\b$", "\u00e9t\u00e9", "\u00e9t\u00e9"),
        (r"\b\w+\b \b\w+\b", "na\u00efve _b_ ", "na\u00efve _b_"),
        (r"[^\w]\b", "\u00e9 a", " "),
        (r"\b[^a-z ]+\b", "ab \u00e9C9_", "\u00e9C9_"),
        (r"\p{Lu}\b", "\u00e9 A", "A"),
        (r"\b.+\b", "\u00e9, a_b!", "\u00e9, a_b"),
    ],
)
def test_word_edges_hold_beyond_ascii(regex: str, text: str, found: str | None) -> None:
    assert not text.isascii()
    assert Regex(regex).find(text) == found


@pytest.mark.parametrize(
    ("regex", "says"),
    [
        ("(?=x)", "look-ahead"),
        ("(?<!x)", "look-behind"),
        (r"(a)\1", "back-references"),
        ("[a", "']'"),
        ("(a", "missing )"),
        ("a)", "unexpected )"),
        ("a**", "repetition"),
        ("a{9999}", "repetition"),
        ("[[:alpha:]]", r"\pL"),
        (r"\Z", "$"),
        ("x\\", "backslash"),
        ("(?x)a", "unknown group"),
        ("[z-a]", "backwards"),
        (r"[^\W]", "[^...]"),
        (r"\q", "unknown escape"),
        (r"\x{110000}", "no character"),
        (r"\p{Nonsense}", "invalid"),
        ("(a{500}){500}", "repetition"),
        ("a" * 1_001, "longer than"),
    ],
)
def test_what_cannot_be_used_says_why(regex: str, says: str) -> None:
    with pytest.raises(RegexError) as refused:
        Regex(regex)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    "text", ["a" * 8_000 + "!", "\u00e9" * 8_000 + "!", "a@" * 4_000, "a.a-" * 2_000 + "@"]
)
@pytest.mark.parametrize("regex", [EMAIL, r"\b(\w+\s?)*\b$x", "(a|aa)+$", "(a?){50}a{50}b"])
def test_no_input_takes_exponential_time(regex: str, text: str) -> None:
    compiled = Regex(regex)
    began = time.process_time()
    compiled.find(text)
    assert time.process_time() - began < 1.0


def test_private_characters_do_not_pass_for_letters_or_digits() -> None:
    assert Regex(r"\b\d{6}\b").find("\u00e9 " + "\U000f0031" * 6) is None
