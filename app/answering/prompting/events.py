"""What answering announces."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AnsweringChanged:
    """Answers may come out otherwise from now on. what: prompts, settings, guard, …; version: the new one."""

    what: str
    version: str
