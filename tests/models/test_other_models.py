"""Models of other shapes behind the same product: GLM for chat, BERT for embeddings."""

from pathlib import Path

import pytest

from app.accounts import Role
from app.kernel.settings import Settings
from tests.conversations.customer import Customer
from tests.models.conftest import make_model
from tests.models.model_server import ModelServer
from tests.models.recorder import recording
from tests.serving import free_port, serving

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
