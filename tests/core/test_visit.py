"""What browsers call themselves, and what that says; names as they are sent in the wild."""

import pytest

from frontdesk.core.visit import UNSEEN, Visit, visit_of

_KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
_WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
_ANDROID = "Mozilla/5.0 (Linux; Android 14; SM-S928B)"
_MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"
_IPAD = "Mozilla/5.0 (iPad; CPU OS 16_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
_IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("text", "browser", "device"),
    [
        (f"{_WINDOWS} {_KIT} Chrome/141.0.0.0 Safari/537.36", "Chrome", "desktop"),
        (f"{_WINDOWS} {_KIT} Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0", "Edge", "desktop"),
        (f"{_WINDOWS} {_KIT} Chrome/140.0.0.0 Safari/537.36 OPR/124.0.0.0", "Opera", "desktop"),
        (
            "Opera/9.80 (Android; Opera Mini/36.2/119.132; U; id) Presto/2.12.423 Version/12.16",
            "Opera",
            "mobile",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:144.0) Gecko/20100101 Firefox/144.0",
            "Firefox",
            "desktop",
        ),
        ("Mozilla/5.0 (Android 14; Mobile; rv:144.0) Gecko/144.0 Firefox/144.0", "Firefox", "mobile"),
        (
            f"{_MAC} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
            "Safari",
            "desktop",
        ),
        (f"{_IPHONE} Version/18.5 Mobile/15E148 Safari/604.1", "Safari", "mobile"),
        (f"{_IPHONE} CriOS/141.0.7390.41 Mobile/15E148 Safari/604.1", "Chrome", "mobile"),
        (f"{_IPHONE} FxiOS/144.0 Mobile/15E148 Safari/605.1.15", "Firefox", "mobile"),
        (f"{_IPHONE} EdgiOS/141.0.0.0 Version/18.0 Mobile/15E148 Safari/604.1", "Edge", "mobile"),
        (f"{_IPAD} Version/16.6 Mobile/15E148 Safari/604.1", "Safari", "tablet"),
        (f"{_ANDROID} {_KIT} Chrome/141.0.0.0 Mobile Safari/537.36", "Chrome", "mobile"),
        (f"{_ANDROID} {_KIT} Chrome/141.0.0.0 Safari/537.36", "Chrome", "tablet"),
        (
            f"{_ANDROID} {_KIT} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36",
            "Samsung Internet",
            "mobile",
        ),
        (f"{_WINDOWS} {_KIT} Chrome/138.0.0.0 YaBrowser/25.8.0.0 Safari/537.36", "Other", "desktop"),
        (f"{_IPHONE} Mobile/15E148", "Other", "mobile"),
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/141.0.0.0",
            "Chrome",
            "bot",
        ),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Other", "bot"),
        ("Mozilla/5.0 (PlayStation 5/6.00)", "Other", "other"),
        ("curl/8.14.1", "", ""),
        ("python-requests/2.32.5", "", ""),
        ("node", "", ""),
        ("", "", ""),
    ],
)
def test_the_family_and_the_machine_are_told(text: str, browser: str, device: str) -> None:
    assert visit_of(text) == Visit(browser, device)  # type: ignore[arg-type]  # one of the words above


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("ru", "ru"),
        ("pt-BR", "pt-BR"),
        ("zh-Hant-TW", "zh-Hant-TW"),
        ("", ""),
        (None, ""),
        (7, ""),
        (["ru"], ""),
        ("xx", ""),
        ("ru_RU", ""),
        ("ru\n", ""),
        ("<b>ru</b>", ""),
        ("ru-" * 9 + "ru", ""),
        ("r" * 100_000, ""),
    ],
)
def test_a_language_is_told_where_there_is_one_of_that_code(said: object, language: str) -> None:
    assert visit_of("", said).language == language


def test_what_is_sent_to_harm_says_none_of_its_words() -> None:
    for piece in (
        "Version/",
        "Version/ ",
        "Android Mobile ",
        "Edg",
        "\x00",
        "\u202e",
        "<b>",
        "((",
        "Mozilla/",
    ):
        for text in (f"Mozilla/5.0 {piece * 200_000}", piece * 200_000):
            found = visit_of(text)
            assert found == UNSEEN or found.browser in {"Other", "Chrome", "Edge"}
    assert visit_of("Mozilla/5.0 " + "x" * 600 + " Chrome/1 ") == Visit("Other", "other")
