"""What changing the embedder works with, built once in wiring."""

from dataclasses import dataclass, field

from app.kernel.database import Database
from app.kernel.events import Announcer
from app.kernel.jobs import JobQueue
from app.knowledge.embedding.domain import Candidate
from app.knowledge.embedding.ports import NoPicks, Picks, Sealer
from app.knowledge.ports import QuestionBank
from app.knowledge.tools import SearchTools

EMBED_TASK, EMBED_QUEUE = "embed_parts", "embed"


@dataclass(frozen=True)
class Pace:
    """How work is cut and how long things may take, in seconds unless said otherwise.

    parallel: parts in hands at once. shard: chunks of a part. slice_s: after so long a worker lets others have its
    place. waits: between the tries when the server is busy or failing.
    """

    parallel: int = 4
    shard: int = 1_000
    batch: int = 64
    own_batch: int = 256
    slice_s: float = 10.0
    beat_s: float = 4.0
    waits: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0, 8.0)
    longest_wait: float = 60.0


@dataclass(frozen=True)
class EmbedderTools:
    """Search, the bell, the regression questions, and the server that the settings name."""

    search: SearchTools
    bell: JobQueue
    sealer: Sealer | None = None
    configured: Candidate | None = None
    bank: QuestionBank | None = None
    announcer: Announcer = field(default_factory=Announcer)
    picks: Picks = field(default_factory=NoPicks)
    pace: Pace = field(default_factory=Pace)

    @property
    def database(self) -> Database:
        """The database of search."""
        return self.search.database
