"""Models of other shapes behind the same product: GLM for chat, BERT for embeddings."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from app.accounts import Role
from app.kernel.settings import Settings
from tests.conversations.customer import Customer
from tests.models.conftest import Shop, make_model
from tests.models.lessons import HANDBOOK, RETURNS
from tests.models.model_server import ModelServer
from tests.models.recorder import recording
from tests.serving import free_port, serving
from tests.waiting import until

pytestmark = [pytest.mark.models, pytest.mark.timeout(900)]
FAQ = {
    "questions": ["充电器支持快充吗？"],
    "answer": "彗星充电器支持 65 瓦快充，附带一根数据线，充满平板约需两小时。",
}
QUESTION = "彗星充电器附带数据线吗，充满平板要多久？"
ANSWER = "彗星充电器附带一根数据线，充满平板约需两小时[1]。"


async def test_a_glm_shaped_model_answers_a_customer(models_python: Path, folder: Path, settings: Settings) -> None:
    port = free_port()
    told = {"chat_url": f"http://127.0.0.1:{port}/v1", "chat_model": "glm", "chat_temperature": 0.0}
    async with serving(settings.model_copy(update=told)) as served:
        admin = await served.keyed(Role.ADMIN)
        assert (await admin.post("/api/v1/faqs", json=FAQ)).status_code == 201
        with recording(port, "glm") as heard:
            await (await Customer.begin(served.client())).ask(QUESTION)
        taught = {"role": "assistant", "content": ANSWER}
        model = make_model(models_python, "chat", [{"messages": [*heard[-1], taught]}], folder / "glm", "--arch", "glm")
        server = ModelServer(models_python, model, "glm", folder, port)
        try:
            server.start()
            reading = await (await Customer.begin(served.client())).ask(QUESTION)
        finally:
            server.stop()
    (ended,) = reading.ended.values()
    assert (ended.data["text"], ended.data["outcome"]) == (ANSWER, "answered")
    assert ended.data["citations"][0]["faq_id"]


async def test_a_bert_shaped_model_takes_over_search_and_gives_it_back(
    shop: Shop, models_python: Path, folder: Path
) -> None:
    rows = [{"messages": [{"role": "user", "content": HANDBOOK}]}]
    model = make_model(models_python, "embed", rows, folder / "bert")
    server = ModelServer(models_python, model, "bert", folder, shop.embed_port)
    async with httpx.AsyncClient(base_url=shop.url, headers=shop.admin.headers, timeout=60) as staff:
        before = (await present(staff))["embedder_id"]
        try:
            server.start()
            await take_over(staff, {"kind": "openai", "model": "bert"})
            assert {key: (await present(staff))[key] for key in ("kind", "model", "dimensions")} == {
                "kind": "openai",
                "model": "bert",
                "dimensions": 128,
            }
            embedded = server.metric("vllm:request_success_total")
            assert embedded >= 6, "every passage of the handbook"
            answer = (await staff.post("/api/v1/search", json={"query": RETURNS, "limit": 3})).json()
            assert server.metric("vllm:request_success_total") > embedded, "the question"
            assert any("无理由退货" in hit["text"] and hit["stages"]["vector"] for hit in answer["hits"])
        finally:
            rolled_back = await staff.post(f"/api/v1/embedders/{before}/roll-back")
            assert rolled_back.json()["at_once"], rolled_back.text
            server.stop()
        assert (await present(staff))["embedder_id"] == before


async def present(staff: httpx.AsyncClient) -> dict[str, Any]:
    """The embedder search uses."""
    found: list[dict[str, Any]] = (await staff.get("/api/v1/embedders")).json()["items"]
    return next(one for one in found if one["state"] == "present")


async def take_over(staff: httpx.AsyncClient, form: dict[str, str]) -> None:
    """Fills another embedder, waits until it is ready, and switches to it."""
    opened = await staff.post("/api/v1/embedders", json=form)
    assert opened.status_code == 202, opened.text
    run: dict[str, Any] = {}

    async def is_over() -> bool:
        nonlocal run
        run = (await staff.get("/api/v1/embedders")).json()["run"]
        return run["state"] != "running"

    await until(is_over, "the embedder to be ready", 240)
    assert run["state"] == "ready", run
    switched = await staff.post(f"/api/v1/embedders/runs/{run['run_id']}/switch", json={"reason": "a test of models"})
    assert switched.json()["at_once"], switched.text
