"""AI services are added, tried out, changed, put in order and removed; their keys go in and never come out."""

import asyncio
from dataclasses import replace

import pytest
from tests.doubles.http_server import Answer
from tests.hub.conftest import KEY, House
from tests.plugins.llm import completions as wire

from frontdesk.core.errors import Refused
from frontdesk.core.ids import AiServiceId, WorkspaceId
from frontdesk.core.redacted import Redacted
from frontdesk.hub import asking, services
from frontdesk.hub.services import Change
from frontdesk.store.ai_services import Models
from frontdesk.store.secrets import Vault, put_secrets


async def test_a_service_is_added_and_its_key_sealed(house: House) -> None:
    """S004-199, S004-204, S004-205 to S004-207, S004-214"""
    made = await house.service(
        house.first, "Mine", models={"standard": "s", "complex": "c", "image": "i"}, tokens_a_day=5_000
    )
    assert (made.models, made.limits.tokens_a_day) == (Models("s", "c", "i"), 5_000)
    assert "api_key" not in made.settings
    assert made.secret_names == ("api_key",)
    assert KEY not in str(await services.listed(house.hub, house.workspace))
    assert (await asking.revealed(house.hub, house.workspace, made))["api_key"] == KEY
    async with house.hub.store.turn_work(house.workspace) as connection:
        rows = await connection.fetch(
            "SELECT row_to_json(s)::text || encode(c.sealed, 'escape') FROM ai_services s, secrets c"
        )
        audit = await connection.fetch("SELECT action, after::text FROM audit")
    assert rows
    assert KEY not in str(rows)
    assert [row["action"] for row in audit] == ["ai_service.added"]
    assert KEY not in str(audit)


