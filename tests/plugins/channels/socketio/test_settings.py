"""What the operator of a socket channel can say, and what is refused; the wire is tested in tests/web."""

from typing import Any

import pytest
from pydantic import ValidationError

from frontdesk.plugins.channels.socketio.settings import SocketSettings


def test_nothing_has_to_be_said() -> None:
    found = SocketSettings()
    assert (found.origins, found.session_persistence, found.jwt_key.get_secret_value()) == ("", True, "")


def test_origins_are_kept_with_single_blanks() -> None:
    found = SocketSettings(origins=" https://a.example.com\n http://127.0.0.1:8080 ")
    assert found.origins == "https://a.example.com http://127.0.0.1:8080"


def test_origins_are_kept_as_browsers_send_them() -> None:
    found = SocketSettings(
        origins="https://Shop.example.com HTTPS://a.example:443 http://b.example:80 https://c.example:8443"
    )
    assert (
        found.origins == "https://shop.example.com https://a.example http://b.example https://c.example:8443"
    )


@pytest.mark.parametrize(
    "given",
    [
        {"origins": "shop.example.com"},
        {"origins": "https://shop.example.com/"},
        {"origins": "https://shop.example.com/page"},
        {"origins": "*"},
        {"origins": "https://shop.example.com:x"},
        {"origins": "https://me@shop.example.com"},
        {"origins": "javascript:alert(1)"},
        {"jwt_key": "short"},
        {"jwt_method": "none"},
        {"jwt_method": "RS256"},
        {"other": 1},
    ],
)
def test_what_cannot_be_is_refused_and_not_quoted(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as refused:
        SocketSettings(**given)
    assert "short" not in str(refused.value).replace("string_too_short", "")
