"""What training needs from outside: curated answers, the prompt form, a trainer, a server that takes adapters."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from app.training.domain import BaseModel, Faq, Passage, TrainerEvent, TrainingOrder, Turns
from app.training.material.domain import FoundReply


class CuratedAnswers(Protocol):
    """The FAQs worth learning."""

    async def faqs(self) -> Sequence[Faq]:
        """Every published FAQ."""
        ...


class PromptForm(Protocol):
    """The prompt the answering model is really given; a model must be trained on the form it is served in."""

    def prompt(self, question: str, answer: str, locale: str) -> Turns:
        """The messages for a question whose only passage is a curated answer."""
        ...

    def marked(self, answer: str, prompt: Turns) -> str:
        """The answer citing the prompt's passages the way the model is expected to."""
        ...


class ResolvedReplies(Protocol):
    """What colleagues said in conversations that were wrapped up as resolved."""

    async def newest(self, limit: int) -> Sequence[FoundReply]:
        """The newest first, each with the customer's words it answers."""
        ...


@dataclass(frozen=True)
class NoReplies:
    """A house without a desk."""

    async def newest(self, limit: int) -> Sequence[FoundReply]:
        """See the port `ResolvedReplies`."""
        return ()


class Library(Protocol):
    """The passages of documents that may be learnt as plain text."""

    async def passages(self) -> Sequence[Passage]:
        """Every passage customers' answers may be made from, in the order of the documents."""
        ...


@dataclass(frozen=True)
class NoLibrary:
    """A house without documents."""

    async def passages(self) -> Sequence[Passage]:
        """See the port `Library`."""
        return ()


class Trainer(Protocol):
    """Does one fine-tune; the same order again resumes from the last whole checkpoint."""

    def is_ready(self) -> bool:
        """Whether this machine can train at all."""
        ...

    def slot(self, run_id: UUID) -> AbstractContextManager[UUID | None]:
        """The machine's one place for a run, held until the block ends; gives None, or whose run has it already."""
        ...

    async def lacks(self, method: str) -> str:
        """What this machine lacks for a method; empty when nothing, or when another machine will do the run."""
        ...

    def describe_base(self, base_model: str) -> BaseModel | None:
        """What a base model's folder holds; None when it is not on this machine. Raises TrainingRefused's kinds."""
        ...

    def fine_tune(self, order: TrainingOrder) -> AsyncGenerator[TrainerEvent, None]:
        """Ends with `Made`. Closing it asks the trainer to save a checkpoint and stop.

        Raises TrainingRefused and its kinds when trying again is useless, TrainerDied otherwise.
        """
        ...


class AdapterServer(Protocol):
    """The running model server, where adapters come and go without a restart."""

    async def load(self, name: str, path: str) -> None:
        """Makes an adapter answer under a name; again replaces it.

        Raises AdapterNotServed, AdapterUnfit when it was made for another base or the server takes no such rank.
        """
        ...

    async def unload(self, name: str) -> None:
        """Takes it away; a name nobody serves is fine. Raises AdapterNotServed."""
        ...

    async def served(self, url: str | None = None) -> frozenset[str] | None:
        """The names a server answers under now, the main one unless another is named; None: it does not answer."""
        ...

    def check(self, path: str, sha256: str) -> None:
        """Raises AdapterDamaged when the files are not those that were registered."""
        ...
