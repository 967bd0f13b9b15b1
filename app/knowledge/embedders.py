"""The embedders a process works with: the present one, and a future one while it fills."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from uuid import UUID

from app.kernel.database import Database
from app.knowledge import hashed_embedder
from app.knowledge.domain import EmbedderCard
from app.knowledge.hashed_embedder import HashedEmbedder
from app.knowledge.ports import Embedder
from app.knowledge.store.embedders import create_embedder, current_cards, lock_embedders

HASHED, OPENAI = "hashed", "openai"
# By the script of a question the least confidence to answer from. Fitted on the demo company so that of 95 questions
# about other companies' business (fridges, flights, loans) about one in twelve passes; see tests/evaluation.
HAN, LATIN = "han", "latin"
HASHED_THRESHOLDS = {HAN: 0.38, LATIN: 0.45}
# Writers and searches that missed a switch are told so by their statements; this only bounds how often.
FRESH_S = 5.0

Connect = Callable[[EmbedderCard], Embedder]


@dataclass(frozen=True)
class Loaded:
    """An embedder with its row."""

    card: EmbedderCard
    embedder: Embedder

    @property
    def id(self) -> UUID:
        """The row's id."""
        return self.card.id

    @property
    def neural(self) -> bool:
        """Whether its vectors come from a trained model."""
        return self.card.kind != HASHED


class Embedders:
    """Finds the embedders in use and keeps them loaded; `connect` builds those that live on a model server."""

    def __init__(self, database: Database, connect: Connect | None = None):
        self._database = database
        self._connect = connect
        self._loaded: tuple[Loaded, ...] = ()
        self._read_at = 0.0

    async def present(self, *, fresh: bool = False) -> Loaded:
        """The one that search uses."""
        return (await self.in_use(fresh=fresh))[0]

    async def in_use(self, *, fresh: bool = False) -> tuple[Loaded, ...]:
        """The present one, then the future one if there is one: new chunks get vectors by all of them."""
        if fresh or not self._loaded or monotonic() - self._read_at > FRESH_S:
            async with self._database.reading() as session:
                cards = await current_cards(session)
            if not cards or cards[0].state != "present":
                cards = await self._first()
            known = {loaded.id: loaded for loaded in self._loaded}
            self._loaded = tuple(self._load(card, known.get(card.id)) for card in cards)
            self._read_at = monotonic()
        return self._loaded

    def load(self, card: EmbedderCard) -> Loaded:
        """The embedder of a row."""
        return self._load(card, None)

    def _load(self, card: EmbedderCard, known: Loaded | None) -> Loaded:
        if known is not None:
            return known if known.card == card else Loaded(card, known.embedder)
        if card.kind == HASHED:
            idf = hashed_embedder.unpack_idf(card.fitted) if card.fitted else None
            return Loaded(card, HashedEmbedder(idf))
        assert self._connect is not None, "wiring gives no way to a model server"
        return Loaded(card, self._connect(card))

    async def _first(self) -> list[EmbedderCard]:
        """A new installation starts with the embedder that needs nothing."""
        async with self._database.transaction() as session:
            await lock_embedders(session)
            cards = await current_cards(session)
            if not cards or cards[0].state != "present":
                await create_embedder(
                    session,
                    kind=HASHED,
                    model=hashed_embedder.MODEL,
                    dimensions=hashed_embedder.DIMENSIONS,
                    state="present",
                    threshold=0.3,
                    calibration=dict(HASHED_THRESHOLDS),
                )
                cards = await current_cards(session)
        return cards
