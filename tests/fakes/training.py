"""Training without a model: scripted trainer, remembered adapters, curated answers and a plain prompt form."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field

from app.training import AdapterDamaged, Faq, TrainerEvent, TrainingOrder, Turns


@dataclass
class ScriptedTrainer:
    """Tells the scripted events, or raises what stands among them; `waits` holds it at the end until it is closed."""

    script: Sequence[TrainerEvent | Exception]
    waits: bool = False
    ready: bool = True
    orders: list[TrainingOrder] = field(default_factory=list)
    closed: bool = False

    def is_ready(self) -> bool:
        """See the port `Trainer`."""
        return self.ready

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

    async def load(self, name: str, path: str) -> None:
        """See the port `AdapterServer`."""
        self.loaded[name] = path

    async def unload(self, name: str) -> None:
        """See the port `AdapterServer`."""
        self.loaded.pop(name, None)

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
