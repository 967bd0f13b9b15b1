"""What an answer costs: tokens times the price of the version that wrote it."""

from app.accounts import Role
from app.kernel.ids import new_id
from app.model_registry import ModelKind, ModelRegistryTools, NewModelVersion, Price, cost_of, register_model
from app.model_registry.service import list_models
from tests.serving import Served

PRICE = {"prompt": 0.5, "completion": 2.0, "currency": "CNY"}


def test_cost_is_tokens_times_price() -> None:
    assert cost_of(None, 1_000, 1_000) == {"amount": 0.0, "currency": "CNY"}
    assert cost_of({"name": "glm", "price": PRICE}, 1_842, 214) == {"amount": 0.001349, "currency": "CNY"}
    assert cost_of({"name": "glm", "price": None}, 1_842, 214)["amount"] is None
    assert cost_of({"name": "glm", "price": {"prompt": "dear"}}, 1, 1)["amount"] is None


def test_a_price_survives_being_kept() -> None:
    assert Price.from_dict(Price(0.5, 2.0, "USD").as_dict()) == Price(0.5, 2.0, "USD")
    assert Price.from_dict({"prompt": 1}) is None and Price.from_dict("1") is None


async def test_a_price_is_set_by_those_who_may(kefu: Served) -> None:
    registry: ModelRegistryTools = kefu.tools[ModelRegistryTools]
    version = await register_model(registry, NewModelVersion(ModelKind.CHAT, "glm", details={"rank": 8}), None)
    admin, supervisor = await kefu.keyed(Role.ADMIN), await kefu.keyed(Role.SUPERVISOR)
    path = f"/api/v1/models/{version.id}/price"
    assert (await supervisor.put(path, json=PRICE)).status_code == 403
    assert (await admin.put(path, json={**PRICE, "prompt": -1})).status_code == 422
    assert (await admin.put(f"/api/v1/models/{new_id()}/price", json=PRICE)).status_code == 404
    assert (await admin.put(path, json=PRICE)).json() == PRICE
    (kept,) = await list_models(registry)
    assert kept.details == {"rank": 8, "price": PRICE}
