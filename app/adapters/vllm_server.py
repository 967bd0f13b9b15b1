"""How vLLM is started for a model folder on this machine: its arguments and environment, without starting it."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LONGEST_CONTEXT = 8_192
SMALL_MODEL_BYTES = 200 * 1024 * 1024
GIB = 1024**3
RANKS = (8, 16, 32, 64, 128, 256)
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class NotAModel(Exception):
    """The folder holds no model; the message says what is missing."""


@dataclass(frozen=True)
class Machine:
    """What the server may use."""

    gpus: int
    cores: int
    memory_bytes: int

    @classmethod
    def here(cls) -> "Machine":
        """Counts device files rather than asking a driver that may not be installed."""
        gpus = len([path for path in Path("/dev").glob("nvidia[0-9]*") if path.name[6:].isdigit()])
        if gpus == 0 and Path("/dev/kfd").exists():
            gpus = len(list(Path("/dev/dri").glob("renderD*")))
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        return cls(gpus, os.cpu_count() or 1, memory)


@dataclass(frozen=True)
class Adapter:
    """A LoRA adapter to serve beside its base model."""

    name: str
    path: Path


@dataclass(frozen=True)
class ServerPlan:
    """`arguments` follow `vllm serve`; `environment` comes on top of the starting process's own."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    generates: bool


def plan_server(
    model_dir: Path,
    machine: Machine,
    *,
    name: str,
    host: str,
    port: int,
    adapters: Sequence[Adapter] = (),
    key: str | None = None,
    extra: Sequence[str] = (),
) -> ServerPlan:
    """Raises NotAModel. Adapters can be exchanged while it runs only on loopback, since those routes ask nobody."""
    config = read_config(model_dir)
    generates = is_generative(config)
    arguments = [str(model_dir), "--served-model-name", name, "--host", host, "--port", str(port)]
    window = int(config.get("max_position_embeddings") or LONGEST_CONTEXT)
    arguments += ["--max-model-len", str(min(window, LONGEST_CONTEXT))]
    environment = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1"}
    if key is not None:
        environment["VLLM_API_KEY"] = key
    if machine.gpus:
        arguments += ["--tensor-parallel-size", str(parallelism(config, machine.gpus))]
    else:
        weights = weight_bytes(model_dir)
        arguments += ["--enforce-eager", "--max-num-seqs", "64"]
        # A small model answers the same twice in float32; a large one would not fit or be too slow, and the kernels
        # of rounded weights take none.
        whole = weights < SMALL_MODEL_BYTES and "quantization_config" not in config
        arguments += ["--dtype", "float32" if whole else "bfloat16"]
        environment |= cpu_environment(machine, weights)
    if generates:
        arguments += lora_arguments(adapters)
        if host in LOOPBACK:
            environment["VLLM_ALLOW_RUNTIME_LORA_UPDATING"] = "True"
    else:
        arguments += ["--runner", "pooling"]
    return ServerPlan((*arguments, *extra), environment, generates)


def read_config(model_dir: Path) -> dict[str, Any]:
    """The model's config.json. Raises NotAModel."""
    path = model_dir / "config.json"
    if not path.is_file():
        raise NotAModel(f"{model_dir} holds no config.json")
    try:
        config = json.loads(path.read_text("utf-8"))
    except ValueError as broken:
        raise NotAModel(f"{path} is not JSON") from broken
    if not isinstance(config, dict) or not config.get("architectures"):
        raise NotAModel(f"{path} names no architecture")
    return config


def is_generative(config: Mapping[str, Any]) -> bool:
    """Whether the model writes text; the others give vectors or scores."""
    return str(config["architectures"][0]).endswith(("ForCausalLM", "ForConditionalGeneration", "LMHeadModel"))


def weight_bytes(model_dir: Path) -> int:
    """How much the weights take on disk."""
    return sum(path.stat().st_size for path in model_dir.iterdir() if path.suffix in (".safetensors", ".bin"))


def parallelism(config: Mapping[str, Any], gpus: int) -> int:
    """The most GPUs, at most those there are, that the attention heads can be shared among evenly."""
    heads = int(config.get("num_attention_heads") or 1)
    return max(count for count in range(1, gpus + 1) if heads % count == 0)


def cpu_environment(machine: Machine, weights: int) -> dict[str, str]:
    """Whole gibibytes of key-value cache: vLLM refuses fractions. Threads are unpinned, as others use the cores."""
    threads = 1 if weights < SMALL_MODEL_BYTES else machine.cores
    room = 1 if weights < SMALL_MODEL_BYTES else max(1, min(16, (machine.memory_bytes - 2 * weights) // (4 * GIB)))
    return {
        "VLLM_CPU_KVCACHE_SPACE": str(room),
        "VLLM_CPU_OMP_THREADS_BIND": "nobind",
        "OMP_NUM_THREADS": str(threads),
    }


def lora_arguments(adapters: Sequence[Adapter]) -> list[str]:
    """Room for the largest rank among the adapters, and for a few more to be loaded later."""
    needed = max((adapter_rank(adapter.path) for adapter in adapters), default=0)
    rank = next((rank for rank in RANKS if rank >= max(needed, 16)), RANKS[-1])
    arguments = ["--enable-lora", "--max-lora-rank", str(rank), "--max-loras", "2"]
    arguments += ["--max-cpu-loras", str(max(8, len(adapters)))]
    if adapters:
        arguments += ["--lora-modules", *(f"{adapter.name}={adapter.path}" for adapter in adapters)]
    return arguments


def adapter_rank(path: Path) -> int:
    """The rank an adapter was trained with. Raises NotAModel."""
    try:
        return int(json.loads((path / "adapter_config.json").read_text("utf-8"))["r"])
    except (OSError, ValueError, KeyError) as broken:
        raise NotAModel(f"{path} is no LoRA adapter") from broken