@pytest.mark.parametrize(
    ("kind", "given", "field"),
    [
        ("nonsense", Change(), "kind"),
        ("custom", Change(settings={}), "settings.base_url"),
        ("custom", Change(settings={"base_url": "ftp://x.example"}), "settings.base_url"),
        ("custom", Change(settings={"base_url": "http://10.0.0.1/v1"}), "settings.base_url"),
        ("custom", Change(settings={"base_url": "https://a.example", "zzz": KEY}), "settings.zzz"),
        ("custom", Change(settings={"base_url": "https://a.example", "api_key": f"{KEY}\n"}), "settings.api_key"),
        ("custom", Change(settings={"base_url": f"https://me:{KEY}@a.example"}), "settings.base_url"),
        ("custom", Change(settings={"base_url": "http://[::1]/v1"}), "settings.base_url"),
        ("custom", Change(settings={"base_url": "http://169.254.169.254/latest"}), "settings.base_url"),
        ("custom", Change(settings={"base_url": "https://a.example"}, limits={"price_in": float("nan")}), "limits.price_in"),
        ("custom", Change(settings={"base_url": "https://a.example"}, limits={"price_image": 10**9}), "limits.price_image"),
        ("custom", Change(name=" ", settings={"base_url": "https://a.example"}), "name"),
        ("custom", Change(settings={"base_url": "https://a.example"}, models={"standard": 5}), "models"),
        ("custom", Change(settings={"base_url": "https://a.example"}, models={"best": "x"}), "models.best"),
        ("custom", Change(settings={"base_url": "https://a.example"}, models={"standard": "x\n"}), "models.standard"),
        ("custom", Change(settings={"base_url": "https://a.example"}, limits={"tokens_a_day": -1}), "limits.tokens_a_day"),
        ("custom", Change(settings={"base_url": "https://a.example"}, limits={"answer_tokens": 0}), "limits.answer_tokens"),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_refused_and_named(
    house: House, kind: str, given: Change, field: str
) -> None:
    with pytest.raises(Refused) as refused:
        await services.add(house.hub, house.workspace, kind, given, by="test")
    assert refused.value.field == field
    assert KEY not in refused.value.message
    assert await services.listed(house.hub, house.workspace) == []


async def test_a_change_keeps_what_is_not_given_and_the_key_as_well(house: House) -> None:
    made = await house.service(house.first, "Mine")
    given = Change(name="Ours", settings={"temperature": 1.0}, models={"complex": "huge"}, enabled=False)
    after = await services.change(house.hub, house.workspace, "Mine", given, by="test")
    assert after == replace(
        made,
        name="Ours",
        settings={**made.settings, "temperature": 1.0},
        models=Models("small", "huge"),
        enabled=False,
        row_version=2,
    )
    assert (await asking.revealed(house.hub, house.workspace, after))["api_key"] == KEY
    await services.change(
        house.hub, house.workspace, made.id, Change(settings={"api_key": "other-key"}), by="t"
    )
    assert (await asking.revealed(house.hub, house.workspace, after))["api_key"] == "other-key"
    gone = await services.change(
        house.hub, house.workspace, made.id, Change(settings={"api_key": None}), by="t"
    )
    assert gone.secret_names == ()
    with pytest.raises(Refused, match="base_url"):
        await services.change(
            house.hub, house.workspace, made.id, Change(settings={"base_url": None}), by="t"
        )


async def test_two_services_of_one_name_are_refused(house: House) -> None:
    await house.service(house.first, "Mine")
    other = await house.service(house.second, "Other")
    with pytest.raises(Refused, match="called Mine already"):
        await house.service(house.second, "Mine")
    with pytest.raises(Refused, match="called Mine already"):
        await services.change(house.hub, house.workspace, other.id, Change(name="Mine"), by="test")


async def test_services_are_put_in_order_and_removed(house: House) -> None:
    for name in ("a", "b", "c"):
        await house.service(house.first, name)
    await services.put_in_order(house.hub, house.workspace, ["c", "a"], by="test")
    assert [one.name for one in await services.listed(house.hub, house.workspace)] == ["c", "a", "b"]
    gone = await services.remove(house.hub, house.workspace, "a", by="test")
    assert [one.name for one in await services.listed(house.hub, house.workspace)] == ["c", "b"]
    async with house.hub.store.turn_work(house.workspace) as connection:
        assert await connection.fetchval("SELECT count(*) FROM secrets WHERE owner_id = $1", gone.id) == 0
    with pytest.raises(Refused, match="no such AI service"):
        await services.remove(house.hub, house.workspace, "a", by="test")
    with pytest.raises(Refused, match="no such AI service"):
        await services.put_in_order(house.hub, house.workspace, ["a"], by="test")


async def test_several_who_raise_a_service_at_once_each_raise_it_by_one_place(house: House) -> None:
    made = [await house.service(house.first, name) for name in ("a", "b", "c", "d")]
    raising = (
        services.raise_one(house.hub, house.workspace, made[3].id, by=f"p{number}") for number in range(3)
    )
    await asyncio.gather(*raising)
    assert [one.name for one in await services.listed(house.hub, house.workspace)] == ["d", "a", "b", "c"]
    with pytest.raises(Refused, match="no such AI service"):
        await services.raise_one(house.hub, house.workspace, AiServiceId("ais_other"), by="test")


async def test_another_workspaces_service_is_not_there(house: House) -> None:
    await house.service(house.first, "Mine")
    other = WorkspaceId("ws_other")
    assert await services.listed(house.hub, other) == []
    with pytest.raises(Refused, match="no such AI service"):
        await services.try_out(house.hub, other, "Mine")


async def test_a_test_asks_the_vendor_and_each_model(house: House) -> None:
    """S004-204"""
    await house.service(house.first, "Mine")
    house.first.answers(wire.models("small", "big"), wire.text(["ready"]), wire.error(404, "model_not_found"))
    connection, small, big = await services.try_out(house.hub, house.workspace, "Mine")
    assert (connection.ok, connection.detail) == (True, "it has 2 models")
    assert (small.what, small.ok, small.detail) == ("small", True, "it answered: 'ready'")
    assert (big.what, big.ok) == ("big", False)
    assert "does not know the model" in big.detail
    house.first.answers(wire.error(401, "invalid_api_key", KEY))
    (wrong,) = await services.try_out(house.hub, house.workspace, "Mine")
    assert not wrong.ok
    assert wrong.detail == "The service does not take the credentials. (status 401: invalid_api_key)"


async def test_a_key_sealed_under_another_master_key_is_a_failure_in_words(house: House) -> None:
    made = await house.service(house.first, "Mine")
    async with house.hub.store.unit_of_work(house.workspace) as tx:
        await put_secrets(house.workspace, tx, Vault(b"x" * 32), made.id, {"api_key": Redacted("lost")})
    house.first.answers(Answer(401))
    (tested,) = await services.try_out(house.hub, house.workspace, "Mine")
    assert not tested.ok
    assert "authorization" not in house.first.received[0].headers


async def test_the_workspaces_own_limits_are_kept(house: House) -> None:
    """S004-208"""
    limits = await services.change_limits(house.hub, house.workspace, {"tokens_a_day": 9}, by="test")
    assert limits.tokens_a_day == 9
    assert await services.read_limits(house.hub, house.workspace) == limits
    for wrong in ({"tokens_a_day": -5}, {"tokens_a_year": 5}, {"tokens_a_day": "many"}):
        with pytest.raises(Refused):
            await services.change_limits(house.hub, house.workspace, wrong, by="test")


async def test_a_stored_key_goes_to_no_other_address(house: House) -> None:
    """Else whoever may change a service could read its key: by having it sent to a server of his own."""
    made = await house.service(house.first, "Mine")
    elsewhere = house.second.url("/v1")
    for given in ({"base_url": elsewhere}, {"base_url": elsewhere, "temperature": 1.0}):
        with pytest.raises(Refused, match="give the key again") as refused:
            await services.change(house.hub, house.workspace, "Mine", Change(settings=given), by="test")
        assert refused.value.field == "settings.api_key"
    house.second.answers(wire.models("small"), wire.text(["ready"]))
    changed = Change(settings={"base_url": elsewhere, "api_key": "another-key"})
    await services.change(house.hub, house.workspace, "Mine", changed, by="test")
    await services.try_out(house.hub, house.workspace, made.id)
    assert KEY not in str(house.second.received)
    # Another path of the same server, or no key at all, is nobody's gain.
    await services.change(
        house.hub, house.workspace, "Mine", Change(settings={"base_url": house.second.url("/v2")}), by="t"
    )
    await services.change(
        house.hub, house.workspace, "Mine", Change(settings={"api_key": None, "base_url": elsewhere}), by="t"
    )


async def test_a_test_says_when_the_service_has_no_such_image_model(house: House) -> None:
    """S004-204, S004-207: without a picture being drawn, which costs."""
    await house.service(house.first, "Mine", models={"image": "pic"})
    house.first.answers(wire.models("small"), wire.models("pic"))
    _, image = await services.try_out(house.hub, house.workspace, "Mine")
    assert (image.what, image.ok, image.detail) == ("pic", False, "it is not among the models of the service")
    _, image = await services.try_out(house.hub, house.workspace, "Mine")
    assert (image.ok, image.detail) == (True, "it is among the models of the service; nothing was drawn")
