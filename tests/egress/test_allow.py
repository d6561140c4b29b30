"""The allow-list's notation: what is read, and what a wrong line is told."""

from ipaddress import ip_network

import pytest

from frontdesk.egress.allow import AllowRule, EgressSettings, parse_allow, parse_settings


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("action=127.0.0.1:8123", AllowRule("action", network=ip_network("127.0.0.1/32"), port=8123)),
        ("action=10.0.0.5", AllowRule("action", network=ip_network("10.0.0.5/32"))),
        ("*=10.1.0.0/16", AllowRule("*", network=ip_network("10.1.0.0/16"))),
        ("webhook=10.1.0.0/16:9000", AllowRule("webhook", network=ip_network("10.1.0.0/16"), port=9000)),
        ("callback=Desk.Internal:9000", AllowRule("callback", host="desk.internal", port=9000)),
        ("callback=desk.internal.", AllowRule("callback", host="desk.internal")),
        (" action=localhost ", AllowRule("action", host="localhost")),
        ("action=::1", AllowRule("action", network=ip_network("::1/128"))),
        ("action=[::1]:8080", AllowRule("action", network=ip_network("::1/128"), port=8080)),
        ("action=[fd00::/8]:9000", AllowRule("action", network=ip_network("fd00::/8"), port=9000)),
        ("action=fd00::/8", AllowRule("action", network=ip_network("fd00::/8"))),
        ("action=::ffff:10.0.0.1", AllowRule("action", network=ip_network("10.0.0.1/32"))),
    ],
)
def test_a_rule_is_read(text: str, rule: AllowRule) -> None:
    assert parse_allow(text) == rule


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "no purpose"),
        ("10.0.0.1", "no purpose"),
        ("=10.0.0.1", "no purpose"),
        ("Action=10.0.0.1", "no purpose"),
        ("action=", "neither a host name"),
        ("action=*", "neither a host name"),
        ("action=*.internal", "neither a host name"),
        ("action=http://crm.internal", "not a port"),
        ("action=user@crm.internal", "neither a host name"),
        ("action=2130706433", "neither a host name"),
        ("action=0x7f.1", "neither a host name"),
        ("action=10.0.0.1:0", "not a port"),
        ("action=10.0.0.1:65536", "not a port"),
        ("action=10.0.0.1:http", "not a port"),
        ("action=10.0.0.1:", "not a port"),
        ("action=[::1", "bracket"),
        ("action=[::1]8080", "bracket"),
        ("action=10.0.0.1/8", "host bits"),
        ("action=10.0.0.0/33", "does not appear to be"),
        ("action=0.0.0.0/0", "switch the guard off"),
        ("*=::/0", "switch the guard off"),
        ("action=::ffff:10.0.0.0/104", "write an IPv4-mapped network as IPv4"),
    ],
)
def test_a_wrong_rule_is_told_what_to_write(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse_allow(text)


def test_settings_are_read_from_lists() -> None:
    assert parse_settings() == EgressSettings()
    assert parse_settings(" action=10.0.0.1,\n*=desk.internal:9000 ", "9000, 8081") == EgressSettings(
        (parse_allow("action=10.0.0.1"), parse_allow("*=desk.internal:9000")), frozenset({9000, 8081})
    )


@pytest.mark.parametrize(
    ("allow", "ports"), [("action=10.0.0.1;x", ""), ("action", ""), ("", "http"), ("", "80,0")]
)
def test_wrong_settings_are_told(allow: str, ports: str) -> None:
    with pytest.raises(ValueError, match=r"write purpose=|not a port"):
        parse_settings(allow, ports)
