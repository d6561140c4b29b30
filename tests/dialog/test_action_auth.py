"""How authors write who asks, and URLs by region."""

import pytest
from tests.dialog.driver import Talk, answers, make, problems_of

from frontdesk.core.action import (
    Basic,
    Call,
    ClientCredentials,
    Literal,
    QueryKey,
    SecretRef,
    Signature,
)

FLOW = "flows: {f: {trigger: {patterns: ['*']}, steps: [{call: A}]}}"


def called(auth: str, url: str = '"https://a.test/"', top: str = "") -> Call:
    text = f"env: {{R: eu}}\n{top}\nactions: {{A: {{request: {{url: {url}}}{auth}}}}}\n{FLOW}"
    talk = Talk(make(text), {"A": answers()})
    talk.say("go")
    return talk.calls[0]


def test_bearer_and_a_key_in_a_header_are_headers() -> None:
    assert called(", auth: {bearer: '{{ secret.T }}'}").request.headers == (
        ("Authorization", (Literal("Bearer "), SecretRef("T"))),
    )
    assert called(", auth: {api_key: {header: X-Key, value: '{{ secret.T }}'}}").request.headers == (
        ("X-Key", (SecretRef("T"),)),
    )


@pytest.mark.parametrize(
    ("auth", "built"),
    [
        ("basic: {user: me, password: '{{ secret.P }}'}", Basic((Literal("me"),), (SecretRef("P"),))),
        ("api_key: {query: key, value: '{{ secret.K }}'}", QueryKey("key", (SecretRef("K"),))),
        ("hmac: {secret: '{{ secret.S }}'}", Signature("X-Signature", (SecretRef("S"),), "sha256=")),
        (
            "oauth2: {token_url: 'https://a.test/token', client_id: '{{ env.R }}', client_secret: '{{ secret.S }}', scope: a}",
            ClientCredentials("https://a.test/token", (Literal("eu"),), (SecretRef("S"),), "a"),
        ),
    ],
)
def test_other_kinds_go_along_with_secrets_as_references(auth: str, built: object) -> None:
    assert called(f", auth: {{{auth}}}").request.auth == built


def test_the_secrets_of_auth_are_named() -> None:
    bot = make(
        "actions: {A: {request: {url: 'https://a.test/'}, auth: {basic: {user: '{{ secret.U }}', password: '{{ secret.P }}'}}}}\n"
        + FLOW
    )
    assert bot.secret_names == ("P", "U")


def test_a_url_of_the_region() -> None:
    url = '{us: "https://us.test/", eu: "https://eu.test/"}, region: "{{ env.R }}"'
    assert called("", url).request.url == "https://eu.test/"
    talk = Talk(
        make(f"actions: {{A: {{request: {{url: {url}}}}}}}\n{FLOW}\nenv: {{R: mars}}"), {"A": answers()}
    )
    talk.say("go")
    assert talk.calls == []
    assert talk.alerts[0] == "call_refused"


@pytest.mark.parametrize(
    ("action", "message"),
    [
        ("auth: {}", "'auth' names one kind"),
        ("auth: {bearer: a, basic: {user: a, password: b}}", "'auth' names one kind"),
        ("auth: {basic: {user: a}}", "'basic' has no password"),
        ("auth: {api_key: {value: a}}", "A key goes in one place"),
        ("auth: {api_key: {header: Host, value: a}}", "'Host' cannot be sent as a header"),
        ("auth: {oauth2: {token_url: /x, client_id: a, client_secret: b}}", "This URL cannot be used"),
        ("auth: {hmac: {}}", "'hmac' has no secret"),
        ('auth: {hmac: {secret: a, header: "X Bad\\n"}}', "'X Bad\n' cannot be sent as a header"),
        ("auth: {hmac: {secret: a, header: ''}}", "'' cannot be sent as a header"),
        ("auth: {hmac: {secret: a, header: Content-Length}}", "'Content-Length' cannot be sent as a header"),
        ('auth: {hmac: {secret: a, prefix: "v1=\\r\\n"}}', "The prefix has a line break"),
    ],
)
def test_mistakes(action: str, message: str) -> None:
    found = problems_of(f"actions: {{A: {{request: {{url: 'https://a.test/'}}, {action}}}}}\n{FLOW}")
    assert any(message in problem.message for problem in found), found


def with_header(header: str, auth: str) -> str:
    return f"actions: {{A: {{request: {{url: 'https://a.test/', headers: {{{header}: x}}}}, auth: {{{auth}}}}}}}\n{FLOW}"


@pytest.mark.parametrize(
    ("header", "auth"),
    [
        ("authorization", "bearer: y"),
        ("Authorization", "basic: {user: a, password: b}"),
        ("Authorization", "oauth2: {token_url: 'https://a.test', client_id: a, client_secret: b}"),
        ("X-Key", "api_key: {header: x-key, value: y}"),
        ("x-signature", "hmac: {secret: s}"),
        ("X-Mine", "hmac: {secret: s, header: x-mine}"),
    ],
)
def test_headers_and_auth_do_not_both_say_who_asks(header: str, auth: str) -> None:
    found = problems_of(with_header(header, auth))
    assert f"both give '{header.lower()}'" in found[0].message


@pytest.mark.parametrize("auth", ["api_key: {query: key, value: y}", "hmac: {secret: s}"])
def test_a_sign_in_elsewhere_leaves_the_authorization_header_free(auth: str) -> None:
    assert [
        found for found in problems_of(with_header("Authorization", auth)) if found.severity == "error"
    ] == []


def test_a_url_by_region_needs_the_region() -> None:
    found = problems_of(f"actions: {{A: {{request: {{url: {{us: 'https://a.test/'}}}}}}}}\n{FLOW}")
    assert "Nothing says which of the URLs is taken" in found[0].message
