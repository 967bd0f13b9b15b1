"""SQL of benchmarks."""

from sqlalchemy import text

from app.kernel.database import Session


async def find_backend_pid(session: Session) -> int:
    """The process id of the server's side of this connection."""
    return int((await session.execute(text("SELECT pg_backend_pid()"))).scalar_one())
