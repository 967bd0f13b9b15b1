"""vLLM's flags follow from the model's files and the machine; adapters at run time stay on loopback."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.adapters.vllm_server import GIB, Adapter, Machine, NotAModel, plan_server

LAPTOP = Machine(gpus=0, cores=8, memory_bytes=32 * GIB)
SERVER = Machine(gpus=8, cores=64, memory_bytes=512 * GIB)
LLAMA = {"architectures": ["LlamaForCausalLM"], "max_position_embeddings": 131_072, "num_attention_heads": 32}


def model(folder: Path, config: dict[str, Any] = LLAMA, weights: int = 1_000) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps(config))
    with (folder / "model.safetensors").open("wb") as file:
        file.truncate(weights)  # a hole on disk, so that large models cost nothing here
    return folder


def planned(folder: Path, machine: Machine = LAPTOP, host: str = "127.0.0.1", **options: Any) -> Any:
    return plan_server(folder, machine, name="m", host=host, port=8100, **options)


def option(arguments: tuple[str, ...], name: str) -> str:
    return arguments[arguments.index(name) + 1]


def test_on_a_processor_a_small_model_runs_in_one_thread_and_full_precision(tmp_path: Path) -> None:
    plan = planned(model(tmp_path / "m"))
    assert option(plan.arguments, "--dtype") == "float32" and "--enforce-eager" in plan.arguments
    assert (plan.environment["OMP_NUM_THREADS"], plan.environment["VLLM_CPU_KVCACHE_SPACE"]) == ("1", "1")


def test_on_a_processor_a_large_model_uses_every_core_and_a_whole_number_of_gibibytes(tmp_path: Path) -> None:
    plan = planned(model(tmp_path / "m", weights=4 * GIB))
    assert option(plan.arguments, "--dtype") == "bfloat16"
    assert (plan.environment["OMP_NUM_THREADS"], plan.environment["VLLM_CPU_KVCACHE_SPACE"]) == ("8", "6")


def test_on_gpus_the_heads_are_shared_among_as_many_as_divide_them(tmp_path: Path) -> None:
    plan = planned(model(tmp_path / "m", {**LLAMA, "num_attention_heads": 12}), SERVER)
    assert option(plan.arguments, "--tensor-parallel-size") == "6"
    assert "--enforce-eager" not in plan.arguments and "VLLM_CPU_KVCACHE_SPACE" not in plan.environment


def test_a_long_window_is_capped_and_a_short_one_kept(tmp_path: Path) -> None:
    assert option(planned(model(tmp_path / "long")).arguments, "--max-model-len") == "8192"
    short = model(tmp_path / "short", {**LLAMA, "max_position_embeddings": 2_048})
    assert option(planned(short).arguments, "--max-model-len") == "2048"


def test_an_embedding_model_is_served_for_pooling_without_adapters(tmp_path: Path) -> None:
    plan = planned(model(tmp_path / "m", {"architectures": ["BertModel"], "max_position_embeddings": 512}))
    assert option(plan.arguments, "--runner") == "pooling" and not plan.generates
    assert "--enable-lora" not in plan.arguments
    assert "VLLM_ALLOW_RUNTIME_LORA_UPDATING" not in plan.environment


def test_registered_adapters_are_served_with_room_for_the_largest_rank(tmp_path: Path) -> None:
    adapters = []
    for name, rank in (("a", 8), ("b", 48)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "adapter_config.json").write_text(json.dumps({"r": rank}))
        adapters.append(Adapter(name, tmp_path / name))
    plan = planned(model(tmp_path / "m"), adapters=adapters)
    assert option(plan.arguments, "--max-lora-rank") == "64"
    assert f"b={tmp_path / 'b'}" in plan.arguments


def test_adapters_can_be_exchanged_at_run_time_on_loopback_only(tmp_path: Path) -> None:
    folder = model(tmp_path / "m")
    assert planned(folder).environment["VLLM_ALLOW_RUNTIME_LORA_UPDATING"] == "True"
    assert "VLLM_ALLOW_RUNTIME_LORA_UPDATING" not in planned(folder, host="0.0.0.0").environment


def test_the_key_travels_in_the_environment_and_never_among_the_arguments(tmp_path: Path) -> None:
    plan = planned(model(tmp_path / "m"), key="sk-private")
    assert plan.environment["VLLM_API_KEY"] == "sk-private" and "sk-private" not in " ".join(plan.arguments)


def test_further_options_come_last_so_that_they_win(tmp_path: Path) -> None:
    assert planned(model(tmp_path / "m"), extra=["--max-model-len", "512"]).arguments[-2:] == ("--max-model-len", "512")


@pytest.mark.parametrize("content", [None, "not json", "[]", "{}"])
def test_a_folder_that_holds_no_model_is_named(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "config.json").write_text(content)
    with pytest.raises(NotAModel, match=r"config\.json"):
        planned(tmp_path)


def test_a_folder_that_is_no_adapter_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotAModel, match="no LoRA adapter"):
        planned(model(tmp_path / "m"), adapters=[Adapter("x", tmp_path)])
