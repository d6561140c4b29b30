"""One notice to one browser: sealed and signed by the book, and what each answer of a push service means."""

import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from tests.doubles.http_server import Answer
from tests.doubles.outside import FixedClock
from tests.doubles.push_service import CURVE, FakeBrowser, PushService, b64, unb64, verified

from frontdesk.core.redacted import Redacted
from frontdesk.egress.allow import EgressSettings, parse_allow
from frontdesk.egress.http import GuardedHttp
from frontdesk.kit.outside import Outside
from frontdesk.plugins.connectors.webpush import adapter, wire
from frontdesk.plugins.connectors.webpush.adapter import WebPush
from frontdesk.ports.outlet import Sent
from frontdesk.ports.pusher import Device, Push, Pushed

BODY = json.dumps({"title": "Привет", "body": "x" * 100}, ensure_ascii=False).encode()

# RFC 8291, appendix A.
PLAIN = b"When I grow up, I want to be a watermelon"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
RECEIVER = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
RECEIVER_POINT = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
SEALED = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
    "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


@pytest.fixture
async def service() -> AsyncIterator[PushService]:
    async with PushService() as running:
        yield running


@pytest.fixture
async def sender(service: PushService) -> AsyncIterator[WebPush]:
    http = GuardedHttp(EgressSettings((parse_allow(f"push=127.0.0.1:{service.server.port}"),)))
    yield WebPush(Outside(http, FixedClock(), "Frontdesk/0.1.0"))
    await http.close()


def push_to(browser: FakeBrowser, key: Redacted, body: bytes = BODY) -> Push:
    keys = browser.subscription["keys"]
    device = Device(browser.endpoint, keys["p256dh"], keys["auth"])
    return Push(device, body, key, "https://desk.example.com", 900, "high", "conv_1")


def test_the_example_of_the_rfc_is_sealed_byte_for_byte() -> None:
    own = wire.key_of(Redacted(SENDER))
    reader = wire.Reader.of(RECEIVER_POINT, AUTH)
    assert b64(wire.sealed(PLAIN + b"\x02", reader, own, unb64(SALT))) == SEALED
    browser = FakeBrowser("", wire.key_of(Redacted(RECEIVER)), unb64(AUTH))
    assert browser.opened(unb64(SEALED)) == PLAIN


async def test_a_notice_arrives_sealed_and_signed(service: PushService, sender: WebPush) -> None:
    key, browser = sender.new_key(), service.browser()
    assert await sender.push(push_to(browser, key)) == Pushed(Sent(ok=True, detail="201"))
    (got,) = service.received
    assert service.notices == [{"title": "Привет", "body": "x" * 100}]
    claims, known_by = verified(got.headers["authorization"])
    now = FixedClock().now()
    assert claims == {
        "aud": service.server.url(""),
        "exp": int((now + timedelta(hours=12)).timestamp()),
        "sub": "https://desk.example.com",
    }
    assert known_by == sender.public_key(key)
    assert (got.headers["ttl"], got.headers["urgency"]) == ("900", "high")
    assert got.headers["content-encoding"] == "aes128gcm"
    assert len(got.headers["topic"]) == 32
    assert b"conv_1" not in unb64(got.headers["topic"])
    assert key.reveal() not in repr(got)


async def test_nobody_else_opens_it_and_no_signature_is_bent(service: PushService, sender: WebPush) -> None:
    key, browser = sender.new_key(), service.browser("a")
    await sender.push(push_to(browser, key))
    (got,) = service.received
    other = service.browser("b")
    with pytest.raises(InvalidTag):
        other.opened(got.body)
    with pytest.raises(InvalidTag):
        replace(browser, auth=b"\0" * 16).opened(got.body)
    another = sender.public_key(sender.new_key())
    with pytest.raises(InvalidSignature):
        verified(got.headers["authorization"].replace(sender.public_key(key), another))


async def test_two_notices_of_one_text_look_alike_to_nobody(service: PushService, sender: WebPush) -> None:
    key, browser = sender.new_key(), service.browser()
    for body in (b"short", b"a little longer than short", b"short"):
        await sender.push(push_to(browser, key, body))
    bodies = [got.body for got in service.received]
    assert len({len(body) for body in bodies}) == 1
    assert len({hashlib.sha256(body).digest() for body in bodies}) == 3


async def test_the_largest_notice_fits_and_a_larger_one_is_not_sent(
    service: PushService, sender: WebPush
) -> None:
    key, browser = sender.new_key(), service.browser()
    most = json.dumps("x" * (wire.MOST_BYTES - 2)).encode()
    assert (await sender.push(push_to(browser, key, most))).sent.ok
    assert len(service.received[0].body) == 4096
    assert json.loads(browser.opened(service.received[0].body)) == json.loads(most)
    assert not (await sender.push(push_to(browser, key, most + b" "))).sent.ok
    assert len(service.received) == 1


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        (Answer(404), Pushed(Sent(ok=False, detail="404"), is_gone=True)),
        (Answer(410, b"bye\x00\n"), Pushed(Sent(ok=False, detail="410 bye"), is_gone=True)),
        (
            Answer(429, headers=(("retry-after", "120"),)),
            Pushed(Sent(ok=False, retry=True, detail="429", retry_after_s=120.0)),
        ),
        (Answer(503), Pushed(Sent(ok=False, retry=True, detail="503"))),
        (Answer(413), Pushed(Sent(ok=False, detail="413"))),
        (Answer(403, b"BadJwtToken"), Pushed(Sent(ok=False, detail="403 BadJwtToken"))),
    ],
    ids=["404", "410", "429", "503", "413", "403"],
)
async def test_each_answer_means_what_the_rfc_says(
    service: PushService, sender: WebPush, answer: Answer, wanted: Pushed
) -> None:
    service.answers(answer)
    assert await sender.push(push_to(service.browser(), sender.new_key())) == wanted


async def test_a_service_that_breaks_off_or_is_silent_is_asked_again_later(
    service: PushService, sender: WebPush, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.answers(Answer(hang_up=True))
    broken = await sender.push(push_to(service.browser(), sender.new_key()))
    assert (broken.sent.ok, broken.sent.retry, broken.is_gone) == (False, True, False)
    monkeypatch.setattr(adapter, "TIMEOUT_S", 0.05)
    service.answers(Answer(silent=True))
    silent = await sender.push(push_to(service.browser(), sender.new_key()))
    assert (silent.sent.ok, silent.sent.retry) == (False, True)


async def test_an_address_inside_is_never_asked(service: PushService) -> None:
    http = GuardedHttp(EgressSettings((parse_allow(f"webhook=127.0.0.1:{service.server.port}"),)))
    sender = WebPush(Outside(http, FixedClock(), "Frontdesk/0.1.0"))
    tried = await sender.push(push_to(service.browser(), sender.new_key()))
    await http.close()
    assert (tried.sent.ok, tried.sent.retry) == (False, False)
    assert not service.received


def test_what_is_no_key_of_a_browser_is_told_apart(sender: WebPush) -> None:
    point = b64(wire.point_of(ec.generate_private_key(CURVE)))
    assert sender.is_device(Device("https://push.example/1", point, b64(b"a" * 16)))
    for p256dh, auth in (
        (point, b64(b"a" * 15)),
        (b64(b"\x04" + b"\1" * 64), b64(b"a" * 16)),  # no point of the curve
        (point[:-4], b64(b"a" * 16)),
        ("ключ", b64(b"a" * 16)),
        ("", ""),
    ):
        assert not sender.is_device(Device("https://push.example/1", p256dh, auth))
