"""Adapters at the model server: what does not fit is refused with the reason, before or by the server."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from app.adapters.training.adapter_files import base_digest, write_manifest
from app.adapters.vllm_adapters import VllmAdapters
from app.training import AdapterNotServed, AdapterUnfit
from tests.fakes.training import a_base_model, an_adapter, write_safetensors


@dataclass
class Server:
    """A model server's routes: the folder it says it started from, what it was asked, and what it answers."""

    root: str = ""
    answers: list[tuple[int, Any]] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""

    async def models(self, _: web.Request) -> web.Response:
        adapter = {"id": "kefu-old", "root": "/adapters/old", "parent": "base"}
        return web.json_response({"data": [adapter, {"id": "base", "root": self.root, "parent": None}]})

    async def load(self, request: web.Request) -> web.Response:
        self.asked.append(await request.json())
        status, said = self.answers.pop(0) if self.answers else (200, "ok")
        return web.json_response(said, status=status)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    told, app = Server(), web.Application()
    app.add_routes([web.get("/v1/models", told.models), web.post("/v1/load_lora_adapter", told.load)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    told.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    yield told
    await runner.cleanup()


def a_base(folder: Path, wide: int = 8, fill: int = 0) -> Path:
    base = a_base_model(folder)
    write_safetensors(base / "model.safetensors", {"model.layers.0.self_attn.q_proj.weight": (wide, wide)})
    if fill:
        data = (base / "model.safetensors").read_bytes()
        (base / "model.safetensors").write_bytes(data[:-1] + bytes([fill]))
    return base


async def test_an_adapter_of_this_base_is_loaded_and_one_already_there_replaced(server: Server, tmp_path: Path) -> None:
    base = a_base(tmp_path / "base")
    adapter = an_adapter(tmp_path / "adapter", base)
    server.root = str(base)
    server.answers = [(400, {"error": {"message": "has already been loaded"}})]
    await VllmAdapters(server.url, None).load("kefu-x", str(adapter))
    assert [one.get("load_inplace") for one in server.asked] == [None, True]


@pytest.mark.parametrize(("wide", "reason"), [(16, "16 x 16 in the base, 8 x 8 in the adapter")])
async def test_an_adapter_of_a_smaller_model_never_reaches_the_server(
    server: Server, tmp_path: Path, wide: int, reason: str
) -> None:
    adapter = an_adapter(tmp_path / "adapter", a_base(tmp_path / "base"))
    server.root = str(a_base(tmp_path / "served", wide))
    with pytest.raises(AdapterUnfit) as caught:
        await VllmAdapters(server.url, None).load("kefu-x", str(adapter))
    assert reason in caught.value.sentence("zh-CN") and server.asked == []


async def test_an_adapter_for_modules_the_base_lacks_is_named(server: Server, tmp_path: Path) -> None:
    base = a_base(tmp_path / "base")
    adapter = an_adapter(tmp_path / "adapter", base)
    write_safetensors(base / "model.safetensors", {"transformer.query_key_value.weight": (24, 8)})
    server.root = str(base)
    with pytest.raises(AdapterUnfit, match="adapter_unfit") as caught:
        await VllmAdapters(server.url, None).load("kefu-x", str(adapter))
    assert "no model.layers.0.self_attn.q_proj" in caught.value.sentence("en")


async def test_a_base_of_the_same_shape_with_other_weights_is_another_base(server: Server, tmp_path: Path) -> None:
    base = a_base(tmp_path / "base")
    adapter = an_adapter(tmp_path / "adapter", base)
    write_manifest(adapter, {"base_model": str(base), "base_sha256": base_digest(base)})
    adapters = VllmAdapters(server.url, None)
    server.root = str(a_base(tmp_path / "copy"))
    await adapters.load("kefu-x", str(adapter))
    server.root = str(a_base(tmp_path / "other", fill=1))
    with pytest.raises(AdapterUnfit):
        await adapters.load("kefu-x", str(adapter))
    assert len(server.asked) == 1


async def test_what_the_server_says_against_an_adapter_is_passed_on(server: Server, tmp_path: Path) -> None:
    adapter = an_adapter(tmp_path / "adapter", a_base(tmp_path / "base"), rank=64)
    said = "LoRA rank 64 is greater than max_lora_rank 16."
    server.root = "a-name-and-no-folder"
    server.answers = [(400, {"error": {"message": said, "code": 400}})] * 2
    with pytest.raises(AdapterUnfit) as caught:
        await VllmAdapters(server.url, None).load("kefu-x", str(adapter))
    assert said in caught.value.sentence("zh-CN")
    server.answers = [(404, json.loads('{"detail": "Not Found"}'))]
    with pytest.raises(AdapterNotServed):
        await VllmAdapters(server.url, None).load("kefu-x", str(adapter))
