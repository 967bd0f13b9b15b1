"""A job queue that only remembers who rang."""

from app.kernel.errors import Unavailable
from app.kernel.jobs import Job


class FakeBell:
    """`rung` holds every job asked for; `broken` makes ringing fail like a broker that is away."""

    def __init__(self) -> None:
        self.rung: list[Job] = []
        self.broken = False

    async def ring(self, job: Job) -> None:
        """See the port."""
        if self.broken:
            raise Unavailable
        self.rung.append(job)
