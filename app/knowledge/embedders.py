"""The embedders a process works with: the present one, and a future one while it fills."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from uuid import UUID

from app.kernel.database import Database
from app.kernel.errors import NotFound
from app.kernel.logging import get_logger
from app.knowledge import hashed_embedder
from app.knowledge.defaults import DEFAULTS, HASHED
from app.knowledge.domain import EmbedderCard
from app.knowledge.errors import EmbedderUnavailable
from app.knowledge.hashed_embedder import HashedEmbedder
from app.knowledge.ports import Embedder, TextKind, Vectors
from app.knowledge.store.embedders import create_embedder, current_cards, find_card, lock_embedders
from app.knowledge.words.book import EMPTY_BOOK
from app.knowledge.words.store import load_book

log = get_logger(__name__)
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

    def __init__(self, card: EmbedderCard, error: EmbedderUnavailable | None = None):
        self.name, self.dimensions = card.model, card.dimensions
        self._error = error or EmbedderUnavailable()

    async def embed(self, texts: Sequence[str], kind: TextKind) -> Vectors:
        """Raises EmbedderUnavailable, or the error it was made with."""
        raise self._error

    async def close(self) -> None:
        """Holds nothing open."""


class Embedders:
    """Finds the embedders in use and keeps them loaded; `connect` builds those that live on a model server."""

    def __init__(self, database: Database, connect: Connect | None = None, server_in_settings: bool = False):
        self._database = database
        self._connect = connect
        self._unused_server = server_in_settings
        self._loaded: tuple[Loaded, ...] = ()
        self._chosen: dict[UUID, Loaded] = {}
        self.words = EMPTY_BOOK
        self._read_at = 0.0

    async def present(self, *, fresh: bool = False) -> Loaded:
        """The one that search uses."""
        return (await self.in_use(fresh=fresh))[0]

    async def in_use(self, *, fresh: bool = False) -> tuple[Loaded, ...]:
        """The present one, then the future one if there is one: new chunks get vectors by all of them."""
        if fresh or not self._loaded or monotonic() - self._read_at > FRESH_S:
            async with self._database.reading() as session:
                cards = await current_cards(session)
                self.words = await load_book(session, self.words)
            if not cards or cards[0].state != "present":
                cards = await self._first()
            known = {loaded.id: loaded for loaded in self._loaded}
            for forgotten in known.keys() - {card.id for card in cards}:
                await known[forgotten].embedder.close()
            self._loaded = tuple(self._load(card, known.get(card.id)) for card in cards)
            for loaded in self._loaded:
                if loaded.id in known and known[loaded.id].embedder is not loaded.embedder:
                    await known[loaded.id].embedder.close()  # its server or key is another one now
            self._read_at = monotonic()
            self._note_unused_server(cards[0])
        return self._loaded

    def _note_unused_server(self, present: EmbedderCard) -> None:
        """Once a process: a server in the settings changes nothing by itself, since every passage must be embedded."""
        if self._unused_server and present.kind == HASHED:
            log.warning("embedding_server_not_in_use", present=present.model, start_at="/admin/embedders")
        self._unused_server = False

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

    async def close(self) -> None:
        """Closes what the embedders hold open."""
        for loaded in (*self._loaded, *self._chosen.values()):
            await loaded.embedder.close()

    def load(self, card: EmbedderCard) -> Loaded:
        """The embedder of a row."""
        return self._load(card, None)

    def _load(self, card: EmbedderCard, known: Loaded | None) -> Loaded:
        if known is not None and known.card == card:
            return known
        if known is not None and (known.card.fitted, known.card.settings) == (card.fitted, card.settings):
            return Loaded(card, known.embedder)
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
