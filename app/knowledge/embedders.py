"""The embedders a process works with: the present one, and a future one while it fills."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from uuid import UUID

from app.kernel.clock import now
from app.kernel.database import Database
from app.kernel.errors import NotFound
from app.kernel.ids import new_id
from app.knowledge import hashed_embedder
from app.knowledge.defaults import DEFAULTS, HASHED, OPENAI
from app.knowledge.domain import EmbedderCard
from app.knowledge.errors import EmbedderUnavailable
from app.knowledge.hashed_embedder import HashedEmbedder
from app.knowledge.ports import Embedder, TextKind, Vectors
from app.knowledge.store.embedders import create_embedder, current_cards, find_card, lock_embedders

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


class ServerGone:
    """Stands in for an embedder whose server is no longer in the settings."""

    def __init__(self, card: EmbedderCard):
        self.name, self.dimensions = card.model, card.dimensions

    async def embed(self, texts: Sequence[str], kind: TextKind) -> Vectors:
        """Raises EmbedderUnavailable."""
        raise EmbedderUnavailable

    async def close(self) -> None:
        """Holds nothing open."""


class Embedders:
    """Finds the embedders in use and keeps them loaded; `connect` builds those that live on a model server."""

    def __init__(self, database: Database, connect: Connect | None = None):
        self._database = database
        self._connect = connect
        self._loaded: tuple[Loaded, ...] = ()
        self._chosen: dict[UUID, Loaded] = {}
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
            for forgotten in known.keys() - {card.id for card in cards}:
                await known[forgotten].embedder.close()
            self._loaded = tuple(self._load(card, known.get(card.id)) for card in cards)
            self._read_at = monotonic()
        return self._loaded

    async def chosen(self, embedder_id: UUID) -> Loaded:
        """Any embedder, for a test. Raises NotFound."""
        known = next((loaded for loaded in await self.in_use(fresh=True) if loaded.id == embedder_id), None)
        if known is not None:
            return known
        async with self._database.reading() as session:
            card = await find_card(session, embedder_id)
        if card is None:
            raise NotFound
        self._chosen[embedder_id] = self._load(card, self._chosen.get(embedder_id))
        return self._chosen[embedder_id]

    @property
    def has_server(self) -> bool:
        """Whether there is a way to models on a server."""
        return self._connect is not None

    async def measure(self, model: str) -> int:
        """How long a served model's vectors are. Raises EmbedderUnavailable."""
        nothing_known = EmbedderCard(new_id(), OPENAI, model, 0, "future", {}, None, 0.0, {}, now())
        embedder = self._load(nothing_known, None).embedder
        try:
            return int((await embedder.embed(["kefu"], "passage")).shape[1])
        finally:
            await embedder.close()

    async def close(self) -> None:
        """Closes what the embedders hold open."""
        for loaded in (*self._loaded, *self._chosen.values()):
            await loaded.embedder.close()

    def load(self, card: EmbedderCard) -> Loaded:
        """The embedder of a row."""
        return self._load(card, None)

    def _load(self, card: EmbedderCard, known: Loaded | None) -> Loaded:
        if known is not None:
            return known if known.card == card else Loaded(card, known.embedder)
        if card.kind == HASHED:
            idf = hashed_embedder.unpack_idf(card.fitted) if card.fitted else None
            return Loaded(card, HashedEmbedder(idf))
        return Loaded(card, self._connect(card) if self._connect else ServerGone(card))

    async def _first(self) -> list[EmbedderCard]:
        """A new installation starts with the embedder that needs nothing."""
        async with self._database.transaction() as session:
            await lock_embedders(session)
            cards = await current_cards(session)
            if not cards or cards[0].state != "present":
                threshold, calibration = DEFAULTS[HASHED]
                await create_embedder(
                    session,
                    kind=HASHED,
                    model=hashed_embedder.MODEL,
                    dimensions=hashed_embedder.DIMENSIONS,
                    state="present",
                    threshold=threshold,
                    calibration=calibration,
                )
                cards = await current_cards(session)
        return cards
