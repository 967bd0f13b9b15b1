"""SQL of benchmarks."""

from sqlalchemy import text

from app.kernel.single import Line


async def find_backend_pid(line: Line) -> int:
    """The process id of the server's side of this connection."""
    return int((await line.rows(text("SELECT pg_backend_pid()"), {}))[0][0])
