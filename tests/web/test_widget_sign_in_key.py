"""Where tokens are signed with a private key: who was signed in ends with the channel's public one."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from tests.program import Program
from tests.web.test_widget import begin, say
from tests.web.test_widget_identity import Shop, open_shop, pem, token

BEFORE, AFTER = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())


@pytest.fixture
async def shop(program: Program) -> Shop:
    made = await open_shop(program)
    assert (await made.settings(sign_in_key=pem(BEFORE))).status == 200
    return made


async def entered(shop: Shop) -> str:
    answer = await shop.session({"token": token(shop.claims(), BEFORE, alg="ES256")})
    assert answer.status == 201, answer.body
    held = str(answer.json()["token"])
    assert (await say(shop.desk, held, "hello")).status == 200
    return held


@pytest.mark.parametrize("key", [pem(AFTER), "", None])
async def test_another_key_or_none_signs_everybody_out(shop: Shop, key: str | None) -> None:
    held, anonymous = await entered(shop), await begin(shop.desk)
    await say(shop.desk, anonymous, "nobody signed me in")
    assert (await shop.settings(sign_in_key=key)).status == 200
    assert (await shop.lines(held)).status == 401
    # Who was not signed in is not signed out.
    assert (await shop.lines(anonymous)).status == 200


async def test_the_same_key_and_other_settings_sign_nobody_out(shop: Shop) -> None:
    held = await entered(shop)
    assert (await shop.settings(sign_in_key=pem(BEFORE) + "\n", title="Northwind")).status == 200
    assert (await shop.settings(title="Northwind Audio")).status == 200
    assert (await shop.lines(held)).status == 200


async def test_a_first_key_beside_the_secret_signs_nobody_out(program: Program) -> None:
    shop = await open_shop(program)
    held = await shop.signed_in()
    assert (await shop.settings(sign_in_key=pem(BEFORE))).status == 200
    assert (await shop.lines(held)).status == 200
