"""Training without a model: scripted trainer, remembered adapters, curated answers and a plain prompt form."""

import asyncio
import json
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from uuid import UUID

from app.adapters.training.base_model import tensors_of, weight_files
from app.training import AdapterDamaged, BaseModel, Faq, TrainerEvent, TrainingOrder, Turns


@dataclass
class ScriptedTrainer:
    """Tells the scripted events, or raises what stands among them; `waits` holds it at the end until it is closed."""

    script: Sequence[TrainerEvent | Exception]
    waits: bool = False
    ready: bool = True
    orders: list[TrainingOrder] = field(default_factory=list)
    closed: bool = False
    taken_by: UUID | None = None
    base: BaseModel | Exception | None = None
    lack: str = ""

    def is_ready(self) -> bool:
        """See the port `Trainer`."""
        return self.ready

    @contextmanager
    def slot(self, run_id: UUID) -> Iterator[UUID | None]:
        """See the port `Trainer`."""
        yield self.taken_by

    async def lacks(self, method: str) -> str:
        """See the port `Trainer`."""
        return self.lack if method == "qlora" else ""

    def describe_base(self, base_model: str) -> BaseModel | None:
        """See the port `Trainer`."""
        if isinstance(self.base, Exception):
            raise self.base
        return self.base

    async def fine_tune(self, order: TrainingOrder) -> AsyncGenerator[TrainerEvent, None]:
        """See the port `Trainer`."""
        self.orders.append(order)
        try:
            for step in self.script:
                if isinstance(step, Exception):
                    raise step
                yield step
            if self.waits:
                await asyncio.Event().wait()
        finally:
            self.closed = True


@dataclass
class FakeAdapterServer:
    """Knows which adapters are loaded; a path in `damaged` is refused."""

    loaded: dict[str, str] = field(default_factory=dict)
    damaged: set[str] = field(default_factory=set)
    elsewhere: dict[str, set[str]] = field(default_factory=dict)

    async def load(self, name: str, path: str) -> None:
        """See the port `AdapterServer`."""
        self.loaded[name] = path

    async def unload(self, name: str) -> None:
        """See the port `AdapterServer`."""
        self.loaded.pop(name, None)

    async def served(self, url: str | None = None) -> frozenset[str] | None:
        """See the port `AdapterServer`."""
        return frozenset(self.elsewhere.get(url, ()) if url else self.loaded)

    def check(self, path: str, sha256: str) -> None:
        """See the port `AdapterServer`."""
        if path in self.damaged:
            raise AdapterDamaged(path)


@dataclass
class FakeCurated:
    """A fixed list of FAQs."""

    found: Sequence[Faq] = ()

    async def faqs(self) -> Sequence[Faq]:
        """See the port `CuratedAnswers`."""
        return self.found


class PlainForm:
    """A prompt of two messages, passage and question."""

    def prompt(self, question: str, answer: str, locale: str) -> Turns:
        """See the port `PromptForm`."""
        return ({"role": "system", "content": f"资料：{answer}"}, {"role": "user", "content": question})

    def marked(self, answer: str, prompt: Turns) -> str:
        """See the port `PromptForm`."""
        return answer


@dataclass
class BlobsInMemory:
    """A blob store that forgets."""

    blobs: dict[str, bytes] = field(default_factory=dict)

    async def put(self, key: str, data: bytes) -> None:
        """Keeps the bytes."""
        self.blobs[key] = data

    async def get(self, key: str) -> bytes:
        """The bytes."""
        if key not in self.blobs:
            raise FileNotFoundError(key)
        return self.blobs[key]

    async def delete(self, key: str) -> None:
        """Forgets them."""
        self.blobs.pop(key, None)


def a_base_model(folder: Path, **config: object) -> Path:
    """A folder as a base model has it, with one small tensor."""
    folder.mkdir(parents=True, exist_ok=True)
    shape = {"hidden_size": 8, "num_hidden_layers": 2, "vocab_size": 100, "architectures": ["LlamaForCausalLM"]}
    (folder / "config.json").write_text(json.dumps({"model_type": "llama", **shape, **config}))
    (folder / "tokenizer.json").write_text("{}")
    (folder / "tokenizer_config.json").write_text(json.dumps({"chat_template": "{{ messages }}"}))
    write_safetensors(folder / "model.safetensors", {"weight": (10, 8)})
    return folder


def an_adapter(folder: Path, base: Path, rank: int = 4, *, narrower: int = 1) -> Path:
    """A LoRA adapter of a base's attention queries that changes nothing; `narrower`: for a model so many times less
    wide."""
    folder.mkdir(parents=True, exist_ok=True)
    weights: dict[str, tuple[int, ...]] = {}
    for path in weight_files(base):
        for name, tensor in tensors_of(path).items():
            if name.endswith("self_attn.q_proj.weight"):
                module, (out, wide) = f"base_model.model.{name.removesuffix('.weight')}", tensor["shape"]
                weights[f"{module}.lora_A.weight"] = (rank, wide // narrower)
                weights[f"{module}.lora_B.weight"] = (out // narrower, rank)
    write_safetensors(folder / "adapter_model.safetensors", weights)
    told = {"peft_type": "LORA", "task_type": "CAUSAL_LM", "r": rank, "lora_alpha": rank, "target_modules": ["q_proj"]}
    (folder / "adapter_config.json").write_text(json.dumps({**told, "base_model_name_or_path": str(base)}))
    return folder


def write_safetensors(path: Path, shapes: Mapping[str, tuple[int, ...]]) -> None:
    """Tensors of zeros in the format's own layout."""
    header, end = {}, 0
    for name, shape in shapes.items():
        size = 4 * prod(shape)
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [end, end + size]}
        end += size
    head = json.dumps(header).encode()
    path.write_bytes(len(head).to_bytes(8, "little") + head + bytes(end))
