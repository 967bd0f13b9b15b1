"""`kefu serve-model` finds its program and serves the registered adapters whose files are untouched."""

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from app.adapters.training.adapter_files import write_manifest
from app.commands.serve_model import NoVllm, find_vllm, registered_adapters
from app.commands.workplace import settings_at
from app.kernel.settings import Settings
from app.model_registry import (
    ModelKind,
    ModelRegistryTools,
    ModelState,
    NewModelVersion,
    change_model_state,
    register_model,
)
from app.wiring import switchboard
from tests.commands.running import kefu


@pytest.fixture
def here(settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    """The environment a command finds."""
    monkeypatch.setenv("KEFU_DATABASE_URL", str(settings.database_url))
    monkeypatch.setenv("KEFU_REDIS_URL", str(settings.redis_url))
    return settings_at(tmp_path / "data")


def adapter(folder: Path) -> tuple[Path, str]:
    folder.mkdir()
    (folder / "adapter_config.json").write_text(json.dumps({"r": 16}))
    (folder / "adapter_model.safetensors").write_bytes(b"weights")
    return folder, write_manifest(folder, {})


async def register(settings: Settings, name: str, base: str, path: Path, sha256: str, retire: bool = False) -> None:
    async with switchboard(settings) as board:
        tools: ModelRegistryTools = board.tools[ModelRegistryTools]
        new = NewModelVersion(ModelKind.CHAT, name, base_model=base, adapter_path=str(path), sha256=sha256)
        version = await register_model(tools, new, None)
        if retire:
            await change_model_state(tools, version.id, ModelState.RETIRED, None)


def test_untouched_adapters_of_this_model_are_served_and_the_others_left_out(here: Settings, tmp_path: Path) -> None:
    base, said = tmp_path / "base", []
    whole, whole_sha = adapter(tmp_path / "whole")
    changed, changed_sha = adapter(tmp_path / "changed")
    retired, retired_sha = adapter(tmp_path / "retired")
    foreign, foreign_sha = adapter(tmp_path / "foreign")
    (changed / "adapter_model.safetensors").write_bytes(b"other weights")
    for name, of, path, sha256 in (
        ("whole", base, whole, whole_sha),
        ("changed", base, changed, changed_sha),
        ("foreign", tmp_path / "other", foreign, foreign_sha),
    ):
        asyncio.run(register(here, name, str(of), path, sha256))
    asyncio.run(register(here, "retired", str(base), retired, retired_sha, retire=True))
    found = registered_adapters(here.data_dir, here, base, said.append)
    assert [(one.name, one.path) for one in found] == [("whole", whole)]
    assert len(said) == 1 and "changed" in said[0]


def test_a_data_dir_that_was_never_used_has_no_adapters_and_stays_unmade(tmp_path: Path) -> None:
    settings = settings_at(tmp_path / "none")
    assert registered_adapters(tmp_path / "none", settings, tmp_path, print) == []
    assert not (tmp_path / "none").exists()


def test_the_named_environment_is_used_without_following_its_link(tmp_path: Path) -> None:
    link = tmp_path / "python"
    link.symlink_to(sys.executable)
    program = find_vllm(Settings(data_dir=tmp_path, vllm_python=link))
    assert program[0] == str(link)


def test_a_missing_vllm_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoVllm, match="KEFU_VLLM_PYTHON"):
        find_vllm(Settings(data_dir=tmp_path))
    with pytest.raises(NoVllm, match="does not exist"):
        find_vllm(Settings(data_dir=tmp_path, vllm_python=tmp_path / "nothing"))


def test_a_folder_without_a_model_is_one_sentence(tmp_path: Path) -> None:
    refused = kefu("serve-model", str(tmp_path), "--data-dir", str(tmp_path / "d"), KEFU_VLLM_PYTHON=sys.executable)
    assert refused.returncode == 1 and "config.json" in refused.stderr and "Traceback" not in refused.stderr


def test_the_server_replaces_the_command_and_gets_the_plan(tmp_path: Path) -> None:
    model = tmp_path / "m"
    model.mkdir()
    (model / "config.json").write_text(json.dumps({"architectures": ["LlamaForCausalLM"]}))
    fake = tmp_path / "python"
    fake.write_text(
        f'#!{sys.executable}\nimport os, sys\nprint("ARGV", *sys.argv[1:])\n'
        'print("LORA", os.environ["VLLM_ALLOW_RUNTIME_LORA_UPDATING"], "KEFU_SECRET" in os.environ)\n'
    )
    fake.chmod(0o755)
    done = kefu(
        "serve-model",
        str(model),
        "--data-dir",
        str(tmp_path / "d"),
        "--seed",
        "7",
        KEFU_VLLM_PYTHON=str(fake),
        KEFU_SECRET=os.urandom(24).hex(),
    )
    assert done.returncode == 0, done.stderr
    assert f"ARGV -m vllm.entrypoints.cli.main serve {model}" in done.stdout and "--seed 7" in done.stdout
    assert "LORA True False" in done.stdout and "KEFU_CHAT_URL=http://127.0.0.1:8100/v1" in done.stdout
