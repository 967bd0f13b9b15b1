"""Settings of answering as each process keeps them: loaded once, and again when their version changed anywhere."""

from app.answering.versions.fresh import Fresh, Kept, Unchanging, Versions
from app.answering.versions.store import raise_version

__all__ = ["Fresh", "Kept", "Unchanging", "Versions", "raise_version"]
