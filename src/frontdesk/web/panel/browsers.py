"""What a browser calls itself, in words: `Chrome`, `Linux`. For people who look through where they are signed in."""

_NAMES = (
    # Each of these says the names of those below as well.
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("YaBrowser", "Yandex Browser"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Vivaldi", "Vivaldi"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
    ("curl", "curl"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)


def words_of(user_agent: str) -> tuple[str, str]:
    """Browser and system; empty for what is not among those that are known."""
    browser = next((name for sign, name in _NAMES if sign in user_agent), "")
    return browser, next((name for sign, name in _SYSTEMS if sign in user_agent), "")
